"""Reads the logs of the official RLM implementation: a line with its settings, then a line each iteration.

Child runs lie inside the call that made them. A file may hold several runs: each begins with a line of settings, or
where the iterations are counted from 1 again, or after an answer. Settings hold until others come.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_lines import CutOff
from rlm_desktop.export.foreign_rlm_calls import told_prompt
from rlm_desktop.export.foreign_rlm_turns import Iterations
from rlm_desktop.export.foreign_telling import events_of
from rlm_desktop.export.foreign_told import ToldEnding, ToldNotice, ToldRun, ToldTurn
from rlm_desktop.export.imported import ImportedRun
from rlm_desktop.export.json_writing import OURS

_QUESTIONS = (
    re.compile(r'answer the original (?:prompt|query): "(.*?)"\.\n\nContinue using', re.DOTALL),
    re.compile(r"\AAnswer the following: (.*)\n\nYour context is a ", re.DOTALL),
)
"""How the implementation's own prompts put the question, in its several versions."""
_LONGEST_QUESTION = 4_000
_LACKS = (
    "Such a log does not hold: tokens, costs and reasoning of the root LM's own turns, when single calls began, which "
    "call site made them, limits other than turns and depth, and the documents. Calls that were sent together share "
    "the time of all, and the token counts of the last one. Its times are read as those of this computer's time zone."
)
_OUT_OF_OURS = "It was exported by RLM Desktop in the format of the official RLM implementation, which holds less."


def is_rlm_line(line: Fields) -> bool:
    """Tell whether a file that begins with this line is such a log."""
    kind = line.data.get("type")
    return kind == "metadata" or (kind in ("iteration", None) and {"response", "code_blocks"} <= line.data.keys())


def read_rlm(path: Path, lines: Iterator[Fields | CutOff]) -> Iterator[ImportedRun]:
    """Give the runs of a log; what a run does not read of its events is passed over when the next one is asked for."""
    began = path.stat().st_mtime
    log = _Log(lines)
    settings = Fields({}, path.name)
    while (ahead := log.ahead) is not None:
        if ahead.data.get("type") == "metadata":
            settings = log.take()
        elif settings.has(OURS):
            settings = Fields({}, path.name)
        reading = _Reading(path, log, settings)
        ours = settings.part(OURS)
        run = reading.told()
        name = ours.text("name") or ("" if run.question else path.stem)
        yield ImportedRun(run=None, events=events_of(run, began), name=name, tags=ours.texts("tags"))
        reading.skip()


class _Log:
    """The lines of a file that are of use, with one of them in view."""

    def __init__(self, lines: Iterator[Fields | CutOff]) -> None:
        self._lines = lines
        self.cut: CutOff | None = None
        self.unknown: dict[str, int] = {}
        self.ahead: Fields | None = None
        self.take_next()

    def take(self) -> Fields:
        """Give the line in view and go on."""
        line = self.ahead
        assert line is not None
        self.take_next()
        return line

    def take_next(self) -> None:
        """Go on to the next line of use."""
        self.ahead = None
        for line in self._lines:
            if isinstance(line, CutOff):
                self.cut = line
            elif is_rlm_line(line):
                self.ahead = line
                return
            else:
                kind = str(line.data.get("type"))[:40]
                self.unknown[kind] = self.unknown.get(kind, 0) + 1


class _Reading:
    """Reads one run of a log."""

    def __init__(self, path: Path, log: _Log, settings: Fields) -> None:
        self._path = path
        self._log = log
        self._settings = settings
        self._iterations = self._own_iterations()

    def told(self) -> ToldRun:
        """Give the run; its turns are read when they are asked for."""
        ahead = self._log.ahead
        first = ahead if ahead is not None and ahead.data.get("type") != "metadata" else Fields({}, "")
        settings, ours = self._settings, self._settings.part(OURS)
        root = settings.text("root_model")
        context = _context(first)
        question = ours.text("question") if ours.has("question") else _question(first, context)
        return ToldRun(
            question=question,
            title=question or f"A run out of {self._path.name}",
            root=root,
            worker=ours.text("worker") or _worker(first) or root,
            parts=self._parts(Iterations(root, ours)),
            turns=settings.count("max_iterations") or None,
            depth=settings.count("max_depth") if settings.has("max_depth") else None,
            characters=ours.count("characters") or len(context),
            isolation=ours.text("isolation") or _isolation(settings),
            origin=f"Imported from {self._path.name}.",
            strategy="direct" if ours.text("strategy") == "direct" else "rlm",
            started=_began(first) if first.data else settings.moment("timestamp"),
            notices=self._notices(ours),
        )

    def skip(self) -> None:
        """Pass over what was not read."""
        for _ in self._iterations:
            pass

    def _own_iterations(self) -> Iterator[Fields]:
        last = 0
        while (ahead := self._log.ahead) is not None and ahead.data.get("type") != "metadata":
            number = ahead.count("iteration") or last + 1
            if number <= last:
                return
            last = number
            line = self._log.take()
            yield line
            if line.has("final_answer") and not self._settings.has(OURS):
                return

    def _parts(self, reader: Iterations) -> Iterator[ToldTurn | ToldEnding]:
        for part in reader.parts(self._iterations):
            if isinstance(part, ToldEnding):
                yield _with_notices(part, self._last_notices())
            else:
                yield part

    def _notices(self, ours: Fields) -> tuple[ToldNotice, ...]:
        what = _OUT_OF_OURS if ours.data else _LACKS
        texts = [f"This run was imported from {self._path.name}, a log of the official RLM implementation. {what}"]
        texts += ours.texts("left_out")
        return tuple(ToldNotice(text=text) for text in texts)

    def _last_notices(self) -> Iterator[ToldNotice]:
        if self._log.ahead is not None:
            return
        if self._log.cut is not None:
            yield ToldNotice(
                text=f"{self._log.cut.place} is cut off: the run was imported as far as it goes.", level="warning"
            )
        for kind, count in self._log.unknown.items():
            yield ToldNotice(text=f"{count:,} lines of the unknown kind “{kind}” were left out.", level="warning")


def _with_notices(ending: ToldEnding, notices: Iterator[ToldNotice]) -> ToldEnding:
    return replace(ending, notices=(*ending.notices, *notices))


def _context(first: Fields) -> str:
    """Give the context as the variables of the first block hold it; empty where they don't."""
    blocks = first.parts("code_blocks")
    context = blocks[0].part("result").part("locals").data.get("context") if blocks else None
    return context if isinstance(context, str) else ""


def _question(first: Fields, context: str) -> str:
    """Give the question: out of the prompt, or the context, which holds it when a run is started without one."""
    for _, text in told_prompt(first.data.get("prompt")):
        for pattern in _QUESTIONS:
            found = pattern.search(text)
            if found is not None:
                return found[1]
    return context if len(context) <= _LONGEST_QUESTION else f"{context[:_LONGEST_QUESTION]} […]"


def _worker(first: Fields) -> str:
    calls = (call for block in first.parts("code_blocks") for call in block.part("result").parts("rlm_calls"))
    return next((call.text("root_model") for call in calls), "")


def _isolation(settings: Fields) -> str:
    kind = settings.text("environment_type")
    return f"{kind} (official implementation)" if kind else ""


def _began(first: Fields) -> float | None:
    ended = first.moment("timestamp")
    return None if ended is None else max(0.0, ended - (first.seconds("iteration_time") or 0.0))
