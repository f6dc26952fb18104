"""Puts documents of a test into a folder, as the store assembles them."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from rlm_desktop.corpus.documents import Document
from rlm_desktop.corpus.store.assembling import assemble_version
from rlm_desktop.corpus.store.manifest import Facts, Member, written
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.text.sources import IN_MEMORY_BYTES


def stored(folder: Path, documents: Sequence[Document], *, in_memory_bytes: int = IN_MEMORY_BYTES) -> StoredCorpus:
    """Assemble documents in a folder and open what came of it."""
    texts = {digest_of(document.text): document.text.encode() for document in documents}
    members = [
        Member(document.name, document.path, len(document.text.encode()), written(_facts(document)))
        for document in documents
    ]
    assemble_version(folder, members, len(members), lambda digest, write: write(texts[digest]))
    return StoredCorpus.open(folder, in_memory_bytes=in_memory_bytes)


def digest_of(text: str) -> str:
    """Give the digest by which the store knows a text."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _facts(document: Document) -> Facts:
    return Facts(
        kind=document.kind,
        digest=digest_of(document.text),
        source_bytes=document.size_bytes,
        characters=len(document.text),
        tokens=estimate_tokens(document.text),
        marks=tuple((mark.start, mark.label, mark.kind) for mark in document.marks),
        losses=document.losses,
    )
