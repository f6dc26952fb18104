// The words and cards of rows, a thousand rows at a time.

class Words {
  constructor(rowsAtOnce) {
    this.rowsAtOnce = rowsAtOnce;
    this.known = new Map();
  }

  /** Give a row's words if they are there already. */
  at(row) {
    const values = this.known.get(Math.floor(row / this.rowsAtOnce));
    return values && wordsOf(values[row % this.rowsAtOnce]);
  }

  /** Get a row's words. */
  async of(row) {
    const number = Math.floor(row / this.rowsAtOnce);
    if (!this.known.has(number)) this.keep(number, await valueOf(`words-${number}`));
    return wordsOf(this.known.get(number)[row % this.rowsAtOnce]);
  }

  keep(number, values) {
    this.known.set(number, values);
    if (this.known.size > 200) this.known.delete(this.known.keys().next().value);
  }

  /** Get a row's cards. */
  async cards(row) {
    return (await valueOf(`cards-${Math.floor(row / this.rowsAtOnce)}`))[row % this.rowsAtOnce];
  }
}

function wordsOf([prefix, title, note, noteTint, cost, calls, time, status, badges]) {
  return { prefix, title, note, noteTint, cost, calls, time, status, badges };
}

/** Make an element; text stays text, whatever it says. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Show what would turn a text around, or cannot be seen, as signs. */
function withSigns(text) {
  return text.replace(/\r\n/g, '\n').replace(STEERING, (sign) => {
    const code = sign.codePointAt(0);
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '␡' : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

const grouped = (number) => number.toLocaleString('en-US');
