// Times of keys and of ghost text entering the page, taken in the page itself.
import type { Page } from 'playwright-core';

interface Seen {
  keys: { at: number; key: string }[];
  shown: { at: number; text: string }[];
}

declare global {
  interface Window {
    symbioteSeen?: Seen;
  }
}

/** From the next load of the page on. */
export async function startStopwatch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = { keys: [], shown: [] };
    window.symbioteSeen = seen;
    const onKey = (event: KeyboardEvent) => seen.keys.push({ at: performance.now(), key: event.key });
    window.addEventListener('keydown', onKey, true);
    let last = '';
    new MutationObserver(() => {
      const spans = document.querySelectorAll('.ghost-text-decoration, .ghost-text');
      const text = Array.from(spans, (span) => span.textContent).join('');
      if (text !== last && text !== '') seen.shown.push({ at: performance.now(), text });
      last = text;
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  });
}

/** What was seen since the last call. */
export function readStopwatch(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const seen = window.symbioteSeen;
    if (!seen) throw new Error('the stopwatch was not there when the page was loaded');
    return { keys: seen.keys.splice(0), shown: seen.shown.splice(0) };
  });
}
