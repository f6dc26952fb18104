"""The namespace that blocks run in: a module named `__main__`, its reserved names put back before every block."""

import builtins
import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from rlm_desktop.repl.inside.answering import Answer
from rlm_desktop.repl.inside.asking import Asker, asking_functions
from rlm_desktop.repl.inside.corpus import Documents, documents_of
from rlm_desktop.repl.inside.long_texts import is_long
from rlm_desktop.repl.inside.looking import looking_functions
from rlm_desktop.repl.inside.ranking import search_function
from rlm_desktop.repl.inside.searching import hosted_search_function
from rlm_desktop.repl.inside.variables import Variables


class Workspace:
    """All names of the REPL."""

    def __init__(self, boot: dict[str, Any], asker: Asker) -> None:
        module = ModuleType("__main__")
        self.names: dict[str, Any] = module.__dict__
        self.names["__builtins__"] = builtins
        sys.modules["__main__"] = module
        builtins.input = _no_input
        self.answer = Answer(self.names, boot["draft"])
        self.context, self.documents = read_material(boot)
        self._reserved = _reserved(boot, asker, self.context, self.documents) | self.answer.functions()
        own = frozenset({*self._reserved, "answer", "SHOW_VARS"})
        self.variables = Variables(self.names, own)
        self._reserved["SHOW_VARS"] = _show_vars(self.variables)

    def prepare(self, history: list[Any] | None) -> None:
        """Put the reserved names back before a block."""
        if history is not None:
            self._reserved["history"] = history
        self.names.update(self._reserved)
        self.answer.prepare()

    def value_of(self, name: str) -> str | None:
        """Give a variable of the model as text, or None."""
        if name == "answer":
            return self.answer.settle()["draft"] or None
        current = self.variables.current()
        return str(current[name]) if name in current else None


def _reserved(boot: dict[str, Any], asker: Asker, context: Any, documents: Documents) -> dict[str, Any]:
    names: dict[str, Any] = {"context": context, "documents": documents, "history": []}
    names.update({f"context_{number}": read_context(file) for number, file in enumerate(boot["earlier"])})
    names.update(looking_functions(context, documents))
    names["where"] = documents.where
    is_far = is_long(context)
    names["search"] = hosted_search_function(asker, documents) if is_far else search_function(documents)
    names["budget"] = _budget(asker)
    if boot["search_only"]:
        return {name: names[name] for name in ("search", "budget", "history")}
    if boot["with_subcalls"]:
        names.update(asking_functions(asker, with_child_runs=boot["with_child_runs"]))
    return names


def read_material(boot: dict[str, Any]) -> tuple[Any, Documents]:
    """Give the context and its documents."""
    given = boot["context"]
    if given["kind"] == "corpus":
        from rlm_desktop.repl.inside.stored import open_corpus  # noqa: PLC0415 - other contexts need no tables

        return open_corpus(given["path"], given["in_memory_bytes"], given["part"])
    context = read_context(given)
    return context, documents_of(context, boot["documents"])


def read_context(file: dict[str, str]) -> Any:
    """Read a context from the file the host wrote."""
    with open(file["path"], "rb") as content:  # noqa: PTH123 - pathlib would cost the start 5 ms
        text = content.read().decode("utf-8", "surrogatepass")
    return text if file["kind"] == "text" else json.loads(text)


def _budget(asker: Asker) -> Callable[[], Any]:
    def budget() -> Any:
        """Give money, calls, turns, seconds and tokens spent and left."""
        results = asker.ask({"kind": "budget"})
        return results if isinstance(results, str) else results[0]

    return budget


def _show_vars(variables: Variables) -> Callable[[], str]:
    def SHOW_VARS() -> str:  # noqa: N802 - the name models know
        """Give names, types and sizes of the variables."""
        return variables.listing()

    return SHOW_VARS


def _no_input(_prompt: object = "", /) -> str:
    """Fail at once: nobody is there to type."""
    raise RuntimeError("input() cannot be used here: nobody is there to type. Work with `context` instead.")
