"""`rlm-desktop ask`: one question, progress on stderr, the answer on stdout."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from rlm_desktop.app.commands import asking
from rlm_desktop.app.commands.choosing import TerminalChoices
from rlm_desktop.app.commands.interrupting import end_on_signals
from rlm_desktop.app.commands.progress import Progress
from rlm_desktop.app.commands.reading import ReadingProgress
from rlm_desktop.app.commands.results import Result
from rlm_desktop.app.commands.store import Store, opened, texts
from rlm_desktop.app.commands.terminal import note, out, out_json
from rlm_desktop.app.commands.usage import DONE
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store as TextStore
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.request import Control, Outcome
from rlm_desktop.service.estimating import estimate_for
from rlm_desktop.service.making import Access
from rlm_desktop.service.reading import STORE_FOLDER, read_for_run
from rlm_desktop.service.running import Kept, check, run_recorded, sweep_scratch
from rlm_desktop.service.sharing import take_short_turns
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.service.tidying import is_due, tidy
from rlm_desktop.settings import places, preferences
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import Entry, RunStarted
from rlm_desktop.trace.facts import SkippedFile
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import money

_STOPPED = "You stopped it."


def run(words: Sequence[str]) -> int:
    """Ask one question and give the answer."""
    wanted = asking.parser().parse_intermixed_args(words)
    spec = asking.spec_of(wanted, preferences.load(places.data_dir(wanted.data_dir)))
    take_short_turns()
    with opened(wanted.data_dir) as store:
        check(spec, Access(store.data_dir, os.environ))
        sweep_scratch(store.data_dir)
        progress = Progress(quiet=wanted.quiet)
        reading = ReadingProgress(quiet=wanted.quiet)
        result = _Asking(spec=spec, run=new_run_id(), store=store, progress=progress, reading=reading).result()
        _tell(result, wanted)
        _tidy(store)
    return result.exit_status


def _tell(result: Result, wanted: argparse.Namespace) -> None:
    if wanted.json:
        out_json(result.as_object())
    elif result.outcome.answer:
        out(result.outcome.answer)
    if result.exit_status != DONE or not wanted.quiet:
        note(result.closing_line())


def _tidy(store: Store) -> None:
    """Free what nothing needs, once a day; where no window is ever opened, nobody else does."""
    if is_due(store.data_dir / STORE_FOLDER):
        with suppress(KeyboardInterrupt):
            asyncio.run(_tidy_now(store))


async def _tidy_now(store: Store) -> None:
    async with texts(store.data_dir) as kept_texts:
        await tidy(_kept(store, kept_texts, Indexer()))


def _kept(store: Store, kept_texts: TextStore, indexer: Indexer) -> Kept:
    access = Access(store.data_dir, os.environ)
    return Kept(data_dir=store.data_dir, database=store.database, store=kept_texts, indexer=indexer, access=access)


@dataclass(slots=True, kw_only=True)
class _Asking:
    """A run in this process. Ctrl-C cancels it; what was read and what was paid for is kept by then."""

    spec: RunSpec
    run: RunId
    store: Store
    progress: Progress
    reading: ReadingProgress
    skipped: tuple[SkippedFile, ...] = field(default=(), init=False)

    def result(self) -> Result:
        try:
            outcome = asyncio.run(self._run())
        except (KeyboardInterrupt, asyncio.CancelledError):
            if self.progress.trace.root is None:
                self._tell_interrupted_reading()
                raise KeyboardInterrupt from None
            outcome = self._cancelled()
        return Result(run=self.run, outcome=outcome, trace=self.progress.trace, skipped=self.skipped)

    async def _run(self) -> Outcome:
        end_on_signals()
        async with texts(self.store.data_dir) as store:
            try:
                corpus = await read_for_run(store, self.spec, self.reading.on_seen)
            finally:
                self.reading.end()
            self.skipped = corpus.skipped
            with closing(Indexer()) as indexer:
                kept = _kept(self.store, store, indexer)
                try:
                    self._tell_estimate(kept, corpus)
                    return await self._answered(kept, corpus)
                finally:
                    await kept.access.connections.close()

    def _tell_estimate(self, kept: Kept, corpus: StoredCorpus) -> None:
        models = kept.access.models(self.spec)
        made = estimate_for(kept, self.spec, models, corpus.tokens, corpus.characters)
        if made.cost_nano_usd is not None and made.cost_nano_usd[1]:
            low, high = map(money, made.cost_nano_usd)
            self.progress.say(f"About {low} to {high}, reckoned from {made.basis}")

    async def _answered(self, kept: Kept, corpus: StoredCorpus) -> Outcome:
        control = Control()
        choices = TerminalChoices(control)

        def on_entry(entry: Entry) -> None:
            self.progress.on_entry(entry)
            choices.on_entry(entry)

        spec = self.spec
        if not choices.can_ask():
            spec = replace(spec, ask_above_usd=None, ask_at_limits=False)
        return await run_recorded(spec, run=self.run, corpus=corpus, kept=kept, on_entry=on_entry, control=control)

    def _cancelled(self) -> Outcome:
        root = self.progress.trace.root
        started = root.fact(RunStarted) if root else None
        strategy = started.strategy if started else self.spec.strategy
        return Outcome(status="cancelled", answer=None, reason=_STOPPED, strategy=strategy)

    def _tell_interrupted_reading(self) -> None:
        if self.reading.ready:
            note("Stopped while reading. What was read is kept; ask again to go on from there.")
