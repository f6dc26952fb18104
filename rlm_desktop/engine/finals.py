"""Reads `FINAL(...)` and `FINAL_VAR(name)` written as prose, as models trained on other systems do."""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rlm_desktop.engine.fences import Fence

_CALL = re.compile(r"[ \t]*(?P<name>FINAL_VAR|FINAL)[ \t]*\(")
_TEMPLATES = frozenset(
    (
        "...",
        "…",
        "answer here",
        "final answer",
        "final answer here",
        "name",
        "result_variable",
        "text",
        "variable",
        "variable_name",
        "your answer",
        "your answer here",
        "your final answer",
        "your final answer here",
    )
)
_MOST_BRACKETS_TRIED = 200


@dataclass(frozen=True, slots=True)
class ProseFinal:
    """An answer in prose: its text, or the name of the variable that holds it."""

    kind: Literal["final", "final-var"]
    text: str

    @property
    def is_name(self) -> bool:
        """Whether the text could be a variable's name."""
        return self.text.isidentifier()

    @property
    def is_template(self) -> bool:
        """Whether it only repeats the words of an instruction."""
        return self.text.strip(" <>[]{}\"'`*_").lower() in _TEMPLATES or self.text.strip() in _TEMPLATES


def find_final(lines: Sequence[str], fences: Iterable[Fence]) -> ProseFinal | None:
    """Give the last one that starts a line outside all fences; its brackets may span lines."""
    inside = {number for fence in fences for number in range(fence.first, fence.after)}
    found = None
    skip_to = 0
    for number, line in enumerate(lines):
        match = _CALL.match(line)
        if match is None or number in inside or number < skip_to:
            continue
        rest = "\n".join([line[match.end() :], *lines[number + 1 :]])
        argument = _argument(rest)
        if argument is not None:
            found = _final(match["name"], argument)
            skip_to = number + argument.count("\n") + 1
    return found


def _final(name: str, argument: str) -> ProseFinal:
    text = _unquoted(argument.strip())
    return ProseFinal("final-var", text.strip()) if name == "FINAL_VAR" else ProseFinal("final", text)


def _argument(rest: str) -> str | None:
    if rest.lstrip()[:1] in ("'", '"'):
        literal = _literal_argument(rest)
        if literal is not None:
            return literal
    end = _balanced_end(rest)
    return None if end is None else rest[:end]


def _literal_argument(rest: str) -> str | None:
    """Give a quoted argument; brackets inside its quotes do not count."""
    end = -1
    for _ in range(_MOST_BRACKETS_TRIED):
        end = rest.find(")", end + 1)
        if end < 0:
            return None
        if isinstance(_literal(rest[:end].strip()), str):
            return rest[:end]
    return None


def _balanced_end(rest: str) -> int | None:
    """Give the place of the closing bracket; if brackets do not balance, of the last one there is."""
    depth = 1
    for place in re.finditer(r"[()]", rest):
        depth += 1 if place.group() == "(" else -1
        if depth == 0:
            return place.start()
    last = rest.rfind(")")
    return last if last >= 0 else None


def _unquoted(text: str) -> str:
    value = _literal(text)
    return value if isinstance(value, str) else text


def _literal(text: str) -> object:
    if text[:1] not in ("'", '"'):
        return None
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
