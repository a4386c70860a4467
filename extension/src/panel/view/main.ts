import type { ReportResult } from '../../protocol';
import { asked, initial, naming, restored, type Choice } from '../../pure/report/choice';
import { byName, type Figures } from '../../pure/report/figure';
import { names, withChosen, type Names } from '../../pure/report/names';
import { cards } from './cards';
import { compared } from './compare';
import { controls } from './controls';
import { button, el } from './dom';
import { framed, type Shown } from './frame';
import { Host } from './host';
import { f, speak, t } from './text';
import { onThemeChange } from './theme';
import { tilesOf } from './tiles';

const COPIED_MS = 1_500;

/** The page: asks the extension for figures and draws them. */
class Page {
  readonly #host = new Host();
  #choice: Choice = restored(this.#host.kept);
  #names: Names = { feature: [], language: [], model: [], project: [], task: [] };
  #figures: Figures | undefined;
  #since: number | null = null;
  #load = 0;
  #ends: (() => void)[] = [];
  readonly #above = el('div', {});
  readonly #told = el('p', { class: 'told', role: 'status' });
  readonly #body = el('div', { class: 'body' });

  begin(): void {
    this.#host.onStart = (language, texts) => {
      speak(language, texts);
      document.title = t('Symbiote: Dashboard');
      this.#layOut();
      void this.#ask();
    };
    this.#host.onRefresh = () => void this.#ask();
    this.#host.onCopied = () => {
      const before = this.#told.textContent;
      this.#told.textContent = t('Copied.');
      setTimeout(() => {
        if (this.#told.textContent === t('Copied.')) this.#told.textContent = before;
      }, COPIED_MS);
    };
    onThemeChange(() => {
      if (this.#figures) this.#draw(this.#figures);
    });
    this.#host.ready();
  }

  #layOut(): void {
    const refresh = button(t('Refresh'), () => void this.#ask(), { 'data-name': 'refresh' });
    const head = el('header', { class: 'head' }, el('h1', {}, t('Symbiote')), this.#told, refresh);
    document.body.replaceChildren(el('main', {}, head, this.#above, this.#body));
    this.#offer();
  }

  /** The row above stays as it is while its box or button has the focus; only the names may become others. */
  #offer(): void {
    const focus = document.activeElement?.getAttribute('data-name');
    const row = controls(this.#choice, withChosen(this.#names, this.#choice), {
      range: (range) => void this.#choose({ range }),
      filter: (name, value) => {
        const others = Object.entries(this.#choice.filters).filter(([one]) => one !== name);
        void this.#choose({ filters: Object.fromEntries(value ? [...others, [name, value]] : others) });
      },
      clear: () => void this.#choose({ filters: {} }),
      refresh: () => void this.#ask(),
    });
    this.#above.replaceChildren(row);
    if (focus) this.#above.querySelector<HTMLElement>(`[data-name="${CSS.escape(focus)}"]`)?.focus();
  }

  #choose(changes: Partial<Choice>): Promise<void> {
    this.#keep(changes);
    this.#offer();
    return this.#ask();
  }

  #keep(changes: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...changes };
    this.#host.keep(this.#choice);
  }

  /** Only the newest answer is drawn. What is drawn stays until then. */
  async #ask(): Promise<void> {
    const load = ++this.#load;
    const begun = performance.now();
    const now = Date.now() / 1_000;
    const params = asked(this.#choice, now);
    this.#busy(true);
    const filtered = Object.keys(params.filters).length > 0;
    const [result, named] = await Promise.all([
      this.#host.load(params),
      filtered ? this.#host.load(naming(this.#choice, now)) : undefined,
    ]);
    if (load !== this.#load) return;
    this.#busy(false);
    this.#since = params.since ?? null;
    this.#take(result, named ?? result);
    document.body.dataset.loadedMs = (performance.now() - begun).toFixed(0);
  }

  #busy(busy: boolean): void {
    document.body.classList.toggle('busy', busy);
    document.body.setAttribute('aria-busy', String(busy));
    if (!busy) return;
    this.#told.textContent = t('Reading …');
    if (!this.#figures) this.#say(t('Reading what was measured …'));
  }

  #take(result: ReportResult | null, named: ReportResult | null): void {
    if (named && !named.problem) this.#names = names(byName(named.figures));
    this.#offer();
    this.#told.textContent = '';
    if (!result) {
      this.#problem(
        t('Symbiote’s server does not answer. It may still be starting; its state is in the status bar.'),
      );
      return;
    }
    if (result.problem) {
      this.#problem(result.problem);
      return;
    }
    const figures = byName(result.figures);
    if (figures.get('days')?.n) this.#draw(figures);
    else this.#empty();
    const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    this.#told.textContent = t('Requests: {0} · read at {1}', f().number(figures.get('days')?.n ?? 0), time);
  }

  #draw(figures: Figures): void {
    this.#clear();
    this.#figures = figures;
    const shown = [...cards(figures, this.#since).map((card) => framed(card, this.#frame(card.name)))];
    shown.push(this.#comparison(figures));
    this.#body.replaceChildren(
      tilesOf(figures),
      el('div', { class: 'cards' }, ...shown.map(({ element }) => element)),
    );
    this.#ends = shown.map((one) => one.draw());
  }

  #comparison(figures: Figures): Shown {
    const found = compared(figures, this.#choice.pair, (pair) => {
      this.#keep({ pair });
      this.#draw(figures);
    });
    const card = {
      name: 'compare',
      title: t('Two models on your own work'),
      about: t('Acceptance and latency with their 95 % intervals, and what these allow to say.'),
      table: found?.table ?? { columns: [], rows: [] },
      width: 'all' as const,
    };
    const none = el(
      'p',
      { class: 'nothing' },
      t('Only one model was used in this time: there is nothing to compare.'),
    );
    return framed(card, this.#frame(card.name), found?.body ?? none);
  }

  #frame(name: string): Parameters<typeof framed>[1] {
    return {
      asTable: this.#choice.tables.includes(name),
      toggle: (asTable) => {
        const others = this.#choice.tables.filter((one) => one !== name);
        this.#keep({ tables: asTable ? [...others, name] : others });
      },
      copy: (text) => this.#host.copy(text),
    };
  }

  #clear(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#figures = undefined;
  }

  #say(...children: (Node | string)[]): void {
    this.#clear();
    this.#body.replaceChildren(el('div', { class: 'message' }, ...children));
  }

  #problem(text: string): void {
    this.#say(
      el('p', {}, text),
      button(t('Try Again'), () => void this.#ask(), { 'data-name': 'again' }),
    );
  }

  #empty(): void {
    const whole = initial();
    const all = button(t('Show All Time'), () => void this.#choose({ range: 'all', filters: whole.filters }));
    this.#say(
      el('h2', {}, t('Nothing was measured in this time')),
      el(
        'p',
        {},
        t(
          'Type in a file and wait for grey text: Tab takes it, Escape sends it away. What comes of it is counted here.',
        ),
      ),
      el('p', {}, t('Everything is measured on this machine and stays there.')),
      all,
    );
  }
}

new Page().begin();
