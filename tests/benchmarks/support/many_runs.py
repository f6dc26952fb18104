"""A database with thousands of runs and their texts, for measuring."""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import Any

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, Event, RunFinished, RunStarted, TextKept
from rlm_desktop.trace.facts import Limits, Message, ModelFacts, Usage
from rlm_desktop.trace.texts import reference_to

RUNS = 5_000
TEXTS_A_RUN = 8
CHARACTERS = 5_000
"""Of a text; together 200 MB."""
CALLS_A_RUN = 40
"""Where calls count; together 200,000."""
NEEDLE = "lighthouse"
A_NEEDLE = 50
"""One run in so many holds it."""
FIRST = 1_700_000_000.0

_LETTERS = "etaoinshrdlcumwfgypbvk"
_STATUSES = ("answered", "answered", "answered", "partial", "failed", "cancelled", "interrupted")
MODELS = tuple(
    ModelFacts(name=name, window_tokens=1, input_price=1, cached_input_price=1, output_price=1, goes_to="")
    for name in ("openai/gpt-5-mini", "anthropic/claude", "ollama/qwen3")
)


class Prose:
    """Words of which a few are frequent and most are rare."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        vocabulary: set[str] = set()
        while len(vocabulary) < 60_000:
            vocabulary.add("".join(self._random.choices(_LETTERS, k=self._random.randint(2, 10))))
        self.words = sorted(vocabulary)
        self._random.shuffle(self.words)
        self._weights = list(accumulate(1 / (place + 1) for place in range(len(self.words))))

    def text(self, characters: int) -> str:
        """Give about so many characters."""
        return " ".join(self._random.choices(self.words, cum_weights=self._weights, k=characters // 7))


def fill(data_dir: Path, runs: int = RUNS) -> Prose:
    """Record so many runs; give the words they are made of, the most frequent first."""
    prose = Prose()
    database = Database.open(data_dir / FILE_NAME)
    journal = Journal(database)
    for number in range(runs):
        run, at = new_run_id(FIRST + number), FIRST + number
        journal.begin(run)
        journal.record_all(run, [(at, event) for event in _events(prose, number)])
    database.close()
    return prose


def fill_with_calls(data_dir: Path, runs: int = RUNS, calls: int = CALLS_A_RUN) -> None:
    """Record so many runs of so many calls each, without their texts."""
    with closing(Database.open(data_dir / FILE_NAME)) as database:
        journal = Journal(database)
        for number in range(runs):
            run, at = new_run_id(FIRST + number), FIRST + number
            journal.begin(run)
            journal.record_all(run, [(at, event) for event in _events_of_calls(number, calls)])


def _events_of_calls(number: int, calls: int) -> Iterator[Event]:
    model, prompt = MODELS[number % 3], reference_to("What does the harbour master write?")
    named: Any = {"root": model, "worker": model}
    yield RunStarted(run=1, question=prompt, title=f"Question {number}", strategy="rlm", limits=Limits(), **named)  # type: ignore[arg-type]
    for call in range(2, calls + 2):
        place: Any = {"call": call, "parent": 1, "role": "worker" if call % 4 else "root"}
        messages = tuple(Message(role="user", text=prompt) for _ in range(3))
        yield CallStarted(model=model.name, prompt=messages, label="What does the harbour master write?", **place)
        usage = Usage(input_tokens=400 + call, output_tokens=30, cached_input_tokens=call)
        cost = None if call % 50 == 0 else 430_000 + number
        yield CallFinished(
            call=place["call"], status="done", seconds=1.0, reply=prompt, usage=usage, cost_nano_usd=cost
        )
    yield RunFinished(run=1, status="answered", seconds=60.0)  # type: ignore[arg-type]


def _events(prose: Prose, number: int) -> list[Event]:
    title = f"Question {number}: {prose.text(60)}"
    texts = [prose.text(CHARACTERS) for _ in range(TEXTS_A_RUN)]
    if not number % A_NEEDLE:
        texts[3] += f" {NEEDLE}"
    model = MODELS[number % 3]
    kept: list[Event] = [TextKept(digest=reference_to(text).digest, text=text) for text in texts]
    return [
        *kept,
        RunStarted(
            run=1,  # type: ignore[arg-type]
            question=reference_to(texts[0]),
            title=title,
            strategy="rlm",
            root=model,
            worker=model,
            limits=Limits(),
        ),
        CallFinished(call=3, status="done", seconds=1.0, usage=Usage(), cost_nano_usd=number * 977 % 900 * 1_000_000),  # type: ignore[arg-type]
        AnswerGiven(run=1, answer=reference_to(texts[1]), preview=prose.text(200), source="final"),  # type: ignore[arg-type]
        RunFinished(run=1, status=_STATUSES[number % 7], seconds=number * 31 % 500),  # type: ignore[arg-type,arg-type]
    ]
