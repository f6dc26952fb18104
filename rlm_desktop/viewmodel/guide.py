"""The user guide: short Markdown pages that come along, in the order in which they are listed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGES = (
    "first-question",
    "models",
    "documents",
    "reading-a-run",
    "checking",
    "costs",
    "what-leaves",
    "privacy",
    "exports",
    "keys",
    "command-line",
    "troubleshooting",
)
_KEYS_MARK = "{{keys}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePage:
    """A page: its name is that of its file, without ending, and what links to it say."""

    name: str
    title: str
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGroup:
    """Some commands with their keys, as the guide lists them."""

    name: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """What a command does, and the keys for it."""


def read_guide(folder: Path, keys: Sequence[KeyGroup]) -> tuple[GuidePage, ...]:
    """Read all pages; the map of keys stands where its page has a mark for it. Raises `OSError`."""
    table = "\n".join(_key_lines(keys))
    return tuple(_read(folder / f"{name}.md", table) for name in PAGES)


def linked_page(address: str) -> str | None:
    """Give the name of the page that a link such as `costs.md` leads to; None for any other link."""
    name = address.removesuffix(".md")
    return name if name != address and name in PAGES else None


def _read(file: Path, keys: str) -> GuidePage:
    markdown = file.read_text(encoding="utf-8").replace(_KEYS_MARK, keys)
    return GuidePage(name=file.stem, title=markdown.partition("\n")[0].removeprefix("# "), markdown=markdown)


def _key_lines(groups: Sequence[KeyGroup]) -> Iterator[str]:
    for group in groups:
        yield from (f"## {group.name}", "", "| keys | what they do |", "|---|---|")
        for words, keys in group.rows:
            yield f"| {' or '.join(f'`{key}`' for key in keys)} | {words} |"
        yield ""
