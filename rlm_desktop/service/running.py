"""One run from spec to end: models made, scratch folder and lock held, each event in the journal before it is shown."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.request import Consent, Control, Models, Outcome, RunRequest
from rlm_desktop.engine.run import Lasting
from rlm_desktop.engine.run import run as run_engine
from rlm_desktop.engine.schemas import BadSchema, ReplySchema
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.prices import nano
from rlm_desktop.repl.host import Child, StartChild
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service.errors import NothingToRead, Refused
from rlm_desktop.service.finding import learn_windows
from rlm_desktop.service.making import Access
from rlm_desktop.service.policy import refuse_leaving
from rlm_desktop.service.reading import NO_DOCUMENTS
from rlm_desktop.service.recording import OnEntry, Recording
from rlm_desktop.service.shelf import Shelf
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import RunInUse
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.replies import ReplyStore
from rlm_desktop.trace.ids import RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where runs and the texts of documents are kept."""

    data_dir: Path
    database: Database
    store: Store
    indexer: Indexer
    access: Access
    limiters: Limiters = field(default_factory=Limiters)


def check(spec: RunSpec, access: Access) -> Models:
    """Refuse what cannot be run whatever the documents are; raises `Refused` or an `LmError`."""
    if not spec.question.strip():
        raise Refused("The question is empty. Write what you want to know about the documents.")
    if not spec.paths and spec.corpus is None:
        raise NothingToRead(NO_DOCUMENTS)
    _check_schema(spec.answer_schema)
    return access.models(spec)


async def prepare_models(spec: RunSpec, access: Access) -> Models:
    """Make the models of a run, with the windows that servers of the user give now; raises as `check` does."""
    # In threads: a keyring may be slow, or ask the user.
    await asyncio.to_thread(check, spec, access)
    stronger = [spec.stronger_root] if spec.stronger_root else []
    await learn_windows(access, spec, dict.fromkeys([spec.root, spec.worker, *spec.others, *stronger]))
    return await asyncio.to_thread(access.models, spec)


async def run_recorded(
    spec: RunSpec,
    *,
    run: RunId,
    corpus: StoredCorpus,
    kept: Kept,
    on_entry: OnEntry,
    control: Control | None = None,
    start_child: StartChild = Child.start,
) -> Outcome:
    """Answer a question, with every event in the journal before `on_entry` hears of it.

    The store keeps the version of the corpus for as long as the run is kept.

    Raises `Refused`, an `LmError` or a `StorageError` when the run cannot begin. Cancelling stops it.
    """
    models = await prepare_models(spec, kept.access)
    await asyncio.to_thread(refuse_leaving, corpus, models.facts, spec.local_only)
    request = _request_for(spec)
    async with AsyncExitStack() as stack:
        for lm in (models.root, models.worker, *models.further):
            stack.push_async_callback(lm.close)
        stack.enter_context(RunLock(kept.data_dir, run))
        await asyncio.to_thread(kept.store.pin, run, corpus.digest)
        scratch = stack.enter_context(_scratch(kept.data_dir, run))
        recording = Recording(Journal(kept.database), run, on_entry)
        work = run_engine(
            request,
            corpus=corpus,
            models=models,
            scratch=scratch,
            emit=recording.record,
            control=control,
            start_child=start_child,
            lasting=Lasting(indexer=kept.indexer, limiters=kept.limiters, replies=Shelf(ReplyStore(kept.database))),
        )
        return await recording.during(work)


def sweep_scratch(data_dir: Path) -> None:
    """Remove the scratch folders of runs whose process is gone."""
    for folder in (data_dir / "scratch").glob("*"):
        try:
            with RunLock(data_dir, RunId(folder.name)):
                shutil.rmtree(folder, ignore_errors=True)
        except RunInUse:
            continue


def _check_schema(schema: dict[str, Any] | None) -> None:
    if schema is None:
        return
    try:
        ReplySchema(schema)
    except BadSchema as error:
        raise Refused(f"The schema for the answer cannot be used: {error}.") from error


def _request_for(spec: RunSpec) -> RunRequest:
    held = isolation()
    return RunRequest(
        question=spec.question,
        strategy=spec.strategy,
        limits=spec.limits,
        answer_schema=spec.answer_schema,
        isolation=held.name,
        restricted=held.is_restricted,
        cache=spec.cache,
        consent=_consent(spec),
        code_hints=spec.code_hints,
    )


def _consent(spec: RunSpec) -> Consent:
    above = spec.ask_above_usd
    return Consent(
        fan_out_nano_usd=None if above is None else nano(above),
        fan_out_calls=spec.ask_above_calls,
        at_limits=spec.ask_at_limits,
    )


@contextmanager
def _scratch(data_dir: Path, run: RunId) -> Iterator[Path]:
    folder = data_dir / "scratch" / quote(run, safe="")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"The scratch folder {folder} cannot be made: {error.strerror}.") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
