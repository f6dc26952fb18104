"""The blocks of data in a trace's page: packed and in base64, so that nothing in them can be read as markup."""

import json
import re
import sys
from array import array
from binascii import b2a_base64
from typing import Any, BinaryIO

from isal import isal_zlib

from rlm_desktop.export.trace_markdown import writable

TEXT_CHARACTERS = 1_000_000
"""So much of the texts is unpacked at once when one of them is read."""
_RAW_DEFLATE = -15
_LONE = re.compile("[\ud800-\udfff]")


class Blocks:
    """Writes blocks, each under a name by which the page finds it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, name: str, data: bytes) -> None:
        """Write a block; `name` holds letters, digits and hyphens only."""
        packer = isal_zlib.compressobj(2, isal_zlib.DEFLATED, _RAW_DEFLATE)
        packed = packer.compress(data) + packer.flush()
        self._file.write(f'<script type="application/octet-stream;base64" id="{name}">'.encode())
        self._file.write(b2a_base64(packed, newline=False))
        self._file.write(b"</script>\n")

    def add_numbers(self, name: str, numbers: "array[Any]") -> None:
        """Write numbers as a browser reads them: the lowest byte first."""
        if sys.byteorder == "big":
            numbers.byteswap()
        self.add(name, numbers.tobytes())

    def add_json(self, name: str, value: Any) -> None:
        """Write a value; lone surrogates in it are shown, as they are in texts."""
        said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        self.add(name, (said if said.isascii() else _LONE.sub(_sign, said)).encode())


def _sign(found: re.Match[str]) -> str:
    return f"\\\\u{ord(found[0]):04x}"


class TextBlocks:
    """Writes texts one after the other, cut into blocks of about equal size; each has its place in all the bytes."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._waiting = bytearray()
        self._written = 0
        self.starts = array("d", [0])
        """Where each text begins, and where the last one ends."""
        self.block_starts: list[int] = []

    def add(self, text: str) -> None:
        """Write a text."""
        for start in range(0, len(text), TEXT_CHARACTERS):
            self._waiting += writable(text[start : start + TEXT_CHARACTERS]).encode()
            if len(self._waiting) >= TEXT_CHARACTERS:
                self._write()
        self.starts.append(self._written + len(self._waiting))

    def end(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._write()

    def _write(self) -> None:
        self._blocks.add(f"texts-{len(self.block_starts)}", bytes(self._waiting))
        self.block_starts.append(self._written)
        self._written += len(self._waiting)
        self._waiting.clear()
