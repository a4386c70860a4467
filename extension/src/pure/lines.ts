/** Whole lines of a document and how they move while somebody edits it. Lines count from 0. */

/** From line `start` up to, not including, line `end`. */
export interface Region {
  start: number;
  end: number;
}

/** A change as the editor tells it: these lines and columns are replaced by a text. */
export interface Change {
  startLine: number;
  startCharacter: number;
  endLine: number;
  endCharacter: number;
  text: string;
}

export type Moved = Region & {
  /** Something in the region's lines changed. */
  touched: boolean;
};

/** Where the region is after a change, and whether the change was in it. */
export function moved(region: Region, change: Change): Moved {
  const added = change.text.split('\n').length - 1;
  const delta = added - (change.endLine - change.startLine);
  const wholeLinesBefore = change.endLine === region.start && change.endCharacter === 0;
  const insertedBefore =
    wholeLinesBefore &&
    (change.startLine < region.start || (change.startCharacter === 0 && change.text.endsWith('\n')));
  if (change.endLine < region.start || insertedBefore) {
    return { start: region.start + delta, end: region.end + delta, touched: false };
  }
  const atEnd = change.startLine === region.end && change.startCharacter === 0;
  if (change.startLine >= region.end && !(atEnd && region.start === region.end)) {
    return { ...region, touched: false };
  }
  const start = Math.min(region.start, change.startLine);
  // A change of whole lines ends before the first character of the line behind them.
  const behind = change.endCharacter === 0 && change.endLine > change.startLine;
  const end = Math.max(region.end, change.endLine + (behind ? 0 : 1)) + delta;
  return { start, end: Math.max(start, end), touched: true };
}

/** A document as far as a splice needs it: how many lines it has, one at least, and how long each is. */
export interface Shape {
  count: number;
  lengthOf: (line: number) => number;
}

/** The change that replaces the lines from `from` up to `to` by `lines`: a document need not end with a line end. */
export function splice(document: Shape, from: number, to: number, lines: readonly string[]): Change {
  const text = lines.join('\n');
  if (to > from && lines.length > 0) return change(from, 0, to - 1, document.lengthOf(to - 1), text);
  const last = document.count - 1;
  const end = document.lengthOf(last);
  if (lines.length > 0) {
    if (from < document.count) return change(from, 0, from, 0, `${text}\n`);
    return change(last, end, last, end, `\n${text}`);
  }
  if (to < document.count) return change(from, 0, to, 0, '');
  if (from === 0) return change(0, 0, last, end, '');
  return change(from - 1, document.lengthOf(from - 1), last, end, '');
}

export function change(
  startLine: number,
  startCharacter: number,
  endLine: number,
  endCharacter: number,
  text: string,
): Change {
  return { startLine, startCharacter, endLine, endCharacter, text };
}

/** Whether two tell the same change; the editor may write line ends in another way. */
export function same(one: Change, other: Change): boolean {
  return (
    one.startLine === other.startLine &&
    one.startCharacter === other.startCharacter &&
    one.endLine === other.endLine &&
    one.endCharacter === other.endCharacter &&
    one.text === other.text.replaceAll('\r\n', '\n')
  );
}
