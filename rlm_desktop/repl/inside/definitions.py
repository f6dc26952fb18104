"""The functions and classes that model code defined: found again in the source of its blocks."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rlm_desktop.repl.inside.describing import is_one_of, source_of
from rlm_desktop.repl.inside.running import TOP_LEVEL_AWAIT, Compile

if TYPE_CHECKING:
    import ast

WRAPPERS = (type(lru_cache(len)),)
MAX_SOURCE = 2_000_000
"""Characters of source that are kept."""


class Definitions:
    """Remembers the blocks that hold definitions, and runs a block's definitions again."""

    def __init__(self, compile_block: Compile, sources: dict[int, str] | None = None) -> None:
        self._compile = compile_block
        self.sources = sources or {}
        self._nodes = {number: _definitions_in(source) for number, source in self.sources.items()}

    def learn(self, number: int, source: str) -> None:
        """Remember a block if it defines something."""
        found = _definitions_in(source)
        if found and len(source) + sum(map(len, self.sources.values())) <= MAX_SOURCE:
            self.sources[number] = source
            self._nodes[number] = found

    def block_of(self, name: str, value: Any) -> int | None:
        """Give the block whose source defines this function or class."""
        source = source_of(value.__wrapped__ if is_one_of(type(value), WRAPPERS) else value)
        if source is None or source[0] != "__main__":
            return None
        for number in sorted(self._nodes, reverse=True):
            if name in self._nodes[number]:
                return number
        return None

    def run(self, number: int, wanted: set[str], names: dict[str, Any]) -> None:
        """Run the wanted definitions of a block; those that fail stay undefined."""
        import ast  # noqa: PLC0415 - 6 ms that the start need not wait for

        for name, node in self._nodes.get(number, {}).items():
            if name not in wanted:
                continue
            module = ast.Module(body=[node], type_ignores=[])
            try:
                exec(self._compile(module, f"<block {number}>", 0), names)  # noqa: S102
            except BaseException:  # noqa: BLE001 - decorators and class bodies may raise anything
                names.pop(name, None)


def _definitions_in(source: str) -> "dict[str, ast.stmt]":
    """Give the last definition of each name at the top level of a block."""
    import ast  # noqa: PLC0415 - 6 ms that the start need not wait for

    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, ast.stmt] = {}
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                found[name] = node
    return found


def names_bound_by(source: str) -> set[str]:
    """Give the names a block would bind in the namespace."""
    import dis  # noqa: PLC0415 - needed after a kill only

    try:
        code = compile(source, "<block>", "exec", flags=TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    stores = {"STORE_NAME", "STORE_GLOBAL"}
    return {str(step.argval) for step in dis.get_instructions(code) if step.opname in stores}
