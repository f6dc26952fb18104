// The detail of the selected row: where it is, and its cards.

const TABS = ['Story', 'Prompt', 'Reply', 'Code', 'Output', 'Variables', 'Figures'];
const CALLS_AT_ONCE = 100;

class Detail {
  constructor(rows, words, cardMaker, goToRow, search) {
    Object.assign(this, { rows, words, cardMaker, goToRow, search });
    this.tab = 'Story';
    this.shown = 0;
    this.box = document.getElementById('cards');
  }

  /** Show a row; a later wish overtakes this one. */
  async show(row) {
    const wish = ++this.shown;
    const parts = await this.partsOf(row);
    const tabs = TABS.filter((tab) => tab === 'Story' || parts.some((part) => part.tab === tab));
    const tab = tabs.includes(this.tab) ? this.tab : 'Story';
    const chosen = parts.filter((part) => tab === 'Story' || part.tab === tab);
    const cards = await Promise.all(chosen.map((part) => (part.calls ? this.callsCard(part.calls) : this.cardMaker.make(part))));
    const crumbs = await this.crumbs(row);
    if (wish !== this.shown) return;
    this.row = row;
    this.tabs = tabs;
    document.getElementById('crumbs').replaceChildren(...crumbs);
    document.getElementById('tabs').replaceChildren(...tabs.map((name) => this.tabButton(name, name === tab)));
    this.box.replaceChildren(...cards);
    this.box.scrollTop = 0;
    markHits(this.search.pattern);
  }

  choose(tab) {
    if (!this.tabs?.includes(tab)) return;
    this.tab = tab;
    this.show(this.row);
  }

  tabButton(name, isChosen) {
    const button = element('button', { type: 'button', role: 'tab', 'aria-selected': isChosen }, name);
    button.addEventListener('click', () => this.choose(name));
    return button;
  }

  /** Gather what a row tells: of itself, and of what belongs to it so closely that it is read together. */
  async partsOf(row) {
    const own = await this.words.cards(row);
    switch (this.rows.kind(row)) {
      case 'run': return this.ofRun(row, own);
      case 'turn': return [...(await this.ofTurn(row)), ...own];
      case 'step': return this.ofStep(row, own);
      case 'batch': return [...own, { calls: [...this.rows.children(row)], tab: 'Story' }];
      default: return own;
    }
  }

  async ofRun(row, own) {
    const asked = own.filter((card) => card.title === 'Question');
    const rest = own.filter((card) => card.title !== 'Question');
    return [...asked, ...(await this.ofChildren(row, ['answer'])), ...rest];
  }

  async ofTurn(row) {
    const parts = [];
    for (const child of this.rows.children(row)) {
      const cards = await this.words.cards(child);
      if (this.rows.kind(child) === 'call') parts.push(...cards.filter((card) => card.tab === 'Reply'));
      else if (this.rows.kind(child) === 'step') parts.push(...(await this.ofStep(child, cards)));
      else parts.push(...cards);
    }
    return parts.filter((card) => card.tab !== 'Figures');
  }

  async ofStep(row, own) {
    const code = own.filter((card) => card.tab === 'Code');
    const rest = own.filter((card) => card.tab !== 'Code');
    const calls = this.callsOf(row);
    return [
      ...code, ...(await this.ofChildren(row, ['output'])), ...(calls.length ? [{ calls, tab: 'Story' }] : []), ...rest,
    ];
  }

  async ofChildren(row, kinds) {
    const parts = [];
    for (const child of this.rows.children(row)) {
      if (kinds.includes(this.rows.kind(child))) parts.push(...(await this.words.cards(child)));
    }
    return parts;
  }

  /** Give the calls and child runs right below a row, also those that lie in a batch. */
  callsOf(row) {
    const calls = [];
    for (const child of this.rows.children(row)) {
      const kind = this.rows.kind(child);
      if (kind === 'batch') for (const call of this.rows.children(child)) calls.push(call);
      else if (kind === 'call' || kind === 'run') calls.push(child);
    }
    return calls;
  }

  async callsCard(calls) {
    const body = element('tbody');
    const table = element('table', { class: 'calls' }, body);
    const failed = calls.filter((row) => this.rows.hasFailed(row)).length;
    const meta = `${grouped(calls.length)} call${calls.length === 1 ? '' : 's'}${failed ? ` · ${grouped(failed)} failed` : ''}`;
    const heading = element('h3', {}, element('span', { class: 'worker' }, 'Calls'), element('span', { class: 'meta' }, meta));
    const card = element('article', { class: 'card' }, heading, element('div', { class: 'wide' }, table));
    await this.addCalls(card, body, calls, 0);
    return card;
  }

  async addCalls(card, body, calls, from) {
    const rows = calls.slice(from, from + CALLS_AT_ONCE);
    body.append(...(await Promise.all(rows.map((row) => this.callLine(row)))));
    const left = calls.length - from - rows.length;
    if (!left) return;
    const button = more(`${grouped(left)} more: show ${grouped(Math.min(left, CALLS_AT_ONCE))}`, () => {
      button.remove();
      return this.addCalls(card, body, calls, from + rows.length);
    });
    card.append(button);
  }

  async callLine(row) {
    const words = await this.words.of(row);
    const said = words.noteTint === 'error' ? 'error' : 'muted';
    return element('tr', {},
      element('td', { class: 'figure muted' }, words.prefix),
      element('td', { dir: 'auto' }, link(words.title, () => this.goToRow(row))),
      element('td', { class: said, dir: 'auto' }, words.note || words.status || '–'),
      element('td', { class: 'figure' }, words.cost),
      element('td', { class: 'figure' }, words.time));
  }

  async crumbs(row) {
    const crumbs = [];
    for (const above of this.rows.way(row)) {
      const { prefix, title } = await this.words.of(above);
      const kind = this.rows.kind(above);
      const name = /^\d+$/.test(prefix) ? `${kind} ${prefix}` : prefix || title;
      if (crumbs.length) crumbs.push(element('span', { class: 'muted', 'aria-hidden': 'true' }, '›'));
      crumbs.push(above === row ? element('bdi', { class: this.rows.tint(row) }, name) : link(name, () => this.goToRow(above)));
    }
    return crumbs;
  }
}

/** Mark in the detail what is looked for; the marks lie beside the document and alter nothing in it. */
function markHits(pattern = markHits.pattern) {
  markHits.pattern = pattern;
  if (!globalThis.CSS?.highlights) return;
  CSS.highlights.delete('hit');
  if (!pattern) return;
  const every = new RegExp(pattern.source, 'giu'), ranges = [];
  const walker = document.createTreeWalker(document.getElementById('cards'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < 2_000; node = walker.nextNode()) {
    for (const found of node.data.matchAll(every)) {
      const range = new Range();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      ranges.push(range);
    }
  }
  if (ranges.length) CSS.highlights.set('hit', new Highlight(...ranges));
  ranges[0]?.startContainer.parentElement.scrollIntoView({ block: 'nearest' });
}
