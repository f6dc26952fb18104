"""A run whose fan-out partly failed, on a server that may be told to answer now."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rlm_desktop.service.messages import RunEnded
from rlm_desktop.service.reask_messages import ReaskCalls, ReaskOver, ReaskSpec, ReaskWeighed, WeighReask
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.trace.events import CallFinished, CallStarted
from rlm_desktop.trace.ids import CallId, RunId
from rlm_desktop.trace.reasks import reasks_of
from tests.support.engine_process import EngineProcess
from tests.support.lm_server import LmServer, Said, Trouble

COUNT = 9
FAILED = (2, 5, 6)
ROOT = f"""```repl
parts = llm_query_batched([f"Which year? Part {{n}} of {COUNT}: " + context[:40] for n in range({COUNT})])
answer["content"] = " and ".join(parts)
answer["ready"] = True
```"""
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


def part_of(body: dict[str, Any]) -> int:
    """Give which prompt of the fan-out a request holds."""
    return int(body["messages"][-1]["content"].split("Part ")[1].split()[0])


@dataclass
class Workers:
    """Answers as the root, and as workers of whom some have trouble."""

    troubled: dict[int, Trouble] = field(
        default_factory=lambda: dict.fromkeys(FAILED, Trouble(status=400, message="Not now."))
    )
    on_asked: Callable[[int], None] = lambda _part: None
    root: str = ROOT

    def __call__(self, body: dict[str, Any]) -> Said | Trouble:
        """Answer a request."""
        if body["model"] == "root":
            return Said(text=self.root, usage=USAGE)
        part = part_of(body)
        self.on_asked(part)
        return self.troubled.get(part) or Said(text=f"198{part}", usage=USAGE)

    def recover(self) -> None:
        """Answer everything from now on."""
        self.troubled = {}


PRICES = {"price_in_usd": 1.0, "price_out_usd": 1.0}


async def failed_run(engine: EngineProcess, server: LmServer, documents: Path, **more: Any) -> RunId:
    """Let a run end in which some calls failed."""
    models = {"base_url": server.base_url, "root": "root", "worker": "worker", "strategy": "rlm"}
    run = engine.start_run(documents, **{**models, **more})
    await engine.hear(RunEnded, run=run)
    return run


def failed_calls(engine: EngineProcess, run: RunId) -> list[CallId]:
    """Give the workers' calls of a run that failed or were stopped, in the order in which they were asked."""
    events = [entry.event for entry in engine.entries(run)]
    bad = {event.call for event in events if isinstance(event, CallFinished) and event.status != "done"}
    return [event.call for event in events if isinstance(event, CallStarted) and event.call in bad and event.batch]


def spec_for(engine: EngineProcess, server: LmServer, run: RunId, **more: Any) -> ReaskSpec:
    """Say that the failed calls of a run are to be asked again."""
    calls = more.pop("calls", None) or tuple(failed_calls(engine, run))
    return ReaskSpec(run=run, calls=calls, **{"base_url": server.base_url, **more})


async def weighed(engine: EngineProcess, spec: ReaskSpec) -> ReaskWeighed:
    """Let it be weighed."""
    known = len(engine.heard(ReaskWeighed))
    engine.client.send(WeighReask(spec=spec))
    return await engine.until(lambda one: (one.heard(ReaskWeighed)[known:] or [None])[0])


async def asked_again(engine: EngineProcess, spec: ReaskSpec) -> ReaskOver:
    """Let it be done."""
    known = len(engine.heard(ReaskOver))
    engine.client.send(ReaskCalls(spec=spec))
    return await engine.until(lambda one: (one.heard(ReaskOver)[known:] or [None])[0])


def recorded(data_dir, run):
    """Give all that is recorded of a run."""
    with closing(Database.open(data_dir / FILE_NAME)) as database:
        return list(Journal(database).entries(run))


def summary(data_dir, run):
    """Give the line of a run in the history."""
    with closing(Database.open(data_dir / FILE_NAME)) as database:
        return Library(database).summary(run)


def fan_out(trace):
    """Give the fan-out of a run."""
    return next(node for node in trace.walk() if node.kind == "batch")


def again_of(trace, number=-1):
    """Give the calls that were asked again, with what came of them."""
    batch = reasks_of(trace, fan_out(trace))[number]
    return [trace.nodes[child] for child in batch.children]


def worker_requests(server):
    """Give the parts that workers were asked about."""
    return [part_of(body) for body in server.requests if body["model"] == "worker"]
