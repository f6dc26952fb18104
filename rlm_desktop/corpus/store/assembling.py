"""Makes the one text of a version, and its tables, out of a manifest."""

from collections.abc import Callable, Iterable
from pathlib import Path

from rlm_desktop.corpus.documents import header_line
from rlm_desktop.corpus.store.manifest import Facts, Member, read_facts
from rlm_desktop.corpus.store.packs import TextLost
from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.documents import DocumentRow
from rlm_desktop.text.documents_writer import DocumentTableWriter

Copy = Callable[[str, Callable[[bytes], None]], None]
"""Writes the UTF-8 of a text, given by its digest, piece by piece."""


def assemble_version(folder: Path, members: Iterable[Member], count: int, copy: Copy) -> None:
    """Write text and tables of `count` members to a folder, the description last; raises `TextLost`.

    Headers stand where `corpus.documents.assemble` puts them.
    """
    with BlobWriter(folder) as blob, DocumentTableWriter(folder) as table:
        for index, member in enumerate(members):
            facts = read_facts(member.facts)
            blob.write(header_line(index, count, member.name).encode("utf-8", "replace"))
            start = blob.characters
            _copy_text(copy, facts, blob)
            table.add(_row(member, facts, start, blob.characters))
        table.finish()
        blob.finish()


def _copy_text(copy: Copy, facts: Facts, blob: BlobWriter) -> None:
    """Copy a text, which must be what its converter said: whole characters, and as many."""
    end = blob.characters + facts.characters
    try:
        copy(facts.digest, blob.write)
    except UnicodeDecodeError as error:
        raise TextLost(facts.digest) from error
    if blob.characters != end:
        raise TextLost(facts.digest)


def _row(member: Member, facts: Facts, start: int, end: int) -> DocumentRow:
    return DocumentRow(
        name=member.name,
        path=member.path,
        kind=facts.kind,
        start=start,
        end=end,
        source_bytes=facts.source_bytes,
        tokens=facts.tokens,
        digest=facts.digest,
        page_starts=facts.page_starts,
        marks=facts.marks,
        losses=facts.losses,
    )
