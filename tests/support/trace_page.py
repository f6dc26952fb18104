"""Reads the blocks of an exported trace's page as its script does."""

import base64
import json
import re
import zlib
from array import array
from io import BytesIO
from itertools import pairwise
from typing import Any

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.trace_html import write

_BLOCK = re.compile(r'<script type="application/octet-stream;base64" id="([a-z0-9-]+)">([A-Za-z0-9+/=]*)</script>\n')


class PageRead:
    """A page's markup, and what its blocks hold."""

    def __init__(self, run: RecordedRun) -> None:
        file = BytesIO()
        write(run, file)
        self.page = file.getvalue().decode()
        self.blocks = {
            name: zlib.decompress(base64.b64decode(packed), -15) for name, packed in _BLOCK.findall(self.page)
        }
        self.markup = _BLOCK.sub("", self.page)
        self.index: dict[str, Any] = json.loads(self.blocks["index"])

    def numbers(self, name: str, kind: str) -> "array[Any]":
        return array(kind, self.blocks[name])

    def values(self, name: str) -> list[Any]:
        """Give a value for each row."""
        names = [f"{name}-{number}" for number in range(sum(block.startswith(f"{name}-") for block in self.blocks))]
        return [value for block in names for value in json.loads(self.blocks[block])]

    def texts(self) -> list[str]:
        starts = [int(start) for start in self.numbers("text-starts", "d")]
        whole = b"".join(self.blocks[f"texts-{number}"] for number in range(len(self.index["textBlocks"])))
        return [whole[start:end].decode() for start, end in pairwise(starts)]

    def figures(self, row: int) -> dict[str, tuple[str, str]]:
        """Give a row's figures: how much, and the remark."""
        card = next(card for card in self.values("cards")[row] if card["title"] == "Figures")
        return {name[0]: (value[0], remark[0]) for name, value, remark in card["rows"]}
