"""Takes the documents of a version out of a store, and those of another store in."""

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from threading import Event
from typing import NamedTuple

from rlm_desktop.corpus.converting.packing import DIGEST_BYTES, NoRoom, Packs, pack_name
from rlm_desktop.corpus.errors import StoreBroken, StoreFull
from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.manifest import Facts, Member, read_facts, read_manifest, written
from rlm_desktop.corpus.store.packs import PACKS, TextLost, spool_of
from rlm_desktop.corpus.store.session import Session
from rlm_desktop.corpus.store.tidying import tidy_session
from rlm_desktop.corpus.store.versions import VERSIONS, Versions
from rlm_desktop.corpus.store.words import explained
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.text.sources import IN_MEMORY_BYTES

_DIGEST = re.compile("[0-9a-f]{32}")


class Carried(NamedTuple):
    """A document on its way between two stores: what the manifest says of it, and its text in UTF-8, piece by piece."""

    member: Member
    utf8: Iterable[bytes]


def carried_out_of(corpus: StoredCorpus) -> Iterator[Carried]:
    """Give the documents of a version in their order; raises a `StoreError`."""
    for member, document in zip(read_manifest(corpus.folder), corpus.documents, strict=True):
        yield Carried(member, (document.text.encode(),))


def checked_member(name: str, path: str, text_bytes: int, facts: str) -> Member:
    """Give what a manifest should say of a document that comes from elsewhere; raises `StoreBroken` at nonsense."""
    try:
        read = read_facts(facts)
        is_sound = _is_sound(read) and isinstance(name, str) and isinstance(path, str) and text_bytes >= 0
    except (TypeError, ValueError) as error:
        raise StoreBroken(f"The description of a document cannot be read: {error}.") from error
    if not is_sound or written(read) != facts:
        raise StoreBroken("The description of a document makes no sense.")
    return Member(name, path, text_bytes, facts)


def _is_sound(facts: Facts) -> bool:
    marks = [start for start, label, kind in facts.marks if isinstance(label, str) and isinstance(kind, str)]
    return (
        _DIGEST.fullmatch(facts.digest) is not None
        and isinstance(facts.kind, str)
        and min(facts.source_bytes, facts.characters, facts.tokens) >= 0
        and len(marks) == len(facts.marks)
        and marks == sorted(marks)
        and all(0 <= start <= facts.characters for start in marks)
        and all(isinstance(loss, str) for loss in facts.losses)
    )


def take_in(store: Path, documents: Iterable[Carried], run: str) -> str:
    """Keep the documents of a version for a run that saw it, and give the version's digest; raises a `StoreError`."""
    try:
        for part in (store, store / PACKS, store / VERSIONS):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        catalogue, session = Catalogue.open(store), Session(store)
    except OSError as fault:
        raise explained(fault, store) from fault
    try:
        members = _keep_texts(store, catalogue, session.name, documents)
        digest = Versions(store, catalogue, session, IN_MEMORY_BYTES).make(members, Event())
        with catalogue.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO pins VALUES (?, ?)", (run, digest))
        return digest
    except TextLost as error:
        raise StoreBroken("A document's text in the store is damaged, so it could not be used. Try again.") from error
    finally:
        session.end()
        tidy_session(store, catalogue, session.name)


def _keep_texts(store: Path, catalogue: Catalogue, session: str, documents: Iterable[Carried]) -> list[Member]:
    spool = spool_of(store, session)
    spool.mkdir(mode=0o700, parents=True)
    packs = Packs(str(spool))
    members, texts = [], []
    try:
        for member, utf8 in documents:
            digest = read_facts(member.facts).digest
            _write(packs, utf8, digest)
            number, start, size_bytes = packs.keep()
            members.append(member)
            texts.append((bytes.fromhex(digest), pack_name(number), start, size_bytes))
        packs.flush()
    except NoRoom as error:
        raise StoreFull(f"The documents cannot be kept in {store}: {error}. Make room on its disk.") from error
    finally:
        packs.close()
    _note(catalogue, session, texts)
    return members


def _write(packs: Packs, utf8: Iterable[bytes], digest: str) -> None:
    """Write a text, which must be the one that was named: a text under a wrong name would harm other versions."""
    total = blake2b(digest_size=DIGEST_BYTES)
    packs.write(b"")
    for piece in utf8:
        total.update(piece)
        packs.write(piece)
    if total.hexdigest() != digest:
        raise StoreBroken("The text of a document is not the one that its description names.")


def _note(catalogue: Catalogue, session: str, texts: list[tuple[bytes, str, int, int]]) -> None:
    with catalogue.writing() as connection:
        names = sorted({pack for _, pack, _, _ in texts})
        connection.executemany("INSERT INTO packs (session, name) VALUES (?, ?)", [(session, name) for name in names])
        connection.executemany(
            """INSERT OR IGNORE INTO texts
            SELECT ?, (SELECT id FROM packs WHERE session = ? AND name = ?), ?, ?, 0""",
            [(digest, session, pack, start, size_bytes) for digest, pack, start, size_bytes in texts],
        )
