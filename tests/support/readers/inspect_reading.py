"""Reads logs with Inspect's own reader and tells what it found as JSON; runs under the Python that has Inspect."""

import json
import resource
import sys
import time
from typing import Any

from inspect_ai.event import event_tree
from inspect_ai.log import read_eval_log, read_eval_log_sample, read_eval_log_sample_summaries


def branch(node: Any) -> Any:
    """Give a span with all in it, or an event."""
    if hasattr(node, "children"):
        return {"span": node.id, "type": node.type, "ended": node.end is not None, "in": [*map(branch, node.children)]}
    return node.uuid


def told(log: Any, sample: Any) -> dict[str, Any]:
    """Give what a test compares."""
    models = [event for event in sample.events if event.event == "model"]
    return {
        "status": log.status,
        "tags": log.tags,
        "error": log.error and log.error.message,
        "task": log.eval.task,
        "metadata": log.metadata,
        "stats": {name: usage.model_dump() for name, usage in log.stats.model_usage.items()},
        "input": sample.input,
        "answer": sample.output.completion,
        "output_error": sample.output.error,
        "limit": sample.limit and sample.limit.model_dump(),
        "scores": {name: score.value for name, score in (sample.scores or {}).items()},
        "messages": [[message.role, message.text] for message in sample.messages],
        "calls": [
            {
                "node": event.metadata["node"],
                "model": event.model,
                "prompt": [[message.role, message.text] for message in event.input],
                "reply": event.output.completion,
                "usage": event.output.usage and event.output.usage.model_dump(),
                "cost": event.metadata.get("cost_usd"),
                "error": event.error,
                "retries": event.retries or 0,
                "pending": bool(event.pending),
            }
            for event in models
        ],
        "events": [event.event for event in sample.events],
        "tools": [[event.arguments["code"], event.result] for event in sample.events if event.event == "tool"],
        "infos": [event.data for event in sample.events if event.event == "info"],
        "tree": [branch(node) for node in event_tree(sample.events)],
    }


def read(path: str, *, only_times: bool) -> dict[str, Any]:
    """Read a log in the three ways in which Inspect reads one."""
    begin = time.perf_counter()
    log = read_eval_log(path)
    seconds = time.perf_counter() - begin
    if only_times:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"seconds": seconds, "memory": memory, "events": len(log.samples[0].events)}
    sample = read_eval_log_sample(path, id=1, epoch=1)
    (summary,) = read_eval_log_sample_summaries(path)
    assert len(sample.events) == len(log.samples[0].events)
    return told(log, sample) | {"summary": {"input": summary.input, "completed": summary.completed}}


paths = [word for word in sys.argv[1:] if not word.startswith("--")]
json.dump([read(path, only_times="--times" in sys.argv) for path in paths], sys.stdout)
