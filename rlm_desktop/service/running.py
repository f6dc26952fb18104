"""One run from spec to end: models made, scratch folder and lock held, each event in the journal before it is shown."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.request import Control, Models, Outcome, RunRequest
from rlm_desktop.engine.run import Lasting
from rlm_desktop.engine.run import run as run_engine
from rlm_desktop.engine.schemas import BadSchema, ReplySchema
from rlm_desktop.lm.catalogue import make_lm
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.prices import UserPrices
from rlm_desktop.lm.protocol import LM
from rlm_desktop.repl.host import Child, StartChild
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service.errors import BadPrices, NoKey, NothingToRead, Refused
from rlm_desktop.service.reading import NO_DOCUMENTS
from rlm_desktop.service.recording import OnEntry, Recording
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import RunInUse
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.trace.ids import RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where runs and the texts of documents are kept."""

    data_dir: Path
    database: Database
    store: Store
    indexer: Indexer
    limiters: Limiters = field(default_factory=Limiters)


def prepare_models(spec: RunSpec, environ: Mapping[str, str]) -> Models:
    """Make the models of a run; raises `Refused` or an `LmError`. Nothing is connected yet."""
    prices = _prices(spec)
    key = _key(spec, environ)

    def make(name: str) -> LM:
        return make_lm(name, base_url=spec.base_url, api_key=key, prices=prices)

    root = make(spec.root)
    return Models(root=root, worker=root if spec.worker == spec.root else make(spec.worker))


def check(spec: RunSpec, environ: Mapping[str, str]) -> Models:
    """Refuse what cannot be run whatever the documents are; raises `Refused` or an `LmError`."""
    if not spec.question.strip():
        raise Refused("The question is empty. Write what you want to know about the documents.")
    if not spec.paths and spec.corpus is None:
        raise NothingToRead(NO_DOCUMENTS)
    _check_schema(spec.answer_schema)
    return prepare_models(spec, environ)


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
    models = check(spec, os.environ)
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
            lasting=Lasting(indexer=kept.indexer, limiters=kept.limiters),
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
    )


def _prices(spec: RunSpec) -> UserPrices | None:
    if spec.price_in_usd is None and spec.price_out_usd is None:
        return None
    if spec.price_in_usd is None or spec.price_out_usd is None:
        raise BadPrices("Only one price was given. Give both: for input and for output, in dollars per million tokens.")
    return UserPrices(input_usd=spec.price_in_usd, output_usd=spec.price_out_usd)


def _key(spec: RunSpec, environ: Mapping[str, str]) -> str | None:
    if spec.api_key_env is None:
        return None
    key = environ.get(spec.api_key_env)
    if not key:
        raise NoKey(f"The variable {spec.api_key_env} holds no key. Set it, or name another variable.")
    return key


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
