"""Parses what a model wrote, whatever it is."""

import ast
import warnings


def parsed(code: str) -> ast.Module | None:
    """Give the syntax tree; None for what does not parse.

    Python 3.11 raises SystemError where a second thread parses in the middle of the first one's work
    (python/cpython issue 106905).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return None
