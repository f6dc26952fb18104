"""A run as an Inspect log: a zip with a header, a summary, and one sample whose transcript is the trace."""

import zipfile
from importlib.metadata import version
from typing import BinaryIO

from rlm_desktop.export.inspect_events import READER
from rlm_desktop.export.inspect_sample import (
    EPOCH,
    SAMPLE_ID,
    Fields,
    error_of,
    json_of,
    limits_of,
    metadata_of,
    sample_json,
    summary_of,
    usage_by,
)
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.spans import WholeRun, end_of, iso, outcome_of, whole_run
from rlm_desktop.trace.wording import NANO

_FORMAT = 2
"""The version of Inspect's log format."""
_PACKED = zipfile.ZIP_DEFLATED
_LEVEL = 3
"""Of nine: half the time of the usual one for a tenth more bytes."""
_BLOCK_BYTES = 1 << 16


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the log; the file is never read back."""
    whole = whole_run(run)
    with zipfile.ZipFile(file, "w", _PACKED, compresslevel=_LEVEL) as packed:
        header = _header(whole)
        packed.writestr("_journal/start.json", json_of({key: header[key] for key in ("version", "eval", "plan")}))
        _write_sample(whole, packed)
        packed.writestr("summaries.json", json_of([summary_of(whole)]))
        packed.writestr("header.json", json_of(header))


def _write_sample(whole: WholeRun, packed: zipfile.ZipFile) -> None:
    with packed.open(f"samples/{SAMPLE_ID}_epoch_{EPOCH}.json", "w", force_zip64=True) as member:
        block = bytearray()
        for piece in sample_json(whole):
            block += piece
            if len(block) >= _BLOCK_BYTES:
                member.write(block)
                block.clear()
        member.write(block)


def _header(whole: WholeRun) -> Fields:
    outcome = outcome_of(whole.trace, whole.root)
    status = {
        "answered": "success",
        "partial": "success",
        "failed": "error",
        "cancelled": "cancelled",
        "interrupted": "cancelled",
        "running": "started",
    }[outcome.status]
    header: Fields = {
        "version": _FORMAT,
        "status": status,
        "eval": _spec(whole),
        "plan": {"name": "plan", "steps": [{"solver": whole.started.strategy}]},
        "results": _results(whole),
        "stats": {
            "started_at": iso(whole.root.started),
            "completed_at": iso(end_of(whole.trace, whole.root)) if status != "started" else "",
            "model_usage": usage_by(whole, lambda started: started.model),
            "role_usage": usage_by(whole, lambda started: started.role),
        },
    }
    return header | ({"error": error_of(outcome.reason)} if status == "error" else {})


def _spec(whole: WholeRun) -> Fields:
    run, started, limits = whole.recorded, whole.started, limits_of(whole)
    config = {
        "time_limit": None if limits.seconds is None else round(limits.seconds),
        "token_limit": limits.tokens,
        "turn_limit": limits.turns,
        "cost_limit": None if limits.cost_nano_usd is None else limits.cost_nano_usd / NANO,
    }
    return {
        "eval_id": run.run,
        "run_id": run.run,
        "created": iso(whole.root.started),
        "task": whole.title,
        "task_id": run.run,
        "task_version": 0,
        "tags": list(run.tags),
        "dataset": {"name": "corpus", "samples": 1, "sample_ids": [SAMPLE_ID], "shuffled": False},
        "model": started.root.name,
        "model_roles": {"root": {"model": started.root.name}, "worker": {"model": started.worker.name}},
        "config": {name: value for name, value in config.items() if value is not None},
        "packages": {"rlm-desktop": version("rlm-desktop")},
        "metadata": metadata_of(whole),
    }


def _results(whole: WholeRun) -> Fields:
    ended = outcome_of(whole.trace, whole.root).status in ("answered", "partial")
    note = whole.recorded.notes.get(whole.root.id)
    results: Fields = {"total_samples": 1, "completed_samples": int(ended), "scores": []}
    if note is not None and note.score is not None:
        metric = {"name": "score", "value": note.score}
        results["scores"] = [{"name": READER, "scorer": READER, "metrics": {"score": metric}}]
    return results
