"""`rlm-desktop ask`: one question, progress on stderr, the answer on stdout."""

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rlm_desktop.app.commands import asking
from rlm_desktop.app.commands.progress import Progress
from rlm_desktop.app.commands.results import Result
from rlm_desktop.app.commands.store import Store, opened
from rlm_desktop.app.commands.terminal import note, out, out_json
from rlm_desktop.app.commands.usage import DONE
from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.loading import load
from rlm_desktop.engine.request import Outcome
from rlm_desktop.service.running import check, run_recorded, sweep_scratch
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings import places, preferences
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import RunStarted
from rlm_desktop.trace.ids import RunId

_STOPPED = "You stopped it."


def run(words: Sequence[str]) -> int:
    """Ask one question and give the answer."""
    wanted = asking.parser().parse_intermixed_args(words)
    spec = asking.spec_of(wanted, preferences.load(places.data_dir(wanted.data_dir)))
    check(spec, os.environ)
    progress = Progress(quiet=wanted.quiet)
    with opened(wanted.data_dir) as store:
        sweep_scratch(store.data_dir)
        corpus = load([Path(path) for path in spec.paths], progress.on_document)
        result = _Asking(spec=spec, run=new_run_id(), corpus=corpus, store=store, progress=progress).result()
    _tell(result, wanted)
    return result.exit_status


def _tell(result: Result, wanted: argparse.Namespace) -> None:
    if wanted.json:
        out_json(result.as_object())
    elif result.outcome.answer:
        out(result.outcome.answer)
    if result.exit_status != DONE or not wanted.quiet:
        note(result.closing_line())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """A run in this process. Ctrl-C cancels it; what was paid for is in the journal by then."""

    spec: RunSpec
    run: RunId
    corpus: Corpus
    store: Store
    progress: Progress

    def result(self) -> Result:
        try:
            outcome = asyncio.run(self._run())
        except (KeyboardInterrupt, asyncio.CancelledError):
            if self.progress.trace.root is None:
                raise KeyboardInterrupt from None
            outcome = self._cancelled()
        return Result(run=self.run, outcome=outcome, trace=self.progress.trace)

    async def _run(self) -> Outcome:
        self._heed_signals()
        return await run_recorded(
            self.spec,
            run=self.run,
            corpus=self.corpus,
            data_dir=self.store.data_dir,
            database=self.store.database,
            on_entry=self.progress.on_entry,
        )

    @staticmethod
    def _heed_signals() -> None:
        """Let a closed terminal or a plain `kill` end the run as Ctrl-C does."""
        task = asyncio.current_task()
        assert task is not None
        for name in ("SIGTERM", "SIGHUP"):
            # Windows has neither the one signal nor this way to heed the other.
            with suppress(AttributeError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)

    def _cancelled(self) -> Outcome:
        root = self.progress.trace.root
        started = root.fact(RunStarted) if root else None
        strategy = started.strategy if started else self.spec.strategy
        return Outcome(status="cancelled", answer=None, reason=_STOPPED, strategy=strategy)
