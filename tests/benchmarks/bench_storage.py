"""How long remembering takes, set against the bare driver.

Run it as `python tests/benchmarks/bench_storage.py`.
"""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter

from rlm_desktop.codec.events import decode, encode
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import AnswerGiven, CallFinished, Noticed, RunFinished, RunStarted, TextKept
from rlm_desktop.trace.facts import Limits, ModelFacts, Usage
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.texts import reference_to

EVENTS = 3_000
RUNS = 5_000
SENTENCE = "The Board resolved at its March sitting to raise the dues on tonnage by eleven per cent. "
MODEL = ModelFacts(
    name="m", window_tokens=1, input_price=1, cached_input_price=1, output_price=1, goes_to="this computer"
)
STARTED = RunStarted(
    run=1, question=reference_to("Why?"), title="Why?", strategy="rlm", root=MODEL, worker=MODEL, limits=Limits()
)
FINISHED = CallFinished(
    call=3,
    status="done",
    seconds=1.0,
    reply=reference_to(SENTENCE),
    preview=SENTENCE,
    usage=Usage(input_tokens=900, output_tokens=90),
    cost_nano_usd=1_900_000,
)


def milliseconds(work: Callable[[int], object], times: int = EVENTS) -> float:
    """Give the mean time of one call."""
    began = perf_counter()
    for number in range(times):
        work(number)
    return (perf_counter() - began) / times * 1_000


def say(what: str, cost: float, bare: float | None = None) -> None:
    ratio = f"   {cost / bare:5.1f} x the bare part" if bare else ""
    print(f"{what:<58}{cost:9.4f} ms{ratio}")


def bare_insert(folder: Path) -> float:
    """A transaction of one insert with the driver alone."""
    with closing(sqlite3.connect(folder / "bare.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, body TEXT)")
        body = encode(FINISHED)

        def insert(number: int) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO entries VALUES (?, ?)", (number, body))
            connection.execute("COMMIT")

        return milliseconds(insert)


def record(journal: Journal, bare: float) -> None:
    run = new_run_id()
    journal.begin(run)
    journal.record(run, STARTED)
    noticed = Noticed(parent=NodeId(1), about="repair", text=SENTENCE)
    say("record an event", milliseconds(lambda _: journal.record(run, noticed)), bare)
    say(
        "record the end of a call (with the run's summary)", milliseconds(lambda _: journal.record(run, FINISHED)), bare
    )
    for size in (1_000, 100_000):
        say(f"record an event with a text of {size:,} characters", _with_text(journal, run, size), bare)
    count = journal.last_seq(run)
    began = perf_counter()
    assert sum(1 for _ in journal.entries(run)) == count
    say(f"read back one of {count:,} entries", (perf_counter() - began) / count * 1_000)


def _with_text(journal: Journal, run: str, size: int) -> float:
    noticed = Noticed(parent=NodeId(1), about="text", text="")

    def write(number: int) -> None:
        text = f"{number} {SENTENCE * (size // len(SENTENCE))}"
        journal.record(run, TextKept(digest=reference_to(text).digest, text=text))
        journal.record(run, noticed)

    return milliseconds(write, 300)


def read_text(database: Database) -> None:
    text, run, journal = SENTENCE * 1_000, new_run_id(), Journal(database)
    digest = reference_to(text).digest
    journal.begin(run)
    journal.record(run, TextKept(digest=digest, text=text))
    journal.record(run, STARTED)
    say(f"read a text of {len(text):,} characters", milliseconds(lambda _: Payloads(database).text(digest), 100))


def history(database: Database, journal: Journal) -> None:
    for number in range(RUNS):
        run = new_run_id(1_700_000_000.0 + number)
        journal.begin(run)
        journal.record(run, STARTED)
        journal.record(run, AnswerGiven(run=1, answer=reference_to("x"), preview=f"Answer {number}", source="final"))
        journal.record(run, RunFinished(run=1, status="answered", seconds=1.0))
    library = Library(database)
    say(f"list {RUNS:,} runs", milliseconds(lambda _: library.runs(), 5))
    say("list the newest 100", milliseconds(lambda _: library.runs(limit=100), 20))
    say(f"search {RUNS:,} runs", milliseconds(lambda _: library.runs("answer 4999"), 5))
    say("seal when all runs are finished", milliseconds(lambda _: library.seal_interrupted(), 20))


def main() -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = bare_insert(folder)
        say("the driver's own transaction of one insert", bare)
        code = encode(FINISHED)
        say("encode an event", milliseconds(lambda _: encode(FINISHED)))
        say("decode an event", milliseconds(lambda _: decode("call_finished", code)))
        say(
            "open a new database",
            milliseconds(lambda number: Database.open(folder / str(number) / FILE_NAME).close(), 5),
        )
        with closing(Database.open(folder / FILE_NAME)) as database:
            record(Journal(database), bare)
            text = SENTENCE * 1_000
            run, journal = new_run_id(), Journal(database)
            journal.begin(run)
            journal.record(run, TextKept(digest=reference_to(text).digest, text=text))
            journal.record(run, STARTED)
            digest = reference_to(text).digest
            say(
                f"read a text of {len(text):,} characters", milliseconds(lambda _: Payloads(database).text(digest), 100)
            )
            history(database, journal)


if __name__ == "__main__":
    main()
