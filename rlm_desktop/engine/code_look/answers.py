"""Finds an answer that is set before anything was read."""

import ast
from collections.abc import Iterator

from rlm_desktop.engine.code_look.tree import ASKING, Code
from rlm_desktop.trace.facts import CodeFinding

_READING = frozenset(
    ("context", "documents", "peek", "grep", "search", "where", *ASKING, "rlm_query", "rlm_query_batched")
)
_TEXT = "An answer is set before any code has looked at the context."


def unread_answers(code: Code) -> Iterator[CodeFinding]:
    """Look for an answer in a block that reads nothing."""
    if any(isinstance(node, ast.Name) and node.id in _READING for node in code.nodes):
        return
    for node in code.nodes:
        if _answers(node):
            yield CodeFinding(kind="answer-unread", line=getattr(node, "lineno", 1), text=_TEXT)
            return


def _answers(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("FINAL", "FINAL_VAR")
    if isinstance(node, ast.Assign):
        return any(_is_answer(target) for target in node.targets)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_answer(node.func.value)


def _is_answer(target: ast.AST) -> bool:
    if isinstance(target, ast.Subscript):
        target = target.value
    return isinstance(target, ast.Name) and target.id == "answer"
