"""The quality gates' judgements on code: pure functions."""

import ast
import re

from rlm_desktop.engine.code_look.parsing import parsed

FAILING_TURNS_BEFORE_STRONGER = 3
_LOOKING_WORD = re.compile(r"\b(?:context(?:_\d+)?|documents|peek|grep|search)\b")

SAME_CODE = (
    "This block did not run again: it is the very code that just failed, and it would fail in the same way. "
    "Read the error above and change the code, or try another way."
)

CODE_HINT = (
    "This block did not run yet, because a look at it found: {said}. Change it, or send it again as it is: "
    "then it runs."
)


def looks_at_context(code: str) -> bool:
    """Tell whether code uses the text: the context, its documents, or a function that looks into them."""
    tree = parsed(code)
    if tree is None:
        return _LOOKING_WORD.search(code) is not None
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return any(_LOOKING_WORD.fullmatch(name) for name in names)


def is_same_code(code: str, other: str | None) -> bool:
    """Tell whether two blocks are the same but for white space at line ends and around them."""
    return other is not None and _plain(code) == _plain(other)


def _plain(code: str) -> list[str]:
    return [line.rstrip() for line in code.strip().splitlines()]
