"""`rlm-desktop show`: the trace of a run as a tree."""

from collections.abc import Sequence
from typing import Any

from rlm_desktop.app.commands import node_objects, noted, outline
from rlm_desktop.app.commands.store import Store, opened
from rlm_desktop.app.commands.terminal import out, out_json
from rlm_desktop.app.commands.usage import DONE, Parser, count_or_zero
from rlm_desktop.trace.facts import SentText
from rlm_desktop.trace.reasks import sent_in
from rlm_desktop.trace.tree import Trace


def run(words: Sequence[str]) -> int:
    """Show one run."""
    parser = Parser("show", "The trace of a run as a tree, with cost, tokens and time of each node.")
    parser.add_argument("run", metavar="RUN", help="a run's id, the beginning of one, or last")
    parser.add_argument("--depth", type=count_or_zero, metavar="N", help="only so many levels below the run")
    parser.add_argument("--sent", action="store_true", help="what of which document was sent to which model")
    parser.add_json()
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    with opened(wanted.data_dir) as store:
        if wanted.sent:
            _show_sent(store, wanted.run, as_json=wanted.json)
        else:
            _show(store, wanted.run, wanted.depth, as_json=wanted.json)
    return DONE


def _show(store: Store, name: str, depth: int | None, *, as_json: bool) -> None:
    summary = store.library.summary(store.library.find(name))
    trace = Trace(store.journal.entries(summary.run))
    if as_json:
        out_json(node_objects.run_object(summary, trace, store.payloads, depth, store.notes.of(summary.run)))
        return
    out(f"{summary.run} · {summary.status} · {summary.root} with {summary.worker}\n")
    out("\n".join([*outline.lines(trace, depth), *noted.lines(trace, store.notes.of(summary.run))]))


def _show_sent(store: Store, name: str, *, as_json: bool) -> None:
    summary = store.library.summary(store.library.find(name))
    root = Trace(store.journal.entries(summary.run)).root
    rows = sent_in(root)
    if as_json:
        out_json({"run": summary.run, "sent": [_sent_object(row) for row in rows]})
    elif not rows:
        out("No text of a document was sent to a model in this run, as far as it was recorded.")
    else:
        width = max(len(row.document) for row in rows)
        for row in rows:
            out(f"{row.document:<{width}}  {row.characters:>12,} characters  {row.model}  {row.goes_to}")


def _sent_object(row: SentText) -> dict[str, Any]:
    return {
        "document": row.document,
        "model": row.model,
        "goes_to": row.goes_to,
        "characters": row.characters,
    }
