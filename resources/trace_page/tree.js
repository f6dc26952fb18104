// The tree: only the rows in sight are in the document.

const ROW = 26;
const TALLEST = 8_000_000; // Browsers stop laying out at some ten million pixels; a longer list scrolls faster.

class Tree {
  constructor(rows, words, onSelect) {
    this.rows = rows;
    this.words = words;
    this.onSelect = onSelect;
    this.selected = 0;
    this.isHit = () => false;
    this.box = document.getElementById('tree');
    this.layer = document.getElementById('rows');
    this.box.addEventListener('scroll', () => this.paintSoon());
    this.layer.addEventListener('click', (event) => this.clicked(event));
    this.layer.addEventListener('dblclick', (event) => this.toggle(rowAt(event)));
    new ResizeObserver(() => this.paintSoon()).observe(this.box);
    this.resize();
  }

  /** Fit the height to the rows that are shown. */
  resize() {
    this.whole = this.rows.shownCount * ROW;
    document.getElementById('height').style.height = `${Math.min(this.whole, TALLEST)}px`;
    this.box.setAttribute('aria-rowcount', this.rows.shownCount);
    this.paintSoon();
  }

  get room() {
    return this.box.clientHeight;
  }

  get scale() {
    return this.whole > TALLEST ? (this.whole - this.room) / (TALLEST - this.room) : 1;
  }

  paintSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
    });
  }

  paint() {
    const top = this.box.scrollTop * this.scale;
    const first = Math.max(0, Math.floor(top / ROW) - 2);
    const last = Math.min(this.rows.shownCount, Math.ceil((top + this.room) / ROW) + 2);
    const painted = [], missing = new Set();
    for (let place = first; place < last; place++) {
      const row = this.rows.shown[place];
      const words = this.words.at(row);
      if (!words) missing.add(Math.floor(row / this.words.rowsAtOnce));
      painted.push(this.line(row, place, words, place * ROW - top));
    }
    this.layer.replaceChildren(...painted);
    this.box.setAttribute('aria-activedescendant', `row-${this.selected}`);
    if (missing.size) this.bring([...missing]);
  }

  async bring(numbers) {
    for (const number of numbers) await this.words.of(number * this.words.rowsAtOnce);
    this.paintSoon();
  }

  line(row, place, words, top) {
    const isOpen = this.rows.open[row] && this.rows.hasChildren(row);
    const line = element('div', {
      id: `row-${row}`, class: 'row', role: 'row', 'data-row': row,
      'aria-level': this.rows.levels[row] + 1, 'aria-rowindex': place + 1,
      'aria-selected': row === this.selected,
      'aria-expanded': this.rows.hasChildren(row) ? Boolean(isOpen) : undefined,
    }, ...(words ? this.cells(row, words, isOpen) : [element('span', {}, '…')]));
    line.style.transform = `translateY(${top}px)`;
    line.classList.toggle('hit', this.isHit(row));
    return line;
  }

  cells(row, words, isOpen) {
    const name = element('span', { class: 'name', role: 'gridcell' });
    const level = this.rows.levels[row];
    name.style.paddingInlineStart = `${12 + 14 * Math.min(level, 14) + 4 * Math.max(0, level - 14)}px`;
    const tint = this.rows.tint(row);
    const opener = this.rows.hasChildren(row) ? (isOpen ? '▾' : '▸') : '';
    name.append(element('span', { class: `opener ${tint}`, 'aria-hidden': 'true' }, opener));
    const prefixTint = /^\d+$/.test(words.prefix) ? 'muted' : tint;
    if (words.prefix) name.append(element('span', { class: `prefix ${prefixTint}` }, words.prefix));
    name.append(element('bdi', { class: 'title', title: words.title }, words.title));
    if (words.note) name.append(element('bdi', { class: `note ${words.noteTint}`, title: words.note }, words.note));
    if (words.status === 'failed' && ['run', 'notice'].includes(this.rows.kind(row))) name.append(badge('✕', 'failed', 'error'));
    else if (words.status && words.status !== 'failed') name.append(badge(words.status, words.status, 'warn'));
    for (const [sign, said, ink] of words.badges) {
      if (!(isOpen && /^[⇉↻]/.test(sign))) name.append(badge(sign, said, ink));
    }
    const figures = [words.cost, words.calls, words.time];
    return [name, this.share(row), ...figures.map((said) => element('span', { class: 'figure', role: 'gridcell' }, said))];
  }

  share(row) {
    const cell = element('span', { class: 'share', role: 'gridcell' });
    const share = this.rows.shares[row];
    if (share < 0) return cell;
    const tint = this.rows.tintNames[this.rows['share-tints'][row]];
    const bar = element('span', { class: `bar ${tint}` }, element('span', {}));
    bar.firstChild.style.width = `${Math.max(share * 100, share ? 3 : 0)}%`;
    cell.append(bar, element('span', { class: share >= 0.5 && tint !== 'root' ? tint : 'muted' }, `${Math.round(share * 100)}%`));
    return cell;
  }

  clicked(event) {
    const row = rowAt(event);
    if (row < 0) return;
    this.select(row);
    if (event.target.classList.contains('opener')) this.toggle(row);
  }

  toggle(row) {
    if (row >= 0 && this.rows.hasChildren(row)) this.setOpen(row, !this.rows.open[row]);
  }

  setOpen(row, isOpen) {
    this.rows.open[row] = isOpen ? 1 : 0;
    this.rows.layOut();
    this.resize();
  }

  setAllOpen(isOpen) {
    this.rows.openAll(isOpen);
    this.resize();
    this.select(this.rows.shown[Math.min(this.rows.place(this.selected), this.rows.shownCount - 1)] ?? 0);
  }

  /** Select a row, open the way to it and bring it into sight. */
  select(row) {
    if (row < 0 || row >= this.rows.count) return;
    if (this.rows.reveal(row)) this.resize();
    this.selected = row;
    this.bringIntoSight(this.rows.place(row) * ROW);
    this.paintSoon();
    this.onSelect(row);
  }

  bringIntoSight(top) {
    const seen = this.box.scrollTop * this.scale;
    const isBelow = top + ROW > seen + this.room;
    if (top >= seen && !isBelow) return;
    const far = Math.abs(top - seen) > 2 * this.room;
    const wished = far ? top - this.room / 3 : isBelow ? top + ROW - this.room : top;
    this.box.scrollTop = Math.max(0, wished) / this.scale;
  }

  /** Go to the row so many lines further down. */
  move(lines) {
    const place = this.rows.place(this.selected) + lines;
    this.select(this.rows.shown[Math.max(0, Math.min(this.rows.shownCount - 1, place))]);
  }

  /** Open a row, or go into it. */
  goIn() {
    if (!this.rows.hasChildren(this.selected)) return;
    if (this.rows.open[this.selected]) this.move(1);
    else this.setOpen(this.selected, true);
  }

  /** Close a row, or go out of it. */
  goOut() {
    const isOpen = this.rows.open[this.selected] && this.rows.hasChildren(this.selected);
    if (isOpen) this.setOpen(this.selected, false);
    else this.select(this.rows.parents[this.selected]);
  }
}

function rowAt(event) {
  const line = event.target.closest('[data-row]');
  return line ? Number(line.dataset.row) : -1;
}

function badge(sign, words, tint) {
  return element('span', { class: `badge ${tint}`, title: words }, sign);
}
