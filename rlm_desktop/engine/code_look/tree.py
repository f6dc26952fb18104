"""A syntax tree with its parents and bindings, and what every look asks of it."""

import ast
from collections import defaultdict
from collections.abc import Iterator

SINGLE = frozenset(("llm_query", "llm_call"))
BATCHED = frozenset(("llm_query_batched", "llm_batch"))
ASKING = SINGLE | BATCHED
Loop = ast.For | ast.AsyncFor | ast.While | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_MOST_CALLS = 20
"""Calls that are looked at: a bound on the time that a look takes."""
_MOST_BEHIND = 60
"""Expressions that are followed from one prompt."""


class Code:
    """One block."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self._values: defaultdict[str, list[ast.expr]] = defaultdict(list)
        self._appended: defaultdict[str, list[ast.Call]] = defaultdict(list)
        self._gone_through: defaultdict[str, list[ast.expr]] = defaultdict(list)
        for node in self.nodes:
            self._note(node)

    def calls(self, names: frozenset[str]) -> Iterator[ast.Call]:
        """Give the first calls of functions by these names."""
        found = 0
        for node in self.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node
                found += 1
                if found == _MOST_CALLS:
                    return

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Give what a node stands in, innermost first."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def loop_around(self, node: ast.AST) -> Loop | None:
        """Give the innermost loop that repeats a node; a function's body is repeated by whoever calls it."""
        below = node
        for above in self.above(node):
            if isinstance(above, Function):
                return None
            if isinstance(above, Loop) and not _is_done_once(above, below):
                return above
            if not isinstance(above, ast.comprehension):
                below = above
        return None

    def values_of(self, name: str) -> list[ast.expr]:
        """Give what is assigned to a name."""
        return self._values[name]

    def appended_to(self, name: str) -> list[ast.Call]:
        """Give the calls `name.append(…)` and `name.extend(…)`."""
        return self._appended[name]

    def behind(self, prompt: ast.expr) -> list[ast.expr]:
        """Give the prompt and what it is made of: what its names are bound to, filled with, or go through."""
        found = [prompt]
        waiting: list[tuple[ast.expr, bool]] = [(prompt, False)]
        seen = {"context"}
        while waiting and len(found) < _MOST_BEHIND:
            expression, is_gone_through = waiting.pop()
            names = names_in(expression) if is_gone_through else self._names_of_text(expression)
            for name in sorted(names - seen):
                seen.add(name)
                filled = [argument for call in self._appended[name] for argument in call.args]
                made_of = [*self._values[name], *filled]
                found += made_of + self._gone_through[name]
                waiting += [(part, False) for part in made_of]
                waiting += [(part, True) for part in self._gone_through[name]]
        return found[:_MOST_BEHIND]

    def is_text_part(self, node: ast.AST) -> bool:
        """Tell whether a node's value becomes part of a text: `f"{…}"`, `… + …`, `str(…)`, `"…".format(…)`, a list."""
        parent = self.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.parents.get(parent)
        if isinstance(parent, ast.FormattedValue | ast.BinOp | ast.List | ast.ListComp | ast.GeneratorExp):
            return True
        if not isinstance(parent, ast.Call):
            return False
        function = parent.func
        if isinstance(function, ast.Name):
            return function.id == "str" or function.id in ASKING
        return isinstance(function, ast.Attribute) and function.attr in ("format", "join", "append")

    def _names_of_text(self, expression: ast.expr) -> set[str]:
        """Give the names whose whole value an expression holds; what is cut or measured is not."""
        nodes = (node for node in ast.walk(expression) if isinstance(node, ast.Name))
        return {node.id for node in nodes if node is expression or self.is_text_part(node)}

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
                for name in names_in(target):
                    self._gone_through[name].append(node.iter)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=holder), attr="append" | "extend")):
                self._appended[holder].append(node)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._values[target.id].append(value)


def names_in(node: ast.AST) -> set[str]:
    """Give the names that an expression reads."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def prompt_of(call: ast.Call) -> ast.expr | None:
    """Give the first argument of an asking call."""
    if call.args:
        return call.args[0]
    wanted = ("prompt", "prompts")
    return next((keyword.value for keyword in call.keywords if keyword.arg in wanted), None)


def _is_done_once(loop: Loop, below: ast.AST) -> bool:
    """Tell whether a part of a loop is worked out once: what it goes through first, or what follows in its `else`."""
    if isinstance(loop, ast.While):
        return any(below is one for one in loop.orelse)
    if isinstance(loop, ast.For | ast.AsyncFor):
        return below is loop.iter or any(below is one for one in loop.orelse)
    return below is loop.generators[0].iter
