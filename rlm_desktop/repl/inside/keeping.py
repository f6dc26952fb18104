"""A snapshot of the namespace after each block, so that a new child can take the place of a killed one."""

import importlib
import io
import json
import linecache
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from types import ModuleType
from typing import Any

from rlm_desktop.repl.inside.definitions import Definitions, names_bound_by
from rlm_desktop.repl.inside.describing import source_of
from rlm_desktop.repl.inside.plain import NotPlain, Plain
from rlm_desktop.repl.inside.running import Compile
from rlm_desktop.repl.inside.workspace import Workspace

Entry = dict[str, Any]
LOST: Entry = {"how": "lost"}


class Keeper:
    """Writes snapshots and rebuilds a namespace from one.

    Plain data is kept as JSON, modules and things from modules by their names, functions and classes by the source of
    the block that defined them. Everything else is lost with the process.
    """

    def __init__(self, workspace: Workspace, path: str, compile_block: Compile) -> None:
        self._compile = compile_block
        self._workspace = workspace
        self._path = path
        self._plain = Plain(workspace.names, workspace.context, workspace.documents)
        self._definitions = Definitions(compile_block)

    def keep(self, number: int, source: str) -> None:
        """Learn what a block defined and write the snapshot; without room there is none."""
        self._definitions.learn(number, source)
        self.write()

    def write(self) -> None:
        """Write a snapshot of what there is now."""
        self._plain.begin()
        entries = {name: self._entry(name, value) for name, value in self._workspace.variables.everything().items()}
        snapshot = {"sources": self._definitions.sources, "names": entries}
        try:
            with open(self._path + ".new", "w", encoding="ascii") as file:  # noqa: PTH123 - a plain text is enough
                json.dump(snapshot, file)
            os.replace(self._path + ".new", self._path)  # noqa: PTH105
        except (OSError, MemoryError):
            self._forget()

    def restore(self, unfinished_code: str) -> tuple[list[str], list[str]]:
        """Rebuild the namespace; give the names that are there again, and those that are not."""
        snapshot = self._read()
        self._definitions = Definitions(
            self._compile, {int(number): code for number, code in snapshot["sources"].items()}
        )
        for number, code in self._definitions.sources.items():
            file = f"<block {number}>"
            linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            self._rebuild(snapshot["names"])
        names = self._workspace.names
        wanted = set(snapshot["names"]) | names_bound_by(unfinished_code)
        kept = self._workspace.variables.everything()
        return sorted(kept), sorted(name for name in wanted if name not in names)

    def _entry(self, name: str, value: Any) -> Entry:
        """Say how one name can be brought back."""
        try:
            if type(value) is ModuleType:
                return {"how": "module", "name": value.__name__}
            if (block := self._definitions.block_of(name, value)) is not None:
                return {"how": "definition", "block": block}
            return _reference(value) or self._alias(value) or {"how": "value", "value": self._plain.encode(value)}
        except (NotPlain, RuntimeError, MemoryError):
            return LOST  # a RuntimeError: another thread is altering it right now

    def _alias(self, value: Any) -> Entry | None:
        """Recognise a second name of a function or class."""
        source = source_of(value)
        if source is None or self._workspace.names.get(source[1]) is not value:
            return None
        return {"how": "alias", "of": source[1]}

    def _rebuild(self, entries: dict[str, Entry]) -> None:
        for name, entry in entries.items():
            self._bring_back(name, entry)
        blocks: dict[int, set[str]] = {}
        for name, entry in entries.items():
            if entry["how"] == "definition":
                blocks.setdefault(entry["block"], set()).add(name)
        for number in sorted(blocks):
            self._definitions.run(number, blocks[number], self._workspace.names)
        # Once more: instances and aliases need the classes, and definitions may have used a name for something else.
        for name, entry in entries.items():
            self._bring_back(name, entry)

    def _bring_back(self, name: str, entry: Entry) -> None:
        names = self._workspace.names
        try:
            match entry["how"]:
                case "module":
                    names[name] = importlib.import_module(entry["name"])
                case "reference":
                    names[name] = _look_up(importlib.import_module(entry["module"]), entry["path"])
                case "alias":
                    names[name] = names[entry["of"]]
                case "value":
                    names[name] = self._plain.decode(entry["value"])
        except Exception:  # noqa: BLE001 - importing may raise anything, and a snapshot hold anything
            names.pop(name, None)

    def _read(self) -> dict[str, Any]:
        try:
            with open(self._path, encoding="ascii") as file:  # noqa: PTH123 - a plain text is enough
                snapshot: dict[str, Any] = json.load(file)
        except (OSError, ValueError):
            return {"sources": {}, "names": {}}
        return snapshot

    def _forget(self) -> None:
        for path in (self._path + ".new", self._path):
            if os.path.exists(path):  # noqa: PTH110
                os.unlink(path)  # noqa: PTH108


def _reference(value: Any) -> Entry | None:
    """Recognise a function or class that an imported module holds."""
    source = source_of(value)
    if source is None or source[0] == "__main__" or source[0] not in sys.modules:
        return None
    module, path = source
    if _look_up(sys.modules[module], path) is not value:
        return None
    return {"how": "reference", "module": module, "path": path}


def _look_up(holder: Any, path: str) -> Any:
    for name in path.split("."):
        holder = getattr(holder, name, None)
    return holder
