"""A syntax tree with its parents, and what every look asks of it."""

import ast
from collections.abc import Iterator

SINGLE = frozenset(("llm_query", "llm_call"))
BATCHED = frozenset(("llm_query_batched", "llm_batch"))
ASKING = SINGLE | BATCHED
Loop = ast.For | ast.AsyncFor | ast.While | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Code:
    """One block."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.nodes = list(ast.walk(tree))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def calls(self, names: frozenset[str]) -> Iterator[ast.Call]:
        """Give the calls of functions by these names."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Give what a node stands in, innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def loop_around(self, node: ast.AST) -> Loop | None:
        """Give the innermost loop that repeats a node; a function's body is repeated by whoever calls it."""
        for above in self.above(node):
            if isinstance(above, Function):
                return None
            if isinstance(above, Loop):
                return above
        return None

    def values_of(self, name: str) -> Iterator[ast.expr]:
        """Give what is assigned to a name."""
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
                    yield node.value
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
                is_it = isinstance(node.target, ast.Name) and node.target.id == name
                if is_it and node.value is not None:
                    yield node.value

    def appended_to(self, name: str) -> Iterator[ast.Call]:
        """Give the calls `name.append(…)` and `name.extend(…)`."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                holder = node.func.value
                if isinstance(holder, ast.Name) and holder.id == name and node.func.attr in ("append", "extend"):
                    yield node


def names_in(node: ast.AST) -> set[str]:
    """Give the names that an expression reads."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def prompt_of(call: ast.Call) -> ast.expr | None:
    """Give the first argument of an asking call."""
    if call.args:
        return call.args[0]
    wanted = ("prompt", "prompts")
    return next((keyword.value for keyword in call.keywords if keyword.arg in wanted), None)
