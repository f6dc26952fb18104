// The run over time: the root LM, parallel calls in lanes, the cost, errors, and where the selected row is.

const ROOT_TOP = 2, ROOT_HEIGHT = 12, LANES_TOP = 20, LANES_HEIGHT = 28, COST_TOP = 52, COST_HEIGHT = 16, LABELS = 52;

class TimelineView {
  constructor(told, rows, onPick) {
    Object.assign(this, { told, rows, selected: 0 });
    this.canvas = document.getElementById('timeline');
    this.canvas.setAttribute('aria-label', `Timeline: ${told.blocks.length} stretches of calls, ${told.errors.length} moments with errors`);
    this.canvas.addEventListener('click', (event) => onPick(this.rowAt(event.offsetX)));
    new ResizeObserver(() => this.paint()).observe(this.canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
  }

  mark(row) {
    this.selected = row;
    this.paint();
  }

  x(seconds) {
    return LABELS + (this.told.seconds ? seconds / this.told.seconds : 0) * (this.canvas.clientWidth - LABELS - 2);
  }

  paint() {
    const ratio = devicePixelRatio || 1, style = getComputedStyle(document.documentElement);
    this.ink = (role) => style.getPropertyValue(`--${role}`);
    this.canvas.width = this.canvas.clientWidth * ratio;
    this.canvas.height = this.canvas.clientHeight * ratio;
    this.pen = this.canvas.getContext('2d');
    this.pen.scale(ratio, ratio);
    this.paintLabels(style);
    for (const one of this.told.blocks) this.paintBlock(...one);
    this.paintCost();
    this.pen.fillStyle = this.ink('error');
    for (const at of this.told.errors) this.pen.fillRect(this.x(at), LANES_TOP + LANES_HEIGHT + 1, 2, 4);
    this.pen.fillStyle = this.ink('accent');
    this.pen.fillRect(this.x(this.rows.starts[this.selected] ?? 0), 0, 1, this.canvas.clientHeight);
  }

  paintLabels(style) {
    this.pen.fillStyle = this.ink('muted');
    this.pen.font = `11px ${style.getPropertyValue('--mono')}`;
    this.pen.textBaseline = 'top';
    this.pen.fillText('root', 0, ROOT_TOP);
    this.pen.fillText('calls', 0, LANES_TOP + 4);
    this.pen.fillText('$', 0, COST_TOP + 2);
  }

  paintBlock(lane, start, end, state, isRoot) {
    const left = this.x(start), width = Math.max(1, this.x(end) - left - 0.5);
    this.pen.fillStyle = this.ink(state === 'failed' ? 'error' : isRoot ? 'root' : 'worker');
    if (lane < 0) {
      this.pen.fillRect(left, ROOT_TOP, width, ROOT_HEIGHT);
      return;
    }
    const height = Math.min(5, LANES_HEIGHT / Math.max(1, this.told.lanes));
    this.pen.fillRect(left, LANES_TOP + lane * height, width, Math.max(0.5, height - (height > 2 ? 1 : 0)));
  }

  paintCost() {
    const top = this.told.costs.at(-1)?.[1];
    if (!top) return;
    this.pen.strokeStyle = this.ink('answer');
    this.pen.beginPath();
    this.pen.moveTo(this.x(0), COST_TOP + COST_HEIGHT);
    for (const [at, cost] of this.told.costs) this.pen.lineTo(this.x(at), COST_TOP + COST_HEIGHT * (1 - cost / top));
    this.pen.stroke();
  }

  /** Give the call that began last before a place, else the run. */
  rowAt(x) {
    const seconds = ((x - LABELS) / (this.canvas.clientWidth - LABELS - 2)) * this.told.seconds;
    let found = 0;
    for (let row = 0; row < this.rows.count; row++) {
      const isBefore = this.rows.starts[row] <= seconds && this.rows.starts[row] >= this.rows.starts[found];
      if (isBefore && this.rows.kind(row) === 'call') found = row;
    }
    return found;
  }
}
