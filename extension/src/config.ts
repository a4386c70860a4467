import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ServerSettings } from './protocol';
import { findServer, type Missing, type ServerCommand } from './pure/installation';

export const SECTION = 'symbiote';

/** Of the documents that are served. */
export const SCHEMES = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-remote'];

/** What the server is told at its start and at every change. */
export function serverSettings(): ServerSettings {
  return {
    enabled: isEnabled(),
    disabledLanguages: disabledLanguages(),
    deadlineMs: configuration().get('deadlineMs', 600),
    context: configuration().get<string[]>('context', []),
    eagerness: eagerness(),
    stringsAndComments: configuration().get<ServerSettings['stringsAndComments']>(
      'stringsAndComments',
      'both',
    ),
    learnWhenToShow: configuration().get('learnWhenToShow', true),
    model: ofMachine('model', 'embedded'),
    rewriteModel: ofMachine('rewriteModel', ''),
    gpuLayers: ofMachine('gpuLayers', -1),
    threads: ofMachine('threads', 0),
    contextTokens: ofMachine('contextTokens', 0),
    logLevel: ofMachine('logLevel', 'info'),
    providers: providersSetting(),
  };
}

/** Which providers elsewhere may be asked: the user's own choice, never a workspace's. */
export function providersSetting(): Record<string, unknown> {
  const found: unknown = ofMachine('providers', {});
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

export async function setProviders(value: Readonly<Record<string, unknown>>): Promise<void> {
  await configuration().update('providers', value, vscode.ConfigurationTarget.Global);
}

export function isEnabled(): boolean {
  return configuration().get('enabled', true);
}

export function disabledLanguages(): string[] {
  return configuration().get<string[]>('disabledLanguages', []);
}

/** Whether a source of context is on, for whatever use: `clipboard`, or `clipboard:prompt`. */
export function usesSource(name: string): boolean {
  const sources = configuration().get<unknown>('context');
  return Array.isArray(sources) && sources.some((one) => String(one).split(':')[0] === name);
}

export function eagerness(): ServerSettings['eagerness'] {
  return configuration().get<ServerSettings['eagerness']>('eagerness', 'normal');
}

export async function setEagerness(value: ServerSettings['eagerness']): Promise<void> {
  await configuration().update('eagerness', value, target('eagerness'));
}

export async function setLanguageDisabled(language: string, disabled: boolean): Promise<void> {
  const others = disabledLanguages().filter((id) => id !== language);
  const languages = disabled ? [...others, language] : others;
  await configuration().update('disabledLanguages', languages, target('disabledLanguages'));
}

/** Rewrites are answered by this model from now on. */
export async function useModel(name: string): Promise<void> {
  await configuration().update('rewriteModel', name, vscode.ConfigurationTarget.Global);
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

/** Where a setting is written: where it is set now. */
function target(key: string): vscode.ConfigurationTarget {
  const ofWorkspace = configuration().inspect(key)?.workspaceValue !== undefined;
  return ofWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
}
