import { Format } from '../../pure/report/format';
import { filled } from '../../pure/report/text';

let texts: Record<string, string> = {};
let format = new Format('en');

/** Takes the words of the editor's language; the texts in this folder are the keys. */
export function speak(language: string, words: Record<string, string>): void {
  texts = words;
  format = new Format(language);
}

export function t(text: string, ...values: (string | number)[]): string {
  return filled(texts[text] ?? text, values);
}

export function f(): Format {
  return format;
}
