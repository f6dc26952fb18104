"""What each run's calls of each model came to, kept up to date with its events so that charts need not fold them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.sqlite import insert

from rlm_desktop.storage.tables import model_sums, open_calls
from rlm_desktop.trace.events import CallFinished, CallStarted, Event
from rlm_desktop.trace.ids import CallId
from rlm_desktop.trace.totals import Totals, totals_of_call

SUMS = (
    "calls",
    "cost_nano_usd",
    "unpriced",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
)
"""The sums that are kept, by their names in `Totals`."""

_CLOSED_AT_ONCE = 500
_OPEN = insert(open_calls)
_CLOSE = (
    delete(open_calls)
    .where(open_calls.c.run == bindparam("of_run"), open_calls.c.call.in_(bindparam("calls", expanding=True)))
    .returning(open_calls.c.call, open_calls.c.model, open_calls.c.is_root)
)
_NEW = insert(model_sums)
_ADD = _NEW.on_conflict_do_update(
    index_elements=["run", "model", "is_root"],
    set_={name: model_sums.c[name] + _NEW.excluded[name] for name in SUMS},
)
_Asked = tuple[str, bool]
"""A model, and whether it was asked as root LM."""
_NOBODY: _Asked = ("", False)


def keep_up(connection: Connection, run_number: int, events: Iterable[Event]) -> None:
    """Add what events tell of calls to a run's sums, in the caller's transaction; child runs add to the same ones.

    The end of a call does not name its model, so open calls are remembered, however long they take and whoever goes on
    with the run.
    """
    started: dict[CallId, _Asked] = {}
    finished: list[CallFinished] = []
    for event in events:
        match event:
            case CallStarted():
                started[event.call] = (event.model, event.role != "worker")
            case CallFinished():
                finished.append(event)
    if finished:
        before = [event.call for event in finished if event.call not in started]
        _add(connection, run_number, _sums_of(finished, started | _close(connection, run_number, before)))
    ended = {event.call for event in finished}
    opened = [_open(run_number, call, asked) for call, asked in started.items() if call not in ended]
    if opened:
        connection.execute(_OPEN, opened)


def _sums_of(finished: Iterable[CallFinished], asked: dict[CallId, _Asked]) -> dict[_Asked, Totals]:
    sums: defaultdict[_Asked, Totals] = defaultdict(Totals)
    for event in finished:
        found = sums[asked.get(event.call, _NOBODY)]
        found.add(totals_of_call(event))
        found.calls += 1
    return sums


def _add(connection: Connection, run_number: int, sums: dict[_Asked, Totals]) -> None:
    rows = [
        {"run": run_number, "model": model, "is_root": is_root, **{name: getattr(totals, name) for name in SUMS}}
        for (model, is_root), totals in sums.items()
    ]
    connection.execute(_ADD, rows)


def _open(run_number: int, call: CallId, asked: _Asked) -> dict[str, Any]:
    model, is_root = asked
    return {"run": run_number, "call": call, "model": model, "is_root": is_root}


def _close(connection: Connection, run_number: int, calls: list[CallId]) -> dict[CallId, _Asked]:
    """Give who was asked in calls that were begun in earlier transactions, and forget these calls."""
    found: dict[CallId, _Asked] = {}
    for start in range(0, len(calls), _CLOSED_AT_ONCE):
        some = {"of_run": run_number, "calls": calls[start : start + _CLOSED_AT_ONCE]}
        for row in connection.execute(_CLOSE, some):
            found[CallId(row.call)] = (row.model, row.is_root)
    return found
