"""What must stand in every file with an answer, whatever its format."""

from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.events import EvidenceChecked, RunFinished, RunStarted
from tests.support.kinds_of_runs import KINDS, GivenRun
from tests.support.rich_answer import rich

ALL = {**KINDS, "rich": rich}


def squeezed(text: str) -> str:
    """Give a text without white space and controls, which each format lays out in its own way."""
    return "".join(show_controls(text.encode("utf-8", "replace").decode()).split())


def words_of(run: GivenRun) -> list[str]:
    """Give the words and figures that any file of this run's answer holds."""
    trace = trace_of(run)
    assert trace.root is not None
    started, finished = trace.root.fact(RunStarted), trace.root.fact(RunFinished)
    checked = next((fact for node in trace.walk() for fact in node.facts(EvidenceChecked)), None)
    assert started is not None
    totals = trace.root.totals
    places = [part for quote in (checked.quotes if checked else ()) for part in (quote.document, quote.part)]
    return [
        run.name,
        *run.tags,
        *run.left_out,
        *(note.text for note in run.notes.values()),
        *(quote.text for quote in (checked.quotes if checked else ())),
        *(place for place in places if place),
        started.root.name,
        started.worker.name,
        finished.reason if finished else "The run had not ended",
        finished.status if finished else "running",
        f"{totals.tokens:,}",
        f"{totals.input_tokens:,} in ({totals.cached_input_tokens:,}",
        f"{totals.output_tokens:,} out ({totals.reasoning_tokens:,}",
        f"{totals.calls:,}",
        run.run,
    ]
