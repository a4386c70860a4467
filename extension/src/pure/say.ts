/** The words of the extension in the user's language. English is written in the code and is the key of every translation. */

export type Argument = string | number;
type Translate = (message: string, ...words: Argument[]) => string;

/** `{0}` stands for the first argument, as in vscode.l10n.t. */
export const english: Translate = (message, ...words) =>
  message.replace(/\{(\d+)\}/g, (whole, at: string) => words[Number(at)]?.toString() ?? whole);

let translate = english;

/** From now on words are said by `by`. */
export function speak(by: Translate): void {
  translate = by;
}

/** A sentence or label for the user's eyes or ears. Its English is a literal, so that a test finds it. */
export function t(message: string, ...words: Argument[]): string {
  return translate(message, ...words);
}

/** The English of something that is said later, with `t`: for constants, which are made before the language is known. */
export function later(message: string): string {
  return message;
}
