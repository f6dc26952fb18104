// The kept texts: each is a stretch of all the bytes, which lie in blocks.

class Texts {
  static async read(index) {
    const texts = new Texts();
    texts.starts = await numbersOf('text-starts', Float64Array);
    texts.blockStarts = index.textBlocks;
    return texts;
  }

  get count() {
    return this.starts.length - 1;
  }

  size(text) {
    return this.starts[text + 1] - this.starts[text];
  }

  blockEnd(number) {
    return this.blockStarts[number + 1] ?? this.starts[this.count];
  }

  /** Read a text's bytes from a place on, `most` of them or a few less; never half a character. */
  async read(text, from, most) {
    const begin = this.starts[text] + from;
    const end = Math.min(begin + most, this.starts[text + 1]);
    const bytes = new Uint8Array(end - begin);
    for (let number = this.blockAt(begin); number < this.blockStarts.length && this.blockStarts[number] < end; number++) {
      const part = await block(`texts-${number}`);
      const start = this.blockStarts[number];
      bytes.set(part.subarray(Math.max(0, begin - start), end - start), Math.max(0, start - begin));
    }
    return end === this.starts[text + 1] ? bytes : bytes.subarray(0, wholeCharacters(bytes));
  }

  blockAt(byte) {
    let low = 0, high = this.blockStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blockStarts[middle] <= byte) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Find where in a text a pattern first stands, in bytes; -1 where it does not. */
  async find(text, pattern, overlap) {
    let carried = '';
    for (let from = 0; from < this.size(text);) {
      const bytes = await this.read(text, from, 1_000_000);
      const said = carried + decoder.decode(bytes);
      const place = said.search(pattern);
      if (place >= 0) return from - byteLength(carried) + byteLength(said.slice(0, place));
      carried = said.slice(-overlap);
      from += bytes.length;
    }
    return -1;
  }
}

function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

function wholeCharacters(bytes) {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] & 0xc0) === 0x80) end--;
  if (end > 0 && bytes[end - 1] >= 0xc0) end--;
  return end || bytes.length;
}
