"""The figures of a large recorded run's charts, added up on its columns all at once."""

from array import array

import numpy as np

from rlm_desktop.skeleton.building import MEASURES
from rlm_desktop.skeleton.columns import Array
from rlm_desktop.skeleton.sealed import SealedTrace
from rlm_desktop.trace.nodes import KINDS, STATUSES
from rlm_desktop.trace.totals import Totals
from rlm_desktop.viewmodel.run_figures import Ending, Group, Place, RunFigures

_TURN, _CALL = KINDS.index("turn"), KINDS.index("call")
_DONE = STATUSES.index("done")
_SUMMED = tuple(name for name in MEASURES if name not in ("calls", "in_flight", "retries", "held", "retrying"))
"""What the end of a call adds."""


def figures_of(trace: SealedTrace) -> RunFigures:
    """Give the figures at the trace's position."""
    figures, columns = RunFigures(), trace.columns
    has_begun = columns["begun"] < trace.position
    turns = np.flatnonzero((columns["kind"] == _TURN) & (columns["parent"] == 0) & has_begun)
    figures.turns = columns["number"][turns].tolist()
    calls = np.flatnonzero((columns["kind"] == _CALL) & has_begun)
    ended = calls[columns["ended"][calls] < trace.position]
    figures.out = len(calls) - len(ended)
    figures.position = trace.position
    _add_sums(figures, trace, ended, _turn_numbers(columns["number"], turns, ended, columns["size"]))
    _add_spread(figures, trace, ended)
    return figures


def _turn_numbers(numbers: Array, turns: Array, calls: Array, sizes: Array) -> Array:
    """Give the turn of the root run that each call is in, -1 outside of turns."""
    if not len(turns):
        return np.full(len(calls), -1)
    last = np.searchsorted(turns, calls, side="right") - 1
    heads = turns[np.maximum(last, 0)]
    return np.where((last >= 0) & (calls < heads + sizes[heads]), numbers[heads], -1)


def _is_root(trace: SealedTrace) -> Array:
    asked: Array = np.zeros(len(trace.columns["id"]), dtype="?")
    known = trace.columns["bar_node"] >= 0
    asked[trace.columns["bar_node"][known]] = trace.columns["bar_root"][known]
    return asked


def _add_sums(figures: RunFigures, trace: SealedTrace, calls: Array, turns: Array) -> None:
    columns, names = trace.columns, trace.columns.facts["models"]
    parts = (turns + 1, columns["depth"][calls], columns["model"][calls], _is_root(trace)[calls])
    # One number a group: sorting rows of four would take a second for a million calls.
    scales = [int(part.max(initial=0)) + 1 for part in parts]
    keys = np.ravel_multi_index([part.astype("i8") for part in parts], scales) if len(calls) else np.empty(0, "i8")
    groups, which = np.unique(keys, return_inverse=True)
    sums = {name: _summed(trace.own(name)[calls], which, len(groups)) for name in _SUMMED}
    counts = np.bincount(which, minlength=len(groups))
    for number, key in enumerate(groups.tolist()):
        turn, depth, model, is_root = (int(part) for part in np.unravel_index(key, scales))
        place = Place(turn - 1 if turn else None, depth)
        totals = Totals(calls=int(counts[number]), **{name: int(values[number]) for name, values in sums.items()})
        figures.sums[Group(place, names[model], bool(is_root))] = totals


def _summed(values: Array, which: Array, count: int) -> Array:
    sums: Array = np.zeros(count, dtype="i8")
    np.add.at(sums, which, values)
    return sums


def _add_spread(figures: RunFigures, trace: SealedTrace, calls: Array) -> None:
    columns = trace.columns
    was_asked = trace.own("cached")[calls] == 0
    figures.known_already = int((~was_asked).sum())
    asked = calls[was_asked]
    tokens = (trace.own("input_tokens") + trace.own("output_tokens"))[asked]
    has_failed, is_root = columns["status"][asked] != _DONE, _is_root(trace)[asked]
    endings: dict[Ending, Array] = {
        "failed": has_failed,
        "root": ~has_failed & is_root,
        "worker": ~has_failed & ~is_root,
    }
    for ending, members in endings.items():
        figures.seconds[ending] = array("d", np.nan_to_num(columns["seconds"][asked][members]).tolist())
        figures.tokens[ending] = array("q", tokens[members].tolist())
