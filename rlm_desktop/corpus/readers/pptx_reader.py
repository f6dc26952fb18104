"""PowerPoint presentations, slide by slide, each with its notes."""

import re
from typing import ClassVar

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft, one_line
from rlm_desktop.corpus.readers.markup import elements, parse
from rlm_desktop.corpus.readers.package import DAMAGED, Package
from rlm_desktop.corpus.readers.story import Story

_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"sldNum", "dt", "ftr", "hdr"}
_DRAWN = {"chart": "chart", "diagramData": "diagram", "oleObject": "embedded object", "package": "embedded object"}
_PLAYED = {"video": "video", "audio": "sound"}


def read_pptx(data: bytes) -> Converted:
    """Give the text of a presentation in the order of its slides."""
    package = Package(data)
    draft = Draft()
    for number, name in enumerate(_slides(package), 1):
        draft.begin("slide", f"slide {number}")
        if name in package:
            _write_slide(package, name, number, draft)
        else:
            draft.lost["missing slide"] += 1
    return draft.done()


def _slides(package: Package) -> list[str]:
    """Name the slides in the order they are shown, or that of their numbers where the list is lost."""
    main = next((name for _, kind, name in package.related("") if kind == "officeDocument"), "ppt/presentation.xml")
    if main in package:
        targets = {key: name for key, kind, name in package.related(main) if kind == "slide"}
        shown = [found.get("r:id", "") for tag, found in elements(package.read(main)) if tag == "p:sldId"]
        return [targets[key] for key in shown if key in targets]
    numbered = {int(match[1]): match[0] for match in map(_SLIDE.fullmatch, package.names) if match}
    if not numbered:
        raise Unreadable(DAMAGED)
    return [numbered[number] for number in sorted(numbered)]


def _write_slide(package: Package, name: str, number: int, draft: Draft) -> None:
    slide = _Slide()
    parse(package.stream(name), slide)
    title = f": {one_line(slide.title)}" if slide.title.strip() else ""
    draft.block(f"## Slide {number}{title}{' (hidden)' if slide.is_hidden else ''}")
    for block in slide.blocks:
        draft.block(block.text, tight=True)
    draft.lost.update(slide.lost)
    for _, kind, target in package.related(name):
        if kind == "notesSlide" and target in package:
            _write_notes(package, target, draft)
        if loss := _DRAWN.get(kind) or _PLAYED.get(kind):
            draft.lost[loss] += 1


def _write_notes(package: Package, name: str, draft: Draft) -> None:
    notes = _Slide()
    parse(package.stream(name), notes)
    text = "\n".join(block.text for block in notes.blocks)
    if text.strip():
        draft.block(f"Notes: {text}")


class _Slide(Story):
    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset({"a:p"})
    TABLES: ClassVar[frozenset[str]] = frozenset({"a:tbl"})
    ROWS: ClassVar[frozenset[str]] = frozenset({"a:tr"})
    CELLS: ClassVar[frozenset[str]] = frozenset({"a:tc"})
    SKIPPED: ClassVar[frozenset[str]] = frozenset({"mc:Fallback"})
    BREAKS: ClassVar[dict[str, str]] = {"a:br": "\n", "a:tab": "\t"}
    LOSSES: ClassVar[dict[str, str]] = {"a:blip": "image"}

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.is_hidden = False
        self._placeholder: str | None = None
        self._before_shape = 0
        self._is_hearing = False

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        match tag:
            case "p:sld":
                self.is_hidden = attributes.get("show") in {"0", "false"}
            case "p:sp":
                self._placeholder, self._before_shape = None, len(self.blocks)
            case "p:ph":
                self._placeholder = attributes.get("type", "body")
            case "a:t":
                self._is_hearing = True

    def closed(self, tag: str) -> None:
        if tag == "a:t":
            self._is_hearing = False
        elif tag == "p:sp" and self._placeholder in _FURNITURE:
            del self.blocks[self._before_shape :]
        elif tag == "p:sp" and self._placeholder in _TITLES and not self.title:
            self.title = " ".join(block.text for block in self.blocks[self._before_shape :])
            del self.blocks[self._before_shape :]

    def heard(self, data: str) -> None:
        if self._is_hearing:
            self.write(data)
