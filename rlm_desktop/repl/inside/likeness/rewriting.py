"""Rewrites a block so that its calls find out about texts that are no `str`; lines and names stay what they are."""

import ast
from collections.abc import Iterable
from types import CodeType
from typing import Any

CALL, KIND, JOIN, SOURCE = "__rlm_call__", "__rlm_kind__", "__rlm_join__", "__rlm_source__"
TAKING = "__rlm_taking__"
"""Makes a function, which is handed to `map`, one that takes long texts."""

_KINDS = {"str", "type"}
_CONVERTING = {"bytes", "bytearray", "int", "float", "complex"}
_RUNNING = {"eval", "exec"}
_HANDED = {"findall", "finditer", "search", "match", "fullmatch", "split", "sub", "subn", "loads"}
_HARMLESS = {
    *("append", "appendleft", "add", "extend", "insert", "remove", "discard", "pop", "popleft", "get", "setdefault"),
    *("update", "items", "put", "submit", "sort", "startswith", "endswith", "strip", "lstrip", "rstrip", "difference"),
    *("intersection", "union", "issubset", "most_common", "choice", "randint", "sleep", "register", "namedtuple"),
}
"""Methods that take anything, or text that is never long; calls of them cost nothing more."""


class Rewriter(ast.NodeTransformer):
    """Sends the calls that might be given a long text through the functions that know what to do then."""

    def __init__(self, imported: Iterable[str] = ()) -> None:
        self._imported = set(imported)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """Learn which names come from modules."""
        self._imported.update(alias.asname or alias.name for alias in node.names)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Learn which names are given to methods."""
        if _is_method(node.value):
            self._imported.update(target.id for target in node.targets if isinstance(target, ast.Name))
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Rewrite a call that has something to give."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in _RUNNING and node.args:
            node.args[0] = _call_of(SOURCE, ast.Constant(node.func.id), node.args[0], at=node.args[0])
            return node
        if not any(map(_may_be_long, (*node.args, *(keyword.value for keyword in node.keywords)))):
            return node
        match node.func, node.args:
            case ((ast.Name("map") | ast.Attribute(attr="map")), [ast.Attribute(attr=name) as mapped, *_]) if (
                name in _HANDED
            ):
                node.args[0] = _call_of(TAKING, mapped, at=mapped)
        match node.func:
            case ast.Name(id=name) if name in _KINDS:
                return _through(KIND, node)
            case ast.Name(id=name) if name in _CONVERTING or name in self._imported:
                return _through(CALL, node)
            case ast.Attribute(attr="join"):
                return _through(JOIN, node)
            case ast.Attribute(attr=name) if name not in _HARMLESS:
                return _through(CALL, node)
        return node


def compile_rewritten(source: str | ast.Module, file: str, mode: str, flags: int, imported: Iterable[str]) -> CodeType:
    """Compile model code so that it takes a long text for a `str`; raises what `compile` raises."""
    tree: Any = compile(source, file, mode, flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    rewritten = Rewriter(imported).visit(tree)
    code: CodeType = compile(rewritten, file, mode, flags=flags, dont_inherit=True)
    return code


def _through(helper: str, node: ast.Call) -> ast.Call:
    call = _call_of(helper, node.func, *node.args, at=node)
    call.keywords = node.keywords
    return call


def _call_of(helper: str, *args: ast.expr, at: ast.expr) -> ast.Call:
    name = ast.copy_location(ast.Name(helper, ast.Load()), at)
    call = ast.copy_location(ast.Call(func=name, args=list(args), keywords=[]), at)
    return ast.fix_missing_locations(call)


def _is_method(value: ast.expr) -> bool:
    """Tell whether a value is a method, or a call of one that waits for its last arguments."""
    match value:
        case ast.Attribute():
            return True
        case ast.Call(func=ast.Name("partial") | ast.Attribute(attr="partial")):
            return True
    return False


def _may_be_long(value: ast.expr) -> bool:
    """Tell whether an argument is more than what the block itself spells out."""
    match value:
        case ast.Constant():
            return False
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return any(map(_may_be_long, items))
        case ast.UnaryOp(operand=operand):
            return _may_be_long(operand)
        case ast.Lambda():
            return False
    return True
