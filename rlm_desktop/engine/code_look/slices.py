"""Finds tails that are dropped: only the first few pieces of a list go to workers."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from rlm_desktop.engine.code_look.tree import ASKING, BATCHED, Code, Loop, prompt_of
from rlm_desktop.trace.facts import CodeFinding


def dropped_tails(code: Code) -> Iterator[CodeFinding]:
    """Look at what loops that ask go through, and at what batches are made of."""
    read_further = _read_further(code)
    for iterable in _iterables(code):
        for part in _resolved(code, iterable):
            head = _head(part)
            if head is not None and head.of not in read_further:
                text = f"Only the first {head.count} of `{head.of[:40]}` go to a worker; the rest is dropped."
                yield CodeFinding(kind="dropped-tail", line=part.lineno, text=text)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first few of something."""

    count: int
    of: str


def _read_further(code: Code) -> set[str]:
    """Give what is sliced from somewhere behind its beginning too, such as `chunks[10:]`."""
    return {
        ast.unparse(value)
        for node in code.nodes
        if isinstance(node, ast.Subscript)
        for value, cut in [(node.value, node.slice)]
        if isinstance(cut, ast.Slice) and not _is_from_beginning(cut)
    }


def _iterables(code: Code) -> Iterator[ast.expr]:
    for call in code.calls(ASKING):
        loop = code.loop_around(call)
        if loop is not None:
            yield from _sources(loop)
    for call in code.calls(BATCHED):
        prompts = prompt_of(call)
        if prompts is not None:
            yield prompts
            for value in _lists_behind(code, prompts):
                yield from _inside(value)


def _lists_behind(code: Code, prompts: ast.expr) -> Iterator[ast.AST]:
    """Give what a batch's prompts are made by: a comprehension, or loops that fill the list."""
    yield prompts
    if isinstance(prompts, ast.Name):
        yield from code.values_of(prompts.id)
        for appended in code.appended_to(prompts.id):
            loop = code.loop_around(appended)
            if loop is not None:
                yield loop


def _inside(value: ast.AST) -> Iterator[ast.expr]:
    if isinstance(value, Loop):
        yield from _sources(value)
    elif isinstance(value, ast.expr):
        yield value


def _sources(loop: Loop) -> Iterator[ast.expr]:
    if isinstance(loop, ast.For | ast.AsyncFor):
        yield loop.iter
    elif not isinstance(loop, ast.While):
        yield from (generator.iter for generator in loop.generators)


def _resolved(code: Code, iterable: ast.expr) -> Iterator[ast.expr]:
    """Give what is gone through: inside `enumerate` and the like, and behind a name that is bound once."""
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
        if iterable.func.id in ("enumerate", "list", "tuple", "zip", "reversed", "sorted"):
            for argument in iterable.args:
                yield from _resolved(code, argument)
        return
    if isinstance(iterable, ast.Name):
        values = list(code.values_of(iterable.id))
        if len(values) == 1 and isinstance(values[0], ast.Subscript):
            yield values[0]
        return
    yield iterable


def _head(part: ast.expr) -> _Head | None:
    """Read a slice such as `chunks[:10]`: the pieces of a list, from its beginning to a fixed number."""
    if not isinstance(part, ast.Subscript) or not isinstance(part.slice, ast.Slice) or part.slice.step is not None:
        return None
    upper = part.slice.upper
    if (
        not _is_from_beginning(part.slice)
        or not isinstance(upper, ast.Constant)
        or not isinstance(upper.value, int)
        or upper.value <= 0
    ):
        return None
    is_chosen = _is_text(part.value) or _is_ranked(part.value)
    return None if is_chosen else _Head(upper.value, ast.unparse(part.value))


def _is_from_beginning(cut: ast.Slice) -> bool:
    return cut.lower is None or (isinstance(cut.lower, ast.Constant) and cut.lower.value == 0)


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("context", "text")


def _is_ranked(value: ast.expr) -> bool:
    """The best hits of a search, or of what was sorted or counted, are chosen, not dropped."""
    words = ast.unparse(value)
    return any(word in words for word in ("search", "sorted", "most_common", "rank", "top", "best", "score"))
