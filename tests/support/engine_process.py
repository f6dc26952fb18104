"""A real engine process with its client, and what it has said so far."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rlm_desktop.service.client import EngineClient
from rlm_desktop.service.messages import Entries, Fact, StartRun
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId

Found = TypeVar("Found")
COMMAND = (sys.executable, "-m", "rlm_desktop.service.server")


class EngineProcess:
    """Starts the engine on a data folder; use it as an async context manager."""

    def __init__(self, data_dir: Path, command: Sequence[str] = COMMAND, **environment: str) -> None:
        self.facts: list[Fact] = []
        self.client = EngineClient(
            [*command, "--data-dir", str(data_dir)], {**os.environ, **environment}, on_message=self._on_message
        )
        self._changed = asyncio.Event()

    async def __aenter__(self) -> "EngineProcess":
        await self.client.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    def _on_message(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._changed.set()

    def start_run(self, *paths: Path, **more: Any) -> RunId:
        """Begin a run with defaults for what a test does not care for."""
        spec: dict[str, Any] = {"paths": tuple(map(str, paths)), "question": "When were the dues raised?"}
        spec |= {"root": "builtin/extractive", "worker": "builtin/extractive"}
        run = new_run_id()
        self.client.send(StartRun(run=run, spec=RunSpec(**{**spec, **more})))
        return run

    async def until(self, condition: Callable[["EngineProcess"], Found], seconds: float = 30.0) -> Found:
        """Wait until the condition gives something; it is looked at after every fact."""
        async with asyncio.timeout(seconds):
            while not (found := condition(self)):
                self._changed.clear()
                await self._changed.wait()
        return found

    async def hear(self, kind: type[Found], **wanted: Any) -> Found:
        """Wait for the first fact of a kind with these values."""
        return await self.until(lambda engine: next(iter(engine.heard(kind, **wanted)), None))

    def heard(self, kind: type[Found], **wanted: Any) -> list[Found]:
        """Give the facts of a kind with these values."""
        return [
            fact
            for fact in self.facts
            if isinstance(fact, kind) and all(getattr(fact, name) == value for name, value in wanted.items())
        ]

    def entries(self, run: RunId) -> list[Entry]:
        """Give the entries of a run, in the order they came."""
        return [entry for message in self.heard(Entries, run=run) for entry in message.entries]
