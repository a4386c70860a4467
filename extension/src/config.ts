import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ServerSettings } from './protocol';
import { findServer, type Missing, type ServerCommand } from './pure/installation';

export const SECTION = 'symbiote';

/** What the server is told at its start and at every change. */
export function serverSettings(): ServerSettings {
  return {
    enabled: isEnabled(),
    disabledLanguages: disabledLanguages(),
    deadlineMs: configuration().get('deadlineMs', 600),
    model: ofMachine('model', 'embedded'),
    rewriteModel: ofMachine('rewriteModel', ''),
    gpuLayers: ofMachine('gpuLayers', -1),
    threads: ofMachine('threads', 0),
    contextTokens: ofMachine('contextTokens', 0),
    logLevel: ofMachine('logLevel', 'info'),
  };
}

export function isEnabled(): boolean {
  return configuration().get('enabled', true);
}

export function disabledLanguages(): string[] {
  return configuration().get<string[]>('disabledLanguages', []);
}

export async function setLanguageDisabled(language: string, disabled: boolean): Promise<void> {
  const others = disabledLanguages().filter((id) => id !== language);
  const target = hasWorkspaceValue('disabledLanguages')
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await configuration().update('disabledLanguages', disabled ? [...others, language] : others, target);
}

/** The command that starts the server, or why there is none. */
export function serverCommand(): ServerCommand | Missing {
  return findServer(ofMachine('server.python', ''), {
    platform: process.platform,
    environment: process.env,
    home: os.homedir(),
    path,
    isFile: (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false,
    read: (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined),
  });
}

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(SECTION);
}

/**
 * What decides which program runs is never taken from a workspace. The scope `machine` says so to the editor; this is
 * the second lock.
 */
function ofMachine<T>(key: string, fallback: T): T {
  const found = configuration().inspect<T>(key);
  return found?.globalValue ?? found?.defaultValue ?? fallback;
}

function hasWorkspaceValue(key: string): boolean {
  return configuration().inspect(key)?.workspaceValue !== undefined;
}
