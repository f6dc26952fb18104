"""The language of the trace's filter: `kind:call status:error model:mini depth:2 cost>0.01 seconds>5 text:"…"`.

`at` is in seconds after the start: `at>60 at<90` is what went on in that half minute.

Terms stand side by side and all must hold; a comma lists alternatives, a minus in front turns a term round, and a word
without a name is looked for in texts.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from rlm_desktop.trace.events import CallStarted
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import KINDS, Node, NodeStatus
from rlm_desktop.trace.rows import elapsed
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import NANO

Operator = Literal[":", "=", "<", "<=", ">", ">="]
Name = Literal["kind", "status", "model", "depth", "cost", "tokens", "seconds", "at", "text"]
NAMES: tuple[Name, ...] = get_args(Name)
NUMBERS = frozenset(("depth", "cost", "tokens", "seconds", "at"))
STATUS_WORDS: Mapping[str, tuple[NodeStatus, ...]] = {
    "ok": ("done", "partial"),
    "done": ("done",),
    "partial": ("partial",),
    "error": ("failed",),
    "failed": ("failed",),
    "running": ("running",),
    "stopped": ("cancelled", "interrupted"),
    "cancelled": ("cancelled",),
    "interrupted": ("interrupted",),
}
_TERM = re.compile(r'(-?)(?:([a-zA-Z]+)(<=|>=|[:=<>]))?("[^"]*"?|\S*)')
_EXAMPLES = {"kind": "kind:call", "status": "status:error", "model": "model:mini", "text": 'text:"dues"'}


class BadFilter(ValueError):
    """What is typed is no filter; the text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition. `values` are lower-case words, or one number."""

    name: Name
    operator: Operator = ":"
    values: tuple[str, ...] = ()
    number: float = 0.0
    is_turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All conditions, and for each text that is looked for the nodes that hold it."""

    terms: tuple[Term, ...]
    holders: Mapping[str, Collection[NodeId]] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that are looked for."""
        return tuple(dict.fromkeys(value for term in self.terms if term.name == "text" for value in term.values))

    def matches(self, trace: Trace, node: Node) -> bool:
        """Tell whether all conditions hold for a node."""
        return all(_TESTS[term.name](self, trace, node, term) != term.is_turned for term in self.terms)


def parse(typed: str) -> Filter | None:
    """Read a filter; None for nothing typed. Raises `BadFilter`."""
    terms = [_term(found) for found in _TERM.finditer(typed) if found[0]]
    return Filter(terms=tuple(terms)) if terms else None


def _term(found: re.Match[str]) -> Term:
    minus, name, operator, value = found.groups()
    plain = value.strip('"')
    if name is None:
        return _checked(Term(name="text", values=(plain.casefold(),), is_turned=bool(minus)), plain)
    known = next((one for one in NAMES if one == name.casefold()), None)
    if known is None:
        raise BadFilter(f"There is no {name} to filter by: use one of {', '.join(NAMES)}.")
    sign: Operator = operator  # type: ignore[assignment] # the pattern lets nothing else through
    if known in NUMBERS:
        return Term(name=known, operator=sign, number=_number(known, plain), is_turned=bool(minus))
    if sign not in (":", "="):
        raise BadFilter(f"{known} cannot be compared with {sign}: write {_EXAMPLES[known]}.")
    values = (plain.casefold(),) if known == "text" else tuple(filter(None, plain.casefold().split(",")))
    return _checked(Term(name=known, values=values, is_turned=bool(minus)), plain)


def _number(name: str, value: str) -> float:
    try:
        return float(value.removeprefix("$").replace("_", ""))
    except ValueError as error:
        raise BadFilter(f"{name} wants a number, as in {name}>1.") from error


def _checked(term: Term, typed: str) -> Term:
    if not any(term.values):
        raise BadFilter(f"Something is missing after {term.name}: write {_EXAMPLES[term.name]}.")
    known: Sequence[str] = {"kind": KINDS, "status": tuple(STATUS_WORDS)}.get(term.name, ())
    strange = next((value for value in term.values if known and value not in known), None)
    if strange is not None:
        raise BadFilter(f"There is no {term.name} {typed}: use {', '.join(known)}.")
    return term


def compares(value: float, operator: Operator, number: float) -> bool:
    """Compare as a term says."""
    match operator:
        case "<":
            return value < number
        case "<=":
            return value <= number
        case ">":
            return value > number
        case ">=":
            return value >= number
        case _:
            return value == number


def statuses_of(term: Term) -> frozenset[NodeStatus]:
    """Give the statuses that a term means."""
    return frozenset(status for value in term.values for status in STATUS_WORDS[value])


def _goes_on(_wanted: Filter, trace: Trace, node: Node, term: Term) -> bool:
    """What is after a time has not ended before it; what is before a time began before it."""
    begin = trace.root.started if trace.root is not None else 0.0
    is_before = term.operator in ("<", "<=")
    at = node.started - begin + (0.0 if is_before else elapsed(trace, node))
    return compares(at, term.operator, term.number)


def _in_texts(wanted: Filter, _trace: Trace, node: Node, term: Term) -> bool:
    return any(node.id in wanted.holders.get(value, ()) for value in term.values)


def _has_model(_wanted: Filter, _trace: Trace, node: Node, term: Term) -> bool:
    started = node.fact(CallStarted) if node.kind == "call" else None
    return started is not None and any(value in started.model.casefold() for value in term.values)


_TESTS: dict[Name, Callable[[Filter, Trace, Node, Term], bool]] = {
    "kind": lambda _wanted, _trace, node, term: node.kind in term.values,
    "status": lambda _wanted, _trace, node, term: node.status in statuses_of(term),
    "model": _has_model,
    "depth": lambda _wanted, _trace, node, term: compares(node.depth, term.operator, term.number),
    "cost": lambda _wanted, _trace, node, term: compares(
        node.totals.cost_nano_usd, term.operator, round(term.number * NANO)
    ),
    "tokens": lambda _wanted, _trace, node, term: compares(node.totals.tokens, term.operator, term.number),
    "seconds": lambda _wanted, trace, node, term: compares(elapsed(trace, node), term.operator, term.number),
    "at": _goes_on,
    "text": _in_texts,
}


def completions(typed: str, models: Sequence[str]) -> list[str]:
    """Give what the last word that is being typed could become, whole words."""
    last = re.split(r"\s", typed)[-1]
    name, colon, value = last.removeprefix("-").partition(":")
    values: Sequence[str] = {"kind": KINDS, "status": tuple(STATUS_WORDS), "model": models}.get(name, ())
    if colon:
        return [f"{name}:{one}" for one in values if one.casefold().startswith(value.casefold()) and one != value]
    return [one + (">" if one in NUMBERS - {"depth"} else ":") for one in NAMES if name and one.startswith(name)]
