"""Long texts, each kept once under the digest of its content, compressed when that pays."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from isal import isal_zlib
from isal.igzip_lib import IsalError
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import Damaged, MissingText
from rlm_desktop.storage.tables import payloads, run_payloads
from rlm_desktop.trace.ids import Digest

_WORTH_PACKING_BYTES = 512

_KEEP = insert(payloads).on_conflict_do_nothing()
_NAME = (
    insert(run_payloads)
    .from_select(
        ["run", "payload"],
        select(bindparam("of_run"), payloads.c.number).where(payloads.c.digest == bindparam("of_digest")),
    )
    .on_conflict_do_nothing()
)
_FETCH = select(payloads.c.packing, payloads.c.body).where(payloads.c.digest == bindparam("of_digest"))


class Payloads:
    """The kept texts of all runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self, digest: Digest) -> str:
        """Give a text back; raises `MissingText`."""
        with self.reading() as text:
            return text(digest)

    @contextmanager
    def reading(self) -> Iterator[Callable[[Digest], str]]:
        """Give what gives many texts back, one after another: each takes a third of the time that `text` takes."""
        with self._database.reading() as connection:
            yield partial(_text, connection)


def _text(connection: Connection, digest: Digest) -> str:
    row = connection.execute(_FETCH, {"of_digest": digest}).one_or_none()
    if row is None:
        raise MissingText(f"The text {digest} is not in the database; its run was damaged or deleted.")
    return unpack(digest, row.packing, row.body)


def keep(connection: Connection, run_number: int, texts: Mapping[Digest, str]) -> None:
    """Store texts that a run refers to, in the caller's transaction; one already there is stored no second time."""
    rows = []
    for digest, text in texts.items():
        packing, body = pack(text)
        rows.append({"digest": digest, "packing": packing, "body": body})
    connection.execute(_KEEP, rows)
    connection.execute(_NAME, [{"of_run": run_number, "of_digest": digest} for digest in texts])


def pack(text: str) -> tuple[str, bytes]:
    """Make bytes of a text, compressed when that pays, and say how."""
    plain = text.encode("utf-8", "surrogatepass")
    if len(plain) >= _WORTH_PACKING_BYTES:
        # The quickest level but one: this runs while events wait.
        packed = isal_zlib.compress(plain, 1)
        if len(packed) < len(plain):
            return "zlib", packed
    return "plain", plain


def unpack(name: str, packing: str, body: bytes) -> str:
    """Make the text of them again; raises `Damaged` under the text's name."""
    try:
        return plain_bytes(name, packing, body).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise Damaged(f"The text {name} is damaged ({error}).") from error


def plain_bytes(name: str, packing: str, body: bytes) -> bytes:
    """Make a text's UTF-8 of them; raises `Damaged` under the text's name."""
    try:
        return isal_zlib.decompress(body) if packing == "zlib" else body
    # Its stub takes the class for one of its exceptions.
    except IsalError as error:  # type: ignore[misc]
        raise Damaged(f"The text {name} is damaged ({error}).") from error
