"""`rlm-desktop show`: the trace of a run as a tree."""

from collections.abc import Sequence

from rlm_desktop.app.commands import node_objects, outline
from rlm_desktop.app.commands.store import Store, opened
from rlm_desktop.app.commands.terminal import out, out_json
from rlm_desktop.app.commands.usage import DONE, Parser, count_or_zero
from rlm_desktop.trace.tree import Trace


def run(words: Sequence[str]) -> int:
    """Show one run."""
    parser = Parser("show", "The trace of a run as a tree, with cost, tokens and time of each node.")
    parser.add_argument("run", metavar="RUN", help="a run's id, the beginning of one, or last")
    parser.add_argument("--depth", type=count_or_zero, metavar="N", help="only so many levels below the run")
    parser.add_json()
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    with opened(wanted.data_dir) as store:
        _show(store, wanted.run, wanted.depth, as_json=wanted.json)
    return DONE


def _show(store: Store, name: str, depth: int | None, *, as_json: bool) -> None:
    summary = store.library.summary(store.library.find(name))
    trace = Trace(store.journal.entries(summary.run))
    if as_json:
        out_json(node_objects.run_object(summary, trace, store.payloads, depth))
        return
    out(f"{summary.run} · {summary.status} · {summary.root} with {summary.worker}\n")
    out("\n".join(outline.lines(trace, depth)))
