import * as vscode from 'vscode';
import type { PauseParams } from './protocol';

/** The pause of this window. It is not kept: a new window starts with suggestions. */
export class Pause implements vscode.Disposable {
  #all = false;
  readonly #languages = new Set<string>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  get params(): PauseParams {
    return { all: this.#all, languages: [...this.#languages] };
  }

  pause(): void {
    this.#all = true;
    this.#changed.fire();
  }

  /** Ends every pause of this window. */
  resume(): void {
    this.#all = false;
    this.#languages.clear();
    this.#changed.fire();
  }

  pauseLanguage(language: string): void {
    this.#languages.add(language);
    this.#changed.fire();
  }

  resumeLanguage(language: string): void {
    this.#languages.delete(language);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
