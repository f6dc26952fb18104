"""Logs as other programs write them, for the tests of importing.

Those of the official implementation are real (`official_logs`). fast-rlm needs Deno and a network to run: its log is
written here by hand, field by field as its logger writes them.
"""

from typing import Any

from tests.support.official_logs import DATA

OFFICIAL = sorted(DATA.glob("*.jsonl"))

_PROBE = (
    "Context type:  <class 'str'>\nContext length: 61\n"
    "Context:  Which harbours raised their dues? Ardvik did, Torsnes did not."
)
_USED = {
    "prompt_tokens": 900,
    "completion_tokens": 40,
    "total_tokens": 940,
    "cached_tokens": 512,
    "reasoning_tokens": 16,
    "cost": 0.0021,
}


def fast_rlm_lines() -> list[dict[str, Any]]:
    """A root agent that asks two others at once in its second step, one of which ends without a result."""
    return [
        _line(0, "root", "agent_start"),
        _step(1, "root", 0, code="print(context)", output=_PROBE, usage={**_USED, "prompt_tokens": 0, "cost": None}),
        _step(
            4,
            "root",
            1,
            code="1 / 0",
            output="\nError: Traceback (most recent call last):\nZeroDivisionError: no ",
            bad=1,
        ),
        _line(6, "a", "agent_start", parent="root"),
        _line(6.2, "b", "agent_start", parent="root"),
        _step(7, "a", 0, parent="root", code="print(context)", output="Context:  Ardvik"),
        _step(8, "a", 1, parent="root", code="FINAL('1981')"),
        _line(8.1, "a", "final_result", parent="root", result={"year": 1981}),
        _line(8.2, "a", "agent_end", parent="root"),
        _step(8.5, "b", 1, parent="root", code=""),
        _line(9, "b", "agent_end", parent="root"),
        _step(10, "root", 2, code="# ask both\nsaid = await gather(a, b)", output="said\n", began=5.5),
        _step(12, "root", 3, code="FINAL('Ardvik')", began=11.5),
        _line(12, "root", "final_result", result="Ardvik"),
        _line(12.1, "root", "agent_end"),
    ]


def _line(second: float, run: str, kind: str, parent: str | None = None, **more: Any) -> dict[str, Any]:
    above = {"parent_run_id": f"17-{parent}"} if parent else {}
    place = {"run_id": f"17-{run}", **above, "depth": int(bool(parent))}
    return {"level": 30, "time": _time(second), **place, "event_type": kind, **more}


def _step(second: float, run: str, step: int, *, code: str, began: float | None = None, **more: Any) -> dict[str, Any]:
    kind = "execution_result" if "output" in more else "code_generated"
    failed = {"hasError": bool(more.pop("bad", False))} if "output" in more else {}
    times = {"execution_start": _time(second - 0.5 if began is None else began), "execution_end": _time(second)}
    asked = {
        "llm_call_start": _time(second - 1.5 if began is None else began - 1),
        "llm_call_end": times["execution_start"],
    }
    line = _line(second, run, kind, more.pop("parent", None), step=step, code=code, **failed)
    return line | {"usage": _USED, "reasoning": "Hm.", "timestamps": {**(asked if step else {}), **times}} | more


def _time(second: float) -> str:
    return f"2026-03-01T10:00:{second:06.3f}Z"


def atif_trajectory() -> dict[str, Any]:
    """A trajectory of an agent with tools and a sub-agent, as other programs write them."""
    return {
        "schema_version": "ATIF-v1.6",
        "session_id": "s-1",
        "agent": {"name": "harbour-agent", "version": "2.1", "model_name": "some/model"},
        "notes": "A note of its maker.",
        "steps": [
            {"step_id": 1, "source": "system", "message": "You have a shell."},
            {"step_id": 2, "timestamp": "2026-03-01T10:00:00Z", "source": "user", "message": "Who raised the dues?"},
            {
                "step_id": 3,
                "timestamp": "2026-03-01T10:00:01Z",
                "source": "agent",
                "message": "I look.",
                "reasoning_content": "Where are they?",
                "tool_calls": [
                    {"tool_call_id": "c1", "function_name": "shell", "arguments": {"command": "ls", "seconds": 5}},
                    {"tool_call_id": "c2", "function_name": "python", "arguments": {"code": "print(1)"}},
                ],
                "observation": {
                    "results": [
                        {"source_call_id": "c2", "content": "1"},
                        {"source_call_id": "c1", "content": [{"type": "text", "text": "dues.txt"}]},
                    ]
                },
                "metrics": {"prompt_tokens": 500, "completion_tokens": 20, "cached_tokens": 100, "cost_usd": 0.25},
            },
            {
                "step_id": 4,
                "source": "agent",
                "message": "",
                "tool_calls": [{"tool_call_id": "c3", "function_name": "delegate", "arguments": {}}],
                "observation": {
                    "results": [
                        {"source_call_id": "c3", "subagent_trajectory_ref": [{"trajectory_id": "sub"}]},
                        {
                            "content": [{"type": "image", "source": {"media_type": "image/png", "path": "a.png"}}],
                            "subagent_trajectory_ref": [{"trajectory_path": "elsewhere.json"}],
                        },
                    ]
                },
                "metrics": {"prompt_tokens": 600, "completion_tokens": 30},
            },
            {"step_id": 5, "source": "agent", "message": "Ardvik did.", "metrics": {"prompt_tokens": 1}},
        ],
        "subagent_trajectories": [
            {
                "schema_version": "ATIF-v1.7",
                "trajectory_id": "sub",
                "agent": {"name": "helper", "version": "1", "model_name": "small/model"},
                "steps": [
                    {"step_id": 1, "source": "user", "message": "Read dues.txt."},
                    {"step_id": 2, "source": "agent", "message": "It names Ardvik.", "metrics": {"prompt_tokens": 7}},
                ],
            }
        ],
    }
