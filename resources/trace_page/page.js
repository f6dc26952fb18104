// Joins the parts: head, tree, detail, search, keys and the place in the address.

async function start() {
  const index = await valueOf('index');
  fillHead(index);
  const [rows, texts] = await Promise.all([Rows.read(index), Texts.read(index)]);
  const words = new Words(index.rowsAtOnce);
  const search = new Search(index, rows, texts);
  const goTo = (id) => tree.select(rows.rowOf(id));
  const detail = new Detail(rows, words, new CardMaker(texts, search, goTo), (row) => tree.select(row), search);
  const timeline = new TimelineView(index.timeline, rows, (row) => tree.select(row));
  const tree = new Tree(rows, words, (row) => {
    history.replaceState(null, '', `#${rows.ids[row]}`);
    timeline.mark(row);
    detail.show(row);
    tellHits(search, row);
  });
  tree.isHit = (row) => Boolean(search.hits?.[row]);
  connectSearch(search, tree, detail);
  connectButtons(tree, rows);
  connectKeys(tree, rows, search, detail);
  const select = () => tree.select(Math.max(0, rows.rowOf(Number(location.hash.slice(1) || NaN))));
  addEventListener('hashchange', select);
  if (rows.count) select();
  document.documentElement.dataset.ready = 'yes';
}

function fillHead(index) {
  document.getElementById('title').textContent = index.title;
  const question = document.getElementById('question');
  question.textContent = index.question;
  question.hidden = !index.question;
  const facts = index.facts.map(([name, said, tint]) => element('span', {}, `${name} `, element('bdi', { class: tint }, said)));
  const tags = index.tags.map((tag) => element('bdi', { class: 'badge accent' }, tag));
  document.getElementById('facts').append(...facts, ...tags);
  document.getElementById('warnings').append(...index.warnings.map((said) => element('p', { dir: 'auto' }, said)));
  const [standing, tint] = index.standing;
  document.getElementById('standing').append(element('span', { class: `dot ${tint}`, 'aria-hidden': 'true' }, '●'), standing);
  document.getElementById('sums').append(...index.sums.map((said) => element('span', {}, said)));
}

function tellHits(search, row) {
  const found = document.getElementById('found'), count = search.count();
  for (const id of ['hit-before', 'hit-after']) document.getElementById(id).disabled = !count;
  if (!search.hits) found.textContent = '';
  else if (!count) found.textContent = 'Nothing found';
  else {
    const place = search.hits[row] ? `${grouped(search.countBefore(row) + 1)} of ` : '';
    found.textContent = `${place}${grouped(count)} row${count === 1 ? '' : 's'}`;
  }
}

function goToHit(search, tree, step) {
  if (!search.hits) return;
  const isHit = (row) => search.hits[row];
  const next = tree.rows.next(tree.selected, step, isHit);
  tree.select(next >= 0 ? next : tree.rows.next(step > 0 ? -1 : tree.rows.count, step, isHit));
}

function connectSearch(search, tree, detail) {
  const field = document.getElementById('search'), found = document.getElementById('found');
  let looked = '';
  const look = async () => {
    looked = field.value;
    const isDone = await search.look(looked, (part) => { found.textContent = `${Math.round(part * 100)} %`; });
    if (!isDone) return;
    tree.paintSoon();
    detail.show(tree.selected);
    tellHits(search, tree.selected);
    if (search.count() && !search.hits[tree.selected]) goToHit(search, tree, 1);
  };
  document.getElementById('finding').addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.value === looked) goToHit(search, tree, 1);
    else look();
  });
  field.addEventListener('search', () => { if (!field.value && looked) look(); });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    field.value = '';
    look();
    tree.box.focus();
  });
  document.getElementById('hit-before').addEventListener('click', () => goToHit(search, tree, -1));
  document.getElementById('hit-after').addEventListener('click', () => goToHit(search, tree, 1));
}

function goToError(tree, step) {
  const isError = (row) => tree.rows.hasFailed(row);
  const next = tree.rows.next(tree.selected, step, isError);
  tree.select(next >= 0 ? next : tree.rows.next(step > 0 ? -1 : tree.rows.count, step, isError));
}

function connectButtons(tree, rows) {
  const errors = rows.marks.reduce((sum, mark) => sum + (mark & HAS_FAILED), 0);
  const button = document.getElementById('error-after');
  button.textContent = `✕ ${grouped(errors)} error${errors === 1 ? '' : 's'}`;
  button.disabled = !errors;
  button.addEventListener('click', () => goToError(tree, 1));
  document.getElementById('open-all').addEventListener('click', () => tree.setAllOpen(true));
  document.getElementById('close-all').addEventListener('click', () => tree.setAllOpen(false));
}

function connectKeys(tree, rows, search, detail) {
  const goToKind = (step, kind) => tree.select(rows.next(tree.selected, step, (row) => rows.kind(row) === kind));
  const page = () => Math.max(1, Math.floor(tree.room / ROW) - 1);
  const keys = {
    ArrowDown: () => tree.move(1), ArrowUp: () => tree.move(-1),
    ArrowRight: () => tree.goIn(), ArrowLeft: () => tree.goOut(),
    PageDown: () => tree.move(page()), PageUp: () => tree.move(-page()),
    Home: () => tree.move(-rows.count), End: () => tree.move(rows.count),
    Enter: () => tree.toggle(tree.selected), ' ': () => tree.toggle(tree.selected),
  };
  const anywhere = {
    '/': () => document.getElementById('search').focus(),
    n: () => goToHit(search, tree, 1), N: () => goToHit(search, tree, -1),
    e: () => goToError(tree, 1), E: () => goToError(tree, -1),
    j: () => goToKind(1, 'turn'), k: () => goToKind(-1, 'turn'),
    '.': () => tree.select(rows.peer(tree.selected, 1)), ',': () => tree.select(rows.peer(tree.selected, -1)),
  };
  TABS.forEach((tab, number) => { anywhere[number + 1] = () => detail.choose(detail.tabs?.[number] ?? tab); });
  addEventListener('keydown', (event) => {
    if (event.target.matches('input') || event.ctrlKey || event.altKey || event.metaKey || !rows.count) return;
    const isElsewhere = event.target.closest('button, #cards');
    const act = anywhere[event.key] ?? (isElsewhere ? undefined : keys[event.key]);
    if (!act) return;
    event.preventDefault();
    act();
  });
  tree.box.focus();
}

start().catch((error) => {
  const said = globalThis.DecompressionStream
    ? `This page cannot be shown: ${error.message}. Export the trace again.`
    : 'This browser cannot unpack the trace. Open the page in one from 2023 or later.';
  document.getElementById('title').textContent = said;
  document.documentElement.dataset.ready = 'failed';
});
