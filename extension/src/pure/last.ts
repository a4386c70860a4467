import type { ExtendedParams } from '../protocol';

/** A cursor in one version of a document. */
export type Place = Pick<ExtendedParams, 'uri' | 'version' | 'position'>;

/** The editor asks again a few milliseconds after it is told to; what comes later was asked for by hand. */
const SOON_MS = 500;

/** What was answered last and where, to know whether it is still what the server has more of. */
export class Last {
  #place: Place | undefined;
  #id: string | undefined;
  #again: number | undefined;

  /** An answer: the id of its suggestion, or nothing. */
  answered(place: Place, id: string | undefined): void {
    this.#place = place;
    this.#id = id;
  }

  /** It was sent away. */
  forget(): void {
    this.#id = undefined;
    this.#again = undefined;
  }

  /** Whether to ask again: the suggestion that grew is the last answer, and the cursor is where it was, at `place`. */
  grew(place: Place, news: ExtendedParams, now: number): boolean {
    const same = news.suggestion === this.#id && equal(place, news) && equal(this.#place, news);
    this.#again = same ? now : undefined;
    return same;
  }

  /** Whether a question is the one that follows `grew`, wherever the cursor is by now. Said once. */
  isAskedAgain(now: number): boolean {
    const since = this.#again;
    this.#again = undefined;
    return since !== undefined && now - since < SOON_MS;
  }
}

function equal(one: Place | undefined, other: Place): boolean {
  return (
    one?.uri === other.uri &&
    one.version === other.version &&
    one.position.line === other.position.line &&
    one.position.character === other.position.character
  );
}
