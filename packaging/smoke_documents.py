"""One small document for each of the app's readers: their libraries find parts of themselves in ways of their own."""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from arro3 import core, io
from smoke_installed import Failed, Installed

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from tests.support import ole, packages  # noqa: E402

WORDS = "The harbour of Ardvik earned 412 crowns in 1985."
_PAGE = f"<html><body><p>{WORDS}</p></body></html>"
_BODY = "1000001F"
"""The property of an Outlook message that holds its text."""


def reads_every_kind(app: Installed) -> str:
    """No document is skipped, whichever of the app's readers it takes."""
    files, folder = documents(), app.outside(f"{app.home}/kinds")
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    told = app.told("ask", "What did Ardvik earn?", f"{app.home}/kinds")["documents"]
    if told["read"] != len(files) or told["skipped"]:
        raise Failed(f"{app.title}: of {len(files)} documents {told['read']} were read, not {told['skipped']}")
    return ", ".join(Path(name).suffix[1:] for name in files)


def documents() -> dict[str, bytes]:
    """Give the documents by the names of their files."""
    return {
        "a.arrow": _table(io.write_ipc),
        "a.docx": packages.docx(f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"),
        "a.eml": f"Subject: Dues\nFrom: a@example.org\n\n{WORDS}\n".encode(),
        "a.epub": packages.epub({"a": "a.xhtml"}, ["a"], {"a.xhtml": _PAGE}),
        "a.html": _PAGE.encode(),
        "a.ipynb": _notebook(),
        "a.json": json.dumps({"words": WORDS}).encode(),
        "a.msg": _message(),
        "a.odt": packages.odf("text", f"<text:p>{WORDS}</text:p>"),
        "a.parquet": _table(io.write_parquet),
        "a.pdf": (ROOT / "tests" / "data" / "three-pages.pdf").read_bytes(),
        "a.pptx": packages.pptx({"slide1": packages.p("sld", packages.shape(WORDS))}, ["slide1"]),
        "a.rtf": f"{{\\rtf1\\ansi {WORDS}}}".encode(),
        "a.srt": f"1\n00:00:01,000 --> 00:00:02,000\n{WORDS}\n".encode(),
        "a.xlsx": packages.xlsx({"Dues": f'<row r="1">{packages.cell("A1", WORDS)}</row>'}),
        "a.xml": f'<?xml version="1.0"?><note>{WORDS}</note>'.encode(),
    }


def _table(write: Callable[[core.Table, BytesIO], None]) -> bytes:
    file = BytesIO()
    write(core.Table.from_pydict({"words": core.Array([WORDS], core.DataType.utf8())}), file)
    return file.getvalue()


def _notebook() -> bytes:
    cell = {"cell_type": "markdown", "metadata": {}, "source": [WORDS]}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}).encode()


def _message() -> bytes:
    text = WORDS.encode("utf-16-le")
    row = struct.pack("<IIII", int(_BODY, 16), 6, len(text) + 2, 0)
    return ole.compound({"__properties_version1.0": bytes(32) + row, f"__substg1.0_{_BODY}": text})
