"""Puts in place what lets model code take a long text for a `str`."""

import builtins
import sys
from types import CodeType
from typing import Any

from rlm_desktop.repl.inside.describing import is_a, source_of
from rlm_desktop.repl.inside.likeness import calling, rewriting
from rlm_desktop.repl.inside.likeness.rewriting import compile_rewritten
from rlm_desktop.repl.inside.printing import PrintedStream
from rlm_desktop.repl.wire import OUTPUT_HEAD, OUTPUT_TAIL
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
            "print": self._print_shortened,
        }
        builtins.__dict__.update(helpers)
        sys.setrecursionlimit(MORE_DEPTH * sys.getrecursionlimit())

    def compile(self, source: Any, file: str, flags: int, mode: str = "exec") -> CodeType:
        """Compile a block, or a part of one."""
        return compile_rewritten(source, file, mode, flags, self._imported())

    def _imported(self) -> list[str]:
        """Name what comes from modules: it may be unable to take a long text."""
        sources = ((name, source_of(value)) for name, value in list(self._names.items()))
        return [
            name for name, source in sources if source and source[0] != "__main__" and "rlm_desktop" not in source[0]
        ]

    def _source(self, mode: str, source: Any) -> Any:
        """Compile what `eval` or `exec` is given."""
        if type(source) is not str:
            return source
        return self.compile(source.lstrip(" \t") if mode == "eval" else source, "<string>", 0, mode)

    def _print_shortened(self, *values: Any, file: Any = None, **options: Any) -> None:
        """Print; of a long text its head and tail, with the count of what is between."""
        if file is None or is_a(file, PrintedStream):
            most = OUTPUT_HEAD + OUTPUT_TAIL
            values = tuple(value.shown(most) if is_a(value, (Text, Parts)) else value for value in values)
        self._print(*values, file=file, **options)
