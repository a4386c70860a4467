import { chromium, type Browser } from 'playwright-core';
import { CHROMIUM } from './places.ts';

const FLAGS = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

export function launch(): Promise<Browser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium's does not work for root
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...FLAGS, ...sandbox] });
}
