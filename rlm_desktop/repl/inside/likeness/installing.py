"""Puts in place what lets model code take a long text for a `str`."""

import builtins
import sys
from functools import partial
from types import CodeType
from typing import Any

from rlm_desktop.repl.inside.describing import is_a, source_of
from rlm_desktop.repl.inside.likeness import calling, rewriting
from rlm_desktop.repl.inside.likeness.rewriting import compile_rewritten
from rlm_desktop.repl.inside.printing import PrintedStream
from rlm_desktop.repl.wire import OUTPUT_HEAD
from rlm_desktop.text.parts import Parts
from rlm_desktop.text.text import Text

MORE_DEPTH = 2
"""A rewritten call takes two frames of Python instead of one."""


class Likeness:
    """Compiles model code for a namespace whose context is no `str`."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._print = builtins.print
        helpers = {
            rewriting.CALL: calling.call,
            rewriting.KIND: calling.kind_call,
            rewriting.JOIN: calling.join_call,
            rewriting.SOURCE: self._source,
            rewriting.TAKING: calling.taking,
            "print": self._print_any,
        }
        builtins.__dict__.update(helpers)
        sys.setrecursionlimit(MORE_DEPTH * sys.getrecursionlimit())

    def compile(self, source: Any, file: str, flags: int, mode: str = "exec") -> CodeType:
        """Compile a block, or a part of one."""
        return compile_rewritten(source, file, mode, flags, self._imported())

    def _imported(self) -> list[str]:
        """Name what comes from modules: it may be unable to take a long text."""
        return [name for name, value in list(self._names.items()) if type(value) is partial or _is_imported(value)]

    def _source(self, mode: str, source: Any) -> Any:
        """Compile what `eval` or `exec` is given."""
        if type(source) is not str:
            return source
        return self.compile(source.lstrip(" \t") if mode == "eval" else source, "<string>", 0, mode)

    def _print_any(self, *values: Any, sep: Any = " ", end: Any = "\n", file: Any = None, flush: Any = False) -> None:
        """Print; of a long text only what will be shown is read."""
        stream: Any = sys.stdout if file is None else file
        if not is_a(stream, PrintedStream) or not any(is_a(value, (Text, Parts)) for value in values):
            self._print(*values, sep=sep, end=end, file=file, flush=flush)
            return
        for number, value in enumerate(values):
            if number:
                self._print(" " if sep is None else sep, end="", file=stream)
            if is_a(value, Text):
                stream.write_long(value)
            else:
                self._print(value.shown(OUTPUT_HEAD) if is_a(value, Parts) else value, end="", file=stream)
        self._print(end=end, file=stream, flush=flush)


def _is_imported(value: Any) -> bool:
    source = source_of(value)
    return source is not None and source[0] != "__main__" and "rlm_desktop" not in source[0]
