"""Jupyter notebooks, cell by cell, with what they printed."""

import json
from collections.abc import Iterator
from typing import Any

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft

NOT_A_NOTEBOOK = "damaged, or not a notebook"


def read_notebook(data: bytes) -> Converted:
    """Give the cells of a notebook and the text of their outputs."""
    try:
        notebook = json.loads(decode(data))
    except (ValueError, RecursionError) as fault:
        raise Unreadable(NOT_A_NOTEBOOK) from fault
    draft = Draft()
    for number, cell in enumerate(_cells(notebook), 1):
        draft.begin("cell", f"cell {number}")
        _write_cell(cell, draft)
    return draft.done()


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(notebook, dict):
        raise Unreadable(NOT_A_NOTEBOOK)
    sheets = [notebook, *_list(notebook, "worksheets")]
    for sheet in sheets:
        yield from (cell for cell in _list(sheet, "cells") if isinstance(cell, dict))


def _write_cell(cell: dict[str, Any], draft: Draft) -> None:
    source = _text(cell.get("source", cell.get("input"))).strip("\n")
    is_code = cell.get("cell_type") == "code"
    draft.block(f"```\n{source}\n```" if is_code and source else source)
    for output in _list(cell, "outputs"):
        if isinstance(output, dict):
            _write_output(output, draft)


def _write_output(output: dict[str, Any], draft: Draft) -> None:
    data = output.get("data", output)
    data = data if isinstance(data, dict) else {}
    traceback = "\n".join(_text(line) for line in _list(output, "traceback"))
    text = _text(output.get("text")) or _text(data.get("text/plain")) or traceback
    if text.strip():
        draft.block(f"Output:\n{text.rstrip()}")
    draft.lost["image"] += any(key.startswith("image/") or key in {"png", "jpeg", "svg"} for key in data)


def _list(holder: Any, key: str) -> list[Any]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, list) else []


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""
