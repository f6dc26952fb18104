"""Word documents: paragraphs, headings, lists, tables, notes and comments."""

import re
from collections.abc import Iterator
from typing import ClassVar

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft
from rlm_desktop.corpus.readers.markup import Listener, parse
from rlm_desktop.corpus.readers.package import DAMAGED, Package
from rlm_desktop.corpus.readers.story import Block, Story

_HEADING_NAME = re.compile(r"(?:heading|überschrift|titre|título|kop) ?([1-9])", re.IGNORECASE)
_NOTES = {"footnotes": "", "endnotes": "endnote ", "comments": "comment "}
_RUNNING = ("header", "footer")


def read_docx(data: bytes) -> Converted:
    """Give the text of a Word document; notes and comments follow it, then what stands in headers and footers."""
    package = Package(data)
    main = _main_part(package)
    relations = package.related(main)
    levels = _heading_levels(package, [name for _, kind, name in relations if kind == "styles"])
    story = _Body(levels)
    parse(package.stream(main), story)
    draft = Draft()
    _write(story.blocks, draft)
    draft.lost.update(story.lost)
    for block in _beside(package, relations):
        draft.block(block.text, tight=block.is_item)
    _count_drawn(relations, draft)
    return draft.done()


def _main_part(package: Package) -> str:
    named = (name for _, kind, name in package.related("") if kind == "officeDocument")
    main = next((name for name in (*named, "word/document.xml") if name in package), None)
    if main is None:
        raise Unreadable(DAMAGED)
    return main


def _write(blocks: list[Block], draft: Draft) -> None:
    for block in blocks:
        if block.level:
            draft.begin("section", block.text)
            draft.block(f"{'#' * min(block.level, 6)} {block.text}")
        else:
            draft.block(f"- {block.text}" if block.is_item else block.text, tight=block.is_item)


def _beside(package: Package, relations: list[tuple[str, str, str]]) -> Iterator[Block]:
    """Give the notes, comments, headers and footers, each text once."""
    for _, kind, name in relations:
        if kind in _NOTES and name in package:
            notes = _Notes(_NOTES[kind])
            parse(package.stream(name), notes)
            yield from notes.notes
    seen: dict[str, None] = {}
    for _, kind, name in relations:
        if kind in _RUNNING and name in package:
            story = _Body({})
            parse(package.stream(name), story)
            seen.update(dict.fromkeys(block.text.strip() for block in story.blocks))
    if seen:
        yield Block(text="\n".join(["[Headers and footers]", *seen]))


def _count_drawn(relations: list[tuple[str, str, str]], draft: Draft) -> None:
    kinds = {"chart": "chart", "diagramData": "diagram", "aFChunk": "embedded document"}
    draft.lost.update(kinds[kind] for _, kind, _ in relations if kind in kinds)


def _heading_levels(package: Package, names: list[str]) -> dict[str, int]:
    styles = _Styles()
    for name in names:
        if name in package:
            parse(package.stream(name), styles)
    return styles.levels()


class _Styles(Listener):
    """Learns which paragraph styles are headings, from their outline levels, names and bases."""

    def __init__(self) -> None:
        self._style = ""
        self._known: dict[str, int] = {}
        self._bases: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        value = attributes.get("w:val", "")
        if tag == "w:style":
            self._style = attributes.get("w:styleId", "")
        elif tag == "w:name" and (match := _HEADING_NAME.fullmatch(value)):
            self._known[self._style] = int(match[1])
        elif tag == "w:name" and value.lower() == "title":
            self._known[self._style] = 1
        elif tag == "w:outlineLvl" and value in "012345678" and value:
            self._known[self._style] = int(value) + 1
        elif tag == "w:basedOn":
            self._bases[self._style] = value

    def end(self, tag: str) -> None:
        if tag == "w:style":
            self._style = ""

    def levels(self) -> dict[str, int]:
        """Give the heading level of each style that is one."""
        found = {style: self._level(style) for style in {*self._known, *self._bases}}
        return {style: level for style, level in found.items() if level}

    def _level(self, style: str) -> int:
        for _ in range(20):
            if style in self._known:
                return self._known[style]
            style = self._bases.get(style, "")
        return 0


class _Body(Story):
    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset({"w:p"})
    TABLES: ClassVar[frozenset[str]] = frozenset({"w:tbl"})
    ROWS: ClassVar[frozenset[str]] = frozenset({"w:tr"})
    CELLS: ClassVar[frozenset[str]] = frozenset({"w:tc"})
    # A fallback says again what stands beside it; moved text stands where it went.
    SKIPPED: ClassVar[frozenset[str]] = frozenset({"mc:Fallback", "w:moveFrom", "w:tabs"})
    BREAKS: ClassVar[dict[str, str]] = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
    LOSSES: ClassVar[dict[str, str]] = {
        "a:blip": "image",
        "v:imagedata": "image",
        "o:OLEObject": "embedded object",
        "w:del": "tracked deletion",
    }

    def __init__(self, levels: dict[str, int]) -> None:
        super().__init__()
        self._levels = levels
        self._is_hearing = False

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "w:t" | "m:t":
                self._is_hearing = True
            case "w:pStyle":
                self.be_heading(self._levels.get(attributes.get("w:val", ""), 0))
            case "w:outlineLvl" if attributes.get("w:val", "9") in "012345678":
                self.be_heading(int(attributes["w:val"]) + 1)
            case "w:numId" if attributes.get("w:val") != "0":
                self.be_item()
            case "w:footnoteReference" | "w:endnoteReference" | "w:commentReference":
                what = _NOTES[tag.removeprefix("w:").removesuffix("Reference") + "s"]
                self.write(f"[^{what}{attributes.get('w:id', '')}]")

    def closed(self, tag: str) -> None:
        if tag in {"w:t", "m:t"}:
            self._is_hearing = False

    def heard(self, data: str) -> None:
        if self._is_hearing:
            self.write(data)


class _Notes(_Body):
    """Collects footnotes, endnotes or comments, each as one block that begins with its number."""

    def __init__(self, what: str) -> None:
        super().__init__({})
        self._what = what
        self._label = ""
        self.notes: list[Block] = []

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        super().opened(tag, attributes)
        if tag in {"w:footnote", "w:endnote", "w:comment"}:
            author = attributes.get("w:author", "")
            self._label = f"[^{self._what}{attributes.get('w:id', '')}]: " + (f"{author}: " if author else "")

    def closed(self, tag: str) -> None:
        super().closed(tag)
        if tag not in {"w:footnote", "w:endnote", "w:comment"}:
            return
        text = " ".join(block.text.strip() for block in self.blocks)
        if text:
            self.notes.append(Block(text=self._label + text, is_item=True))
        self.blocks.clear()
