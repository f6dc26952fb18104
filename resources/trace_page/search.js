// Search in everything the run says: rows, cards and texts, block by block.

class Search {
  constructor(index, rows, texts) {
    this.index = index;
    this.rows = rows;
    this.texts = texts;
    this.hits = null;
    this.hitTexts = null;
    this.pattern = null;
    this.run = 0;
  }

  /** Look for words; tells how far it is from 0 to 1. A later search ends this one. Gives whether it came to its end. */
  async look(words, onProgress) {
    const run = ++this.run;
    this.clear();
    if (!words) return true;
    const pattern = patternOf(words);
    const hits = new Uint8Array(this.rows.count), hitTexts = new Uint8Array(this.texts.count);
    const parts = this.parts(words, pattern, hits, hitTexts);
    const all = 2 * Math.ceil(this.rows.count / this.index.rowsAtOnce) + this.index.textBlocks.length;
    for (let done = 0; !(await parts.next()).done;) {
      if (run !== this.run) return false;
      onProgress(++done / all);
    }
    this.markHolders(hits, hitTexts);
    Object.assign(this, { hits, hitTexts, pattern, overlap: words.length * 2 });
    return true;
  }

  clear() {
    this.hits = this.hitTexts = this.pattern = null;
  }

  async * parts(words, pattern, hits, hitTexts) {
    const packed = patternOf(JSON.stringify(words).slice(1, -1));
    for (let from = 0; from < this.rows.count; from += this.index.rowsAtOnce) {
      const number = from / this.index.rowsAtOnce;
      yield await this.lookInRows(`words-${number}`, packed, ([prefix, title, note], at) => {
        if (pattern.test(`${prefix}\n${title}\n${note}`)) hits[from + at] = 1;
      });
      yield await this.lookInRows(`cards-${number}`, packed, (cards, at) => {
        if (!hits[from + at] && cards.some((card) => pattern.test(wordsInCard(card)))) hits[from + at] = 1;
      });
    }
    const way = { text: 0, carried: '' };
    for (let number = 0; number < this.index.textBlocks.length; number++) {
      yield this.lookInBlock(number, await block(`texts-${number}`), way, pattern, words.length * 2, hitTexts);
    }
  }

  /** Look at the rows of a block; one that does not hold the words as they are packed is not even read. */
  async lookInRows(name, packed, look) {
    const said = decoder.decode(await block(name));
    if (packed.test(said)) JSON.parse(said).forEach(look);
  }

  /** Look in the texts of a block: in all of it first, and in each only where something is. */
  lookInBlock(number, bytes, way, pattern, overlap, hitTexts) {
    const start = this.index.textBlocks[number], end = this.texts.blockEnd(number);
    const whole = way.carried + decoder.decode(bytes);
    const isHit = pattern.test(whole);
    for (; way.text < this.texts.count && this.texts.starts[way.text] < end; way.text++) {
      const from = Math.max(this.texts.starts[way.text] - start, 0), to = this.texts.starts[way.text + 1] - start;
      if (isHit) {
        const said = (from === 0 ? way.carried : '') + decoder.decode(bytes.subarray(from, to));
        if (pattern.test(said)) hitTexts[way.text] = 1;
      }
      // A text that goes on in the next block is carried over with its end.
      if (to > end - start) break;
    }
    way.carried = this.texts.starts[way.text] < end ? whole.slice(-overlap) : '';
  }

  /** Mark the rows that hold a text with a hit. */
  markHolders(hits, hitTexts) {
    const counts = this.rows['text-counts'], held = this.rows['row-texts'];
    for (let row = 0, at = 0; row < this.rows.count; row++) {
      for (const end = at + counts[row]; at < end; at++) if (hitTexts[held[at]]) hits[row] = 1;
    }
  }

  count() {
    return this.hits ? this.hits.reduce((sum, hit) => sum + hit, 0) : 0;
  }

  countBefore(row) {
    let count = 0;
    for (let at = 0; at < row; at++) count += this.hits[at];
    return count;
  }
}

/** Make a pattern that finds these very words in any case. */
function patternOf(words) {
  return new RegExp(words.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'iu');
}

/** Give the words of a card that come from the run; the names of figures are the page's own. */
function wordsInCard(card) {
  const cells = (card.rows ?? []).flatMap((row) => (card.tab === 'Figures' ? row.slice(1) : row));
  const written = cells.map((cell) => (Array.isArray(cell) ? cell[0] : cell));
  return [card.note ?? '', card.words ?? '', ...written].join('\n');
}
