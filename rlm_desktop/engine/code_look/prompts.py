"""Finds prompts that can't be read, or ask for what code does better."""

import ast
import re
from collections.abc import Iterator

from rlm_desktop.engine.code_look.tree import ASKING, Code, prompt_of
from rlm_desktop.trace.facts import CodeFinding

_COUNTING = re.compile(
    r"\bhow many (?:times|lines|words|characters|entries|rows|occurrences|items|records)\b"
    r"|\bcount (?:the (?:number|occurrences|lines|words|entries|rows|items)|how many|all|every|each)\b"
    r"|\bnumber of (?:times|lines|words|occurrences|rows|entries)\b",
    re.IGNORECASE,
)
_COUNTING_TEXT = "A worker is asked to count, which language models do badly: have it label or list, and count in code."


def oversized_prompts(code: Code, context_characters: int, worker_characters: int) -> Iterator[CodeFinding]:
    """Look for prompts that hold the whole context, which is longer than a worker reads."""
    for call in code.calls(ASKING):
        prompt = prompt_of(call)
        if prompt is not None and any(_holds_all(code, part) for part in _behind(code, prompt)):
            text = (
                f"This prompt holds the whole context, {context_characters:,} characters, but a worker reads about "
                f"{worker_characters:,} at once: cut it into pieces."
            )
            yield CodeFinding(kind="prompt-too-large", line=call.lineno, text=text)


def counting_prompts(code: Code) -> Iterator[CodeFinding]:
    """Look for prompts that ask to count."""
    for call in code.calls(ASKING):
        prompt = prompt_of(call)
        if prompt is not None and any(
            _COUNTING.search(words) for part in _behind(code, prompt) for words in _words(part)
        ):
            yield CodeFinding(kind="counting-by-lm", line=call.lineno, text=_COUNTING_TEXT)


def _behind(code: Code, prompt: ast.expr) -> Iterator[ast.expr]:
    """Give the prompt, and what the names in it are bound to."""
    yield prompt
    for name in [node.id for node in ast.walk(prompt) if isinstance(node, ast.Name)]:
        yield from code.values_of(name)
        for appended in code.appended_to(name):
            yield from appended.args


def _words(part: ast.expr) -> Iterator[str]:
    for node in ast.walk(part):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _holds_all(code: Code, part: ast.expr) -> bool:
    """Tell whether `context` stands in a text as a whole: not sliced, not measured, not searched."""
    for node in ast.walk(part):
        if isinstance(node, ast.Name) and node.id == "context":
            parent = code.parents.get(node)
            if isinstance(parent, ast.FormattedValue | ast.BinOp) or _is_written(parent):
                return True
    return isinstance(part, ast.Name) and part.id == "context"


def _is_written(parent: ast.AST | None) -> bool:
    """Tell `str(context)` and `"…".format(context)`."""
    if not isinstance(parent, ast.Call):
        return False
    function = parent.func
    return (isinstance(function, ast.Name) and function.id == "str") or (
        isinstance(function, ast.Attribute) and function.attr == "format"
    )
