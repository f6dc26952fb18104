"""Finds prompts that can't be read, or ask for what code does better."""

import ast
import re
from collections.abc import Iterator

from rlm_desktop.engine.code_look.numbers import width_of
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
    """Look for prompts that hold the whole context or a piece of it, which is longer than a worker reads."""
    for call in code.calls(ASKING):
        prompt = prompt_of(call)
        parts = code.behind(prompt) if prompt is not None else []
        size = max((_most_of_context(code, part, context_characters) for part in parts), default=0)
        if size > worker_characters:
            what = "the whole context" if size >= context_characters else "a piece of the context"
            text = (
                f"This prompt holds {what}, {size:,} characters, but a worker reads about "
                f"{worker_characters:,} at once: cut it into smaller pieces."
            )
            yield CodeFinding(kind="prompt-too-large", line=call.lineno, text=text)


def counting_prompts(code: Code) -> Iterator[CodeFinding]:
    """Look for prompts that ask to count."""
    for call in code.calls(ASKING):
        prompt = prompt_of(call)
        parts = code.behind(prompt) if prompt is not None else []
        if any(_COUNTING.search(words) for part in parts for words in _words(part)):
            yield CodeFinding(kind="counting-by-lm", line=call.lineno, text=_COUNTING_TEXT)


def _words(part: ast.expr) -> Iterator[str]:
    for node in ast.walk(part):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _most_of_context(code: Code, part: ast.expr, context_characters: int) -> int:
    """Give how many characters of `context` stand in a text as they are: not measured, not searched."""
    most = 0
    for node in ast.walk(part):
        whole = code.parents.get(node)
        if not isinstance(node, ast.Name) or node.id != "context":
            continue
        if isinstance(whole, ast.Subscript) and whole.value is node:
            if isinstance(whole.slice, ast.Slice) and (whole is part or code.is_text_part(whole)):
                most = max(most, width_of(code, whole.slice, context_characters) or 0)
        elif node is part or code.is_text_part(node):
            most = context_characters
    return min(most, context_characters)
