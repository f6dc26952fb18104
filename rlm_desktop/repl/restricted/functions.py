"""The functions that model code in the interpreter calls out to: this process answers, the interpreter waits."""

import re
from collections.abc import Callable
from typing import Any

from pydantic_monty import MontyClassProxy

from rlm_desktop.repl.inside.asking import Asker, asking_functions
from rlm_desktop.repl.inside.corpus import Documents
from rlm_desktop.repl.inside.looking import looking_functions
from rlm_desktop.repl.inside.ranking import search_function
from rlm_desktop.repl.restricted.interpreter import Interpreter

Functions = dict[str, Callable[..., Any]]
MOST_HITS = 100_000


class LineAsker(Asker):
    """An asker that learns from the interpreter which line asked."""

    interpreter: Interpreter | None = None

    def line_of_call(self) -> int | None:
        """Give the line of the block that called out last."""
        return self.interpreter.line if self.interpreter else None


def functions_for(boot: dict[str, Any], asker: Asker, context: Any, documents: Documents) -> Functions:
    """Make all functions, by the names under which the interpreter asks for them."""
    functions: Functions = {"peek": looking_functions(context, documents)["peek"]}
    functions["__rlm_grep"] = _grep(context, documents)
    functions["__rlm_search"] = _search(documents)
    functions["budget"] = _budget(asker)
    functions["__rlm_where"] = _where(documents)
    if boot["with_subcalls"]:
        asking = asking_functions(asker, with_child_runs=boot["with_child_runs"])
        functions.update({name: _with_plain_values(function) for name, function in asking.items()})
    for name, function in functions.items():
        function.__name__ = name  # the interpreter asks for a function by this name
    return functions


def _where(documents: Documents) -> Callable[..., Any]:
    def where(offset: int) -> list[Any]:
        return list(documents.where(offset))

    return where


def _grep(context: Any, documents: Documents) -> Callable[..., Any]:
    look = looking_functions(context, documents)["grep"]

    def grep(pattern: str, flags: int, ignore_case: bool, max_matches: int, around: int) -> list[dict[str, Any]]:
        compiled = re.compile(pattern, flags) if flags else pattern
        return [dict(hit) for hit in look(compiled, ignore_case, min(max_matches, MOST_HITS), around)]

    return grep


def _search(documents: Documents) -> Callable[..., Any]:
    look = search_function(documents)

    def search(query: str, k: int) -> list[dict[str, Any]]:
        return [dict(hit) for hit in look(query, min(k, MOST_HITS))]

    return search


def _budget(asker: Asker) -> Callable[[], Any]:
    def budget() -> Any:
        results = asker.ask({"kind": "budget"})
        return results if isinstance(results, str) else results[0]

    return budget


def _with_plain_values(function: Callable[..., Any]) -> Callable[..., Any]:
    def asking(*args: Any, **options: Any) -> Any:
        return function(*map(plain, args), **{name: plain(value) for name, value in options.items()})

    return asking


def plain(value: Any) -> Any:
    """Make a value from the interpreter one that can be sent on: documents become texts, sets and tuples lists."""
    if isinstance(value, MontyClassProxy):
        return _plain_object(value)
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _plain_object(value: MontyClassProxy) -> Any:
    match value.name:
        case "Document":
            return value.attributes["text"]
        case "Documents":
            return plain(value.attributes["_items"])
        case "Hit":
            return plain(value.attributes["_fields"])
        case _:
            return str(value)
