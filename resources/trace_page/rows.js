// The rows of the trace as columns of numbers, and which of them are shown.

const HAS_FAILED = 1, IS_OPENED = 2;

class Rows {
  static async read(index) {
    const rows = new Rows();
    const columns = {
      ids: Float64Array, levels: Uint16Array, kinds: Uint8Array, tints: Uint8Array, marks: Uint8Array,
      shares: Float32Array, 'share-tints': Uint8Array, starts: Float64Array, seconds: Float64Array,
      'text-counts': Uint32Array, 'row-texts': Uint32Array,
    };
    const read = Object.entries(columns).map(async ([name, Type]) => [name, await numbersOf(name, Type)]);
    for (const [name, numbers] of await Promise.all(read)) rows[name] = numbers;
    rows.count = index.rows;
    rows.kindNames = index.kinds;
    rows.tintNames = index.tints;
    rows.findRelatives();
    rows.open = Uint8Array.from(rows.marks, (mark) => (mark & IS_OPENED ? 1 : 0));
    rows.shown = new Uint32Array(rows.count);
    rows.layOut();
    return rows;
  }

  /** Find each row's parent and the end of what is below it, from the levels alone. */
  findRelatives() {
    this.parents = new Int32Array(this.count).fill(-1);
    this.ends = new Uint32Array(this.count).fill(this.count);
    const way = [];
    for (let row = 0; row < this.count; row++) {
      while (way.length > this.levels[row]) this.ends[way.pop()] = row;
      if (way.length) this.parents[row] = way[way.length - 1];
      way.push(row);
    }
  }

  /** Work out which rows are shown, after some were opened or closed. */
  layOut() {
    let count = 0;
    for (let row = 0; row < this.count; row = this.open[row] ? row + 1 : this.ends[row]) this.shown[count++] = row;
    this.shownCount = count;
  }

  hasChildren(row) {
    return this.ends[row] > row + 1;
  }

  kind(row) {
    return this.kindNames[this.kinds[row]];
  }

  tint(row) {
    return this.tintNames[this.tints[row]];
  }

  * children(row) {
    for (let child = row + 1; child < this.ends[row]; child = this.ends[child]) yield child;
  }

  /** Give the rows above one, outermost first, itself last. */
  way(row) {
    const way = [];
    for (let at = row; at >= 0; at = this.parents[at]) way.unshift(at);
    return way;
  }

  /** Tell where a row stands among those shown, or where it would. */
  place(row) {
    let low = 0, high = this.shownCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shown[middle] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Open the rows above one; tells whether that changed anything. */
  reveal(row) {
    const closed = this.way(row).slice(0, -1).filter((above) => !this.open[above]);
    for (const above of closed) this.open[above] = 1;
    if (closed.length) this.layOut();
    return closed.length > 0;
  }

  openAll(isOpen) {
    this.open.fill(isOpen ? 1 : 0);
    if (this.count) this.open[0] = 1;
    this.layOut();
  }

  rowOf(id) {
    return this.ids.indexOf(id);
  }

  /** Give the next row after one, or before it, for which a test holds; -1 where there is none. */
  next(row, step, test) {
    for (let at = row + step; at >= 0 && at < this.count; at += step) if (test(at)) return at;
    return -1;
  }

  hasFailed(row) {
    return (this.marks[row] & HAS_FAILED) !== 0;
  }

  peer(row, step) {
    const same = (at) => this.parents[at] === this.parents[row] && this.kinds[at] === this.kinds[row];
    const last = this.parents[row] < 0 ? row : this.ends[this.parents[row]];
    const first = this.parents[row];
    const found = this.next(row, step, (at) => at <= first || at >= last || same(at));
    return found > first && found < last ? found : -1;
  }
}
