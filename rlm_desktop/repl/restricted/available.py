"""Whether the restricted Python can be used here; asked by the host, which never loads it."""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from rlm_desktop.text.documents import DocumentTable

MOST_DOCUMENTS = 50_000
"""With more, every block would take seconds."""

PINNED = "1.4.0"
"""Pinned exactly, as in `pyproject.toml`: what it refuses is tested with this version only."""


def too_long(corpus: str, most_bytes: int) -> str | None:
    """Say why a corpus cannot be worked on, or give None: the interpreter has to hold all of its text."""
    size = Path(corpus, "text").stat().st_size
    table = DocumentTable.open(corpus)
    documents = len(table)
    table.close()
    if size <= most_bytes and documents <= MOST_DOCUMENTS:
        return None
    return (
        f"The restricted Python holds corpora of up to {most_bytes // 1_000_000:,} MB of text and {MOST_DOCUMENTS:,} "
        f"documents, and this one has {size / 1_000_000:,.0f} MB and {documents:,}; ask about a part of it."
    )


def why_not() -> str | None:
    """Say what is missing, or give None when it can be used."""
    if find_spec("pydantic_monty") is None:
        return "the restricted Python is not installed (pip install 'rlm-desktop[restricted]')"
    try:
        found = version("pydantic-monty")
    except PackageNotFoundError:
        return "the restricted Python was installed without telling its version"
    if found != PINNED:
        return f"the restricted Python is version {found}, but only {PINNED} is known to hold"
    return None
