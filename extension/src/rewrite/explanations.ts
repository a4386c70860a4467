import { Page } from '../page';
import { t } from '../pure/say';

/** A page for each rewrite that explains; it grows while the explanation comes. */
export class Explanations extends Page {
  constructor() {
    super('symbiote-explanation', t('Explanation'));
  }

  /** More of an explanation; the first piece opens it. */
  add(id: string, text: string): void {
    const known = this.read(id);
    this.write((known ?? '') + text, id);
    if (known === undefined) void this.show(id);
  }

  /** All of it. */
  async whole(id: string, text: string): Promise<void> {
    const known = this.read(id);
    this.write(text, id);
    if (known === undefined) await this.show(id);
  }
}
