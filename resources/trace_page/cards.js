// One card: a heading, and under it a text or a table. Long texts are shown page by page.

const FIRST_LINES = 40, FIRST_BYTES = 6_000, PAGE_BYTES = 200_000;

class CardMaker {
  constructor(texts, search, goTo) {
    this.texts = texts;
    this.search = search;
    this.goTo = goTo;
  }

  async make(card) {
    const heading = element('h3', {}, element('span', { class: card.tint ?? '' }, card.title));
    if (card.note) heading.append(element('bdi', { class: 'note', title: card.note }, card.note));
    if (card.meta) heading.append(element('span', { class: 'meta' }, card.meta));
    return element('article', { class: 'card' }, heading, await this.body(card));
  }

  async body(card) {
    if (card.rows) return this.table(card.rows, card.headings, card.tab === 'Figures' ? 'figures' : undefined);
    if (card.earlier) return this.earlier(card.earlier);
    if (card.texts) return this.kept(card.texts, card.language);
    return fragment(written(withSigns(card.words), card.language));
  }

  table(rows, headings, look) {
    const table = element('table', { class: look });
    if (headings.length) {
      const cells = headings.map((words) => element('th', { scope: 'col' }, words));
      table.append(element('thead', {}, element('tr', {}, ...cells)));
    }
    table.append(element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map((cell) => this.cell(cell))))));
    return element('div', { class: 'wide' }, table);
  }

  cell(cell) {
    const [words, tint, isFigure, node] = Array.isArray(cell) ? cell : [cell, 'text', 0];
    const made = element('td', { class: `${tint}${isFigure ? ' figure' : ''}`, dir: isFigure ? 'ltr' : 'auto' });
    made.append(node === undefined ? words : link(words, () => this.goTo(node)));
    return made;
  }

  earlier(messages) {
    const body = element('div', { class: 'earlier' });
    const show = async () => body.replaceChildren(...(await Promise.all(messages.map(([role, text, characters]) => (
      this.make({ title: `Prompt, ${role}`, tint: 'muted', meta: counted(characters), texts: [[text, characters]], language: 'plain' })
    )))));
    body.append(more('Show them', show));
    return body;
  }

  async kept(pieces, language) {
    const body = element('div', { class: 'texts' });
    for (const [text, characters] of pieces) body.append(await this.text(text, characters, language));
    return body;
  }

  /** Show the beginning of a text, or the place where a search hits it, and offer the rest. */
  async text(text, characters, language) {
    const body = element('div');
    let from = 0;
    const hit = this.search.hitTexts?.[text] ? await this.texts.find(text, this.search.pattern, this.search.overlap) : -1;
    if (hit > FIRST_BYTES - 1_000) {
      from = await this.lineBefore(text, hit);
      body.append(more(`${grouped(from)} bytes before this: show from the beginning`, async () => {
        body.replaceChildren();
        await this.page(body, text, characters, language, 0, PAGE_BYTES);
      }));
    }
    await this.page(body, text, characters, language, from, FIRST_BYTES);
    return body;
  }

  /** Give a place shortly before another where a line begins, or at least a character. */
  async lineBefore(text, place) {
    const from = Math.max(0, place - 1_500);
    const bytes = await this.texts.read(text, from, place - from);
    let start = bytes.indexOf(10) + 1;
    while (start < bytes.length && (bytes[start] & 0xc0) === 0x80) start++;
    return from + start;
  }

  async page(body, text, characters, language, from, most) {
    const bytes = await this.texts.read(text, from, most);
    let said = decoder.decode(bytes);
    if (most === FIRST_BYTES) said = firstLines(said);
    const next = from + (said.length === 0 ? bytes.length : byteLength(said));
    body.append(...written(withSigns(said), language));
    const left = this.texts.size(text) - next;
    if (left <= 0) return;
    const words = `${grouped(left)} bytes more of ${counted(characters)}: show ${left > PAGE_BYTES ? grouped(PAGE_BYTES) : 'all'}`;
    const button = more(words, async () => {
      button.remove();
      await this.page(body, text, characters, language, next, PAGE_BYTES);
    });
    body.append(button);
  }
}

function firstLines(text) {
  let end = -1;
  for (let line = 0; line < FIRST_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return text;
  }
  return text.slice(0, end + 1);
}

function counted(characters) {
  return `${grouped(characters)} character${characters === 1 ? '' : 's'}`;
}

function more(words, onClick) {
  const button = element('button', { type: 'button', class: 'more' }, words);
  button.addEventListener('click', async () => {
    await onClick();
    markHits();
  });
  return button;
}

function link(words, onClick) {
  const button = element('button', { type: 'button', class: 'link' }, words);
  button.addEventListener('click', onClick);
  return button;
}

function fragment(children) {
  const made = document.createDocumentFragment();
  made.append(...children);
  return made;
}

/** Write a text; each line of prose runs in its own direction, code always from left to right. */
function written(text, language) {
  const isCode = language === 'python';
  const pre = element('pre', { class: language, dir: isCode ? 'ltr' : 'auto' });
  pre.append(...(isCode ? coloured(text) : [text]));
  return [pre];
}

const PYTHON = new RegExp([
  /(?<muted>#[^\n]*)/, /(?<answer>[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
  /(?<root>\b(?:False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b)/,
  /(?<accent>\b(?:llm_query|llm_query_batched|llm_call|llm_batch|rlm_query|rlm_query_batched|FINAL|FINAL_VAR|SHOW_VARS|budget|peek|grep|search)\b(?=\())/,
  /(?<code>\b\d[\d_.]*\b)/, /\w+/,
].map((part) => part.source).join('|'), 'g');

function * coloured(code) {
  let end = 0;
  for (const found of code.matchAll(PYTHON)) {
    const [tint, words] = Object.entries(found.groups).find(([, words]) => words) ?? [];
    if (!tint) continue;
    yield code.slice(end, found.index);
    yield element('span', { class: tint }, words);
    end = found.index + words.length;
  }
  yield code.slice(end);
}
