"""OpenDocument texts, presentations and drawings, zipped or flat."""

import re
from typing import ClassVar

from rlm_desktop.corpus.documents import MarkKind
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft
from rlm_desktop.corpus.readers.markup import attributes_of, parse
from rlm_desktop.corpus.readers.package import DAMAGED, PASSWORD, Package
from rlm_desktop.corpus.readers.story import Block, Story

_SPACES = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 1_000


def read_odf(data: bytes) -> Converted:
    """Give the text of an OpenDocument file; its slides or drawn pages are marked."""
    story = _Content()
    if data.startswith(b"PK"):
        package = Package(data)
        refuse_locked(package)
        if "content.xml" not in package:
            raise Unreadable(DAMAGED)
        parse(package.stream("content.xml"), story)
    else:
        parse([data], story)
    return _written(story)


def refuse_locked(package: Package) -> None:
    """Raise `Unreadable` when the parts of an OpenDocument file are encrypted."""
    manifest = package.read("META-INF/manifest.xml")
    if manifest and attributes_of(manifest, "manifest:encryption-data"):
        raise Unreadable(PASSWORD)


def _written(story: "_Content") -> Converted:
    draft = Draft()
    for index, block in enumerate(story.blocks):
        if index in story.parts:
            draft.begin(*story.parts[index])
        _write(block, draft)
    draft.lost.update(story.lost)
    return draft.done()


def _write(block: Block, draft: Draft) -> None:
    if block.level:
        draft.begin("section", block.text)
        draft.block(f"{'#' * min(block.level, 6)} {block.text}")
    else:
        draft.block(f"- {block.text}" if block.is_item else block.text, tight=block.is_item)


class _Content(Story):
    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset({"text:p", "text:h"})
    TABLES: ClassVar[frozenset[str]] = frozenset({"table:table"})
    ROWS: ClassVar[frozenset[str]] = frozenset({"table:table-row"})
    CELLS: ClassVar[frozenset[str]] = frozenset({"table:table-cell"})
    SKIPPED: ClassVar[frozenset[str]] = frozenset(
        {"text:tracked-changes", "office:styles", "office:automatic-styles", "office:master-styles", "office:meta",
         "office:settings", "office:binary-data", "office:scripts", "svg:title"}
    )  # fmt: skip
    BREAKS: ClassVar[dict[str, str]] = {"text:tab": "\t", "text:line-break": "\n", "text:tab-stop": "\t"}
    LOSSES: ClassVar[dict[str, str]] = {
        "draw:image": "image",
        "draw:object": "embedded object",
        "draw:object-ole": "embedded object",
        "text:change": "tracked deletion",
    }

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[int, tuple[MarkKind, str]] = {}
        """Where slides and sheets begin, by the number of their first block."""
        self._is_workbook = False
        self._is_first_of_item = False

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "text:h":
                level = attributes.get("text:outline-level", "1")
                self.be_heading(int(level) if level.isdecimal() else 1)
            case "text:p" if self._is_first_of_item:
                self.be_item()
            case "text:list-item":
                self._is_first_of_item = True
            case "text:s":
                self.write(" " * min(int(attributes.get("text:c", "1")), _MOST_SPACES))
            case "presentation:notes" | "office:annotation":
                self._note("Notes:" if tag == "presentation:notes" else "[Comment]")
            case "text:note-citation":
                self.write(" [note ")
            case _:
                self._open_part_of(tag, attributes)

    def _open_part_of(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "draw:page":
                self._open_part("slide", str(len(self.parts) + 1))
            case "office:spreadsheet":
                self._is_workbook = True
            case "table:table" if self._is_workbook and len(self._tables) == 1:
                self._open_part("sheet", attributes.get("table:name", ""))

    def closed(self, tag: str) -> None:
        if tag in self.PARAGRAPHS:
            self._is_first_of_item = False
        elif tag == "text:note-citation":
            self.write("]")

    def heard(self, data: str) -> None:
        self.write(_SPACES.sub(" ", data))

    def _open_part(self, kind: MarkKind, name: str) -> None:
        self.parts[len(self.blocks)] = (kind, f"{kind} {name}")
        self.blocks.append(Block(text=f"## {kind.capitalize()} {name}"))

    def _note(self, label: str) -> None:
        if not self._paragraphs and self._cell() is None:
            self.blocks.append(Block(text=label))
