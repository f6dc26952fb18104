"""Works out numbers that stand in code, as far as the tree alone tells them."""

import ast

from rlm_desktop.engine.code_look.tree import Code

_DEEPEST = 12
_LARGEST = 10**15


def number_in(code: Code, expression: ast.AST | None, context_characters: int, depth: int = 0) -> int | None:
    """Give the whole number that an expression means, such as `SIZE * 2` or `len(context) // 4`; None if unknown."""
    if depth > _DEEPEST:
        return None
    match expression:
        case ast.Constant(value=int() as value):
            return value if abs(value) < _LARGEST else None
        case ast.Name(id=name):
            values = code.values_of(name)
            return number_in(code, values[0], context_characters, depth + 1) if len(values) == 1 else None
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id="context")]):
            return context_characters
        case ast.BinOp(left=left, op=operator, right=right):
            first = number_in(code, left, context_characters, depth + 1)
            second = number_in(code, right, context_characters, depth + 1)
            return None if first is None or second is None else _joined(first, operator, second)
    return None


def _joined(first: int, operator: ast.operator, second: int) -> int | None:
    match operator:
        case ast.Add():
            result = first + second
        case ast.Sub():
            result = first - second
        case ast.Mult():
            result = first * second
        case ast.FloorDiv() | ast.Div() if second:
            result = first // second
        case _:
            return None
    return result if abs(result) < _LARGEST else None


def width_of(code: Code, cut: ast.Slice, context_characters: int) -> int | None:
    """Give how much a slice such as `[:5000]` or `[start:start + 5000]` takes; None if the tree does not tell."""
    lower, upper = cut.lower, cut.upper
    if upper is None or cut.step is not None:
        return None
    start = 0 if lower is None else number_in(code, lower, context_characters)
    end = number_in(code, upper, context_characters)
    if start is not None and end is not None:
        return end - start if 0 <= start <= end else None
    if isinstance(upper, ast.BinOp) and isinstance(upper.op, ast.Add) and lower is not None:
        for same, more in ((upper.left, upper.right), (upper.right, upper.left)):
            if ast.dump(same) == ast.dump(lower):
                return number_in(code, more, context_characters)
    return None
