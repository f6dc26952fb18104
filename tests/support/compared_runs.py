"""A second run of the sample question, to compare the first with."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rlm_desktop.trace.events import Entry, RunFinished, RunStarted
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.texts import TextRef
from tests.support.run_writer import WORKER, RunWriter, Turn
from tests.support.sample_runs import ANSWER, QUESTION, documents, harbour_turns

Recorded = tuple[list[Entry], dict[Digest, str]]
INSERTED = Turn(
    intent="Read the minutes for what the reports leave out",
    code="minutes = [m for m in texts if 'minutes' in m]\nfor each in minutes:\n    show(each)",
    output="minutes-1983.pdf\n",
    root_cost=2_000_000,
)
OTHER_ANSWER = (
    ANSWER.replace("more than twice", "at least three times").replace("1987", "1988")
    + "\nTorsnes is not proved: one page could not be read.\n"
)
_DAY = 86_400.0


def other_run() -> Recorded:
    """Give a run a day later: other settings, one step changed, one gone, one new, two with other output."""
    turns = harbour_turns()
    code = 'hits = grep(r"\\b(dues|tolls)\\b", ignore_case=True)\nhits = [h for h in hits if h.year >= 1980]\n'
    code += "print(len(hits))\nfor h in hits[:40]:\n    print(h)"
    printed = "".join(f"annual-19{50 + n % 40}.pdf p. {n}: the dues on tonnage were\n" for n in range(40, 132))
    turns[1] = replace(turns[1], code=code, output=printed)
    turns[4] = replace(turns[4], output="96\n")
    turns[5] = replace(turns[5], error=None, output="{'Ardvik': 3}\n")
    del turns[3]
    turns.insert(6, INSERTED)
    writer = RunWriter()
    run, end = writer.run(0.0, QUESTION, turns, documents=documents()[:-1], characters=39_020_118)
    writer._answer(end, run, OTHER_ANSWER)
    writer.add(end + 0.05, RunFinished(run=run, status="partial", seconds=end + 0.05))
    return [_later(entry) for entry in writer.entries()], writer.texts


def _later(entry: Entry) -> Entry:
    event = entry.event
    if isinstance(event, RunStarted) and event.parent is None:
        worker = replace(WORKER, name="openai/gpt-5-nano", input_price=50_000_000)
        limits = Limits(cost_nano_usd=2_000_000_000, turns=20)
        event = replace(event, worker=worker, limits=limits, cache="reuse")
    return Entry(entry.seq, entry.at + _DAY, event)


def run_of(turns: Sequence[Turn], question: str = QUESTION) -> Recorded:
    """Give a run of these turns that has not ended."""
    writer = RunWriter()
    writer.run(0.0, question, list(turns))
    return writer.entries(), writer.texts


def loader(*texts: dict[Digest, str]) -> Callable[[TextRef], str]:
    """Give what loads the texts of several runs."""
    everything = {digest: text for some in texts for digest, text in some.items()}
    return lambda reference: everything[reference.digest]
