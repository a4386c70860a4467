/** Puts values into a text: `{0}` is the first. */
export function filled(text: string, values: readonly (string | number)[]): string {
  return text.replaceAll(/\{(\d+)\}/g, (mark, at: string) => String(values[Number(at)] ?? mark));
}
