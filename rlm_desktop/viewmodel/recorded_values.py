"""The short look at a variable that an event holds, opened: as a text, and as a grid where it is a list or table."""

import ast
import re

from rlm_desktop.trace.facts import VariableChange
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody, TextBody

CHANGES: dict[str, tuple[str, Tint]] = {"new": ("+", "answer"), "changed": ("~", "accent"), "deleted": ("−", "error")}
_CUT = "…"
_CLOSERS = {"[": "]", "(": ")", "{": "}"}
_SIZE = re.compile(r"\bof ([\d,]+)")
_MOST_COLUMNS = 12
Table = list[dict[str, str]]
"""Rows of named values."""


def value_cards(change: VariableChange, step: NodeId, place: str) -> list[Card]:
    """Show a recorded value in full, and its items where it is made of such."""
    sign, tint = CHANGES[change.change]
    facts = [("Change", f"{sign} {change.change}"), ("Type", change.type), ("Size", change.size)]
    rows = [(Cell(text=name, tint="muted"), Cell(text=words)) for name, words in facts if words]
    rows.append((Cell(text="Step", tint="muted"), Cell(text=place, tint="accent", node=step)))
    cards = [Card(title=change.name, tint=tint, note=place, body=TableBody(rows=tuple(rows), stretch=1))]
    if change.change == "deleted":
        return cards
    cut = change.preview.endswith(_CUT)
    note = "the beginning, as it was recorded" if cut else "as it was recorded"
    body = TextBody(text=change.preview or "Nothing of it was recorded.", language="python")
    cards.append(Card(title="Value", tint="muted", note=note, body=body))
    items = items_card(change)
    return cards + ([items] if items is not None else [])


def items_card(change: VariableChange) -> Card | None:
    """Show the items of a list, tuple, set or dictionary as a grid; None for anything else."""
    items = items_of(change.preview)
    if not items:
        return None
    table = _as_table(items)
    names = list(dict.fromkeys(name for row in table for name in row))[:_MOST_COLUMNS]
    known = _SIZE.search(change.size)
    more = int(known[1].replace(",", "")) - len(items) if known else 0
    rows = tuple(tuple(Cell(text=row.get(name, ""), is_code=True) for name in names) for row in table)
    return Card(
        title="Items",
        tint="muted",
        meta=plural(len(items), "item"),
        body=TableBody(rows=rows, headings=tuple(names), stretch=len(names) - 1),
        left_out=f"{plural(more, 'more item')} not recorded" if more > 0 else "",
    )


def items_of(preview: str) -> list[str]:
    """Split the look at a collection into the looks at its items; empty for anything else."""
    inner = _inside(preview.strip())
    return [item for item in _split(inner) if item != _CUT] if inner is not None else []


def _inside(text: str) -> str | None:
    """Take away the brackets around a collection; the closing one may have been cut off."""
    name = re.match(r"[A-Za-z_]\w*(?=\(\[?\{?)", text)
    if name is not None:
        text = text[name.end() :].removeprefix("(").removesuffix(")")
        return _inside(text) if text[:1] in _CLOSERS else text if name[0] in ("set", "frozenset", "deque") else None
    closer = _CLOSERS.get(text[:1])
    return text[1:].removesuffix(closer) if closer is not None else None


def _split(text: str) -> list[str]:
    """Split at the commas that are in no string and no bracket."""
    items, start, depth, quote, is_escaped = [], 0, 0, "", False
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote and not is_escaped else quote
            is_escaped = sign == "\\" and not is_escaped
            continue
        if sign in "'\"":
            quote = sign
        depth += (sign in "[({<") - (sign in "])}>")
        if sign == "," and depth == 0:
            items.append(text[start:place].strip())
            start = place + 1
    return [item for item in [*items, text[start:].strip()] if item]


def _as_table(items: list[str]) -> Table:
    """Make columns of what the items have in common: keys of records, places of rows."""
    pairs = [_pair(item) for item in items]
    if all(pair is not None for pair in pairs):
        return [{"key": pair[0], "value": pair[1]} for pair in pairs if pair is not None]
    if all(item.startswith("{") for item in items):
        return [_record(item, number) for number, item in enumerate(items)]
    if all(item[:1] in "([" for item in items):
        return [_places(item, number) for number, item in enumerate(items)]
    return [{"#": str(number), "value": item} for number, item in enumerate(items)]


def _record(item: str, number: int) -> dict[str, str]:
    pairs = [_pair(each) for each in items_of(item)]
    named = {_unquoted(pair[0]): pair[1] for pair in pairs if pair is not None}
    return {"#": str(number)} | named


def _places(item: str, number: int) -> dict[str, str]:
    return {"#": str(number)} | {f"[{place}]": each for place, each in enumerate(items_of(item))}


def _pair(item: str) -> tuple[str, str] | None:
    """Split `key: value`; None where there is no colon outside of strings and brackets."""
    depth, quote = 0, ""
    for place, sign in enumerate(item):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == ":" and depth == 0:
            return item[:place].strip(), item[place + 1 :].strip()
        else:
            depth += (sign in "[({<") - (sign in "])}>")
    return None


def _unquoted(text: str) -> str:
    """Give the string that a literal stands for; other texts as they are."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, str) else text
