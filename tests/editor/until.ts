type True<T> = Exclude<T, false | '' | 0 | null | undefined>;

/** Polls until `condition` returns something true, and returns that. */
export async function until<T>(condition: () => T | Promise<T>, what: string, ms = 5_000): Promise<True<T>> {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const value = await condition();
    if (value) return value as True<T>;
    await pause(25);
  }
  throw new Error(`not within ${ms} ms: ${what}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
