"""Finds calls that are made one by one in a loop, although one batch could make them all at once."""

import ast
from collections.abc import Iterator

from rlm_desktop.engine.code_look.tree import SINGLE, Code, Loop, names_in, prompt_of
from rlm_desktop.trace.facts import CodeFinding

_TEXT = "One `llm_query` for each item of a loop: a single `llm_query_batched` asks them all at the same time."


def single_calls_in_loops(code: Code) -> Iterator[CodeFinding]:
    """Look at single calls in loops; one whose prompt needs an answer before it has to wait."""
    bound: dict[Loop, set[str] | None] = {}
    for call in code.calls(SINGLE):
        loop = code.loop_around(call)
        if loop is None or isinstance(loop, ast.While) or _is_short(loop):
            continue
        if loop not in bound:
            bound[loop] = None if _leaves_early(loop) else _bound_by_answers(loop)
        holders = bound[loop]
        prompt = prompt_of(call)
        if holders is not None and not (prompt is not None and names_in(prompt) & holders):
            yield CodeFinding(kind="call-per-item", line=call.lineno, text=_TEXT)


def _is_short(loop: Loop) -> bool:
    """A few items written down, or `range(3)`, are not worth a batch."""
    iterable = loop.iter if isinstance(loop, ast.For | ast.AsyncFor) else loop.generators[0].iter  # type: ignore[union-attr]
    if isinstance(iterable, ast.List | ast.Tuple):
        return len(iterable.elts) <= 3
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.func.id == "range":
        last = iterable.args[-1] if iterable.args else None
        return isinstance(last, ast.Constant) and isinstance(last.value, int) and last.value <= 3
    return False


def _leaves_early(loop: Loop) -> bool:
    return any(isinstance(node, ast.Break | ast.Return) for node in ast.walk(loop))


def _bound_by_answers(loop: Loop) -> set[str]:
    """Give the names that hold an answer, and those that are made of them in the same loop."""
    holders: set[str] = set()
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
            if names_in(node.value) & (holders | SINGLE):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                holders |= {name for target in targets for name in _held_by(target)}
        elif (name := _appended_to(node)) and names_in(node) & (holders | SINGLE):
            holders.add(name)
    return holders


def _held_by(target: ast.expr) -> set[str]:
    """Give the names that an assignment binds, or puts something into; an index is only read."""
    if isinstance(target, ast.Tuple | ast.List):
        return {name for part in target.elts for name in _held_by(part)}
    if isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
        return _held_by(target.value)
    return names_in(target)


def _appended_to(node: ast.AST) -> str:
    """Give the name of the list that `name.append(…)` adds to."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "append":
        return ""
    holder = node.func.value
    return holder.id if isinstance(holder, ast.Name) else ""
