"""What a worker makes of one file: archives within bounds, texts of any size piece by piece."""

import bz2
import gzip
import io
import json
import lzma
import random
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from arro3.core import Array, DataType, RecordBatch
from arro3.io import write_ipc, write_ipc_stream, write_parquet

from rlm_desktop.corpus.conversion import CHANGED_WHILE_READ
from rlm_desktop.corpus.converting import extracting, streaming, unpacking
from rlm_desktop.corpus.converting.extracting import Extractor
from rlm_desktop.corpus.converting.packing import Packs, digest_of, pack_name
from rlm_desktop.corpus.readers.package import BOMB, DAMAGED, PASSWORD
from rlm_desktop.corpus.reading import LARGEST_BYTES, TOO_LARGE, convert


@dataclass
class Heard:
    texts: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    packs: list[tuple[str, int, int, int, str, int, int]] = field(default_factory=list)
    on_step: Callable[[], object] = lambda: None

    def give(self, extracted: list) -> None:
        inner, kind, number, start, size, _, _, digest, characters, newlines, _, marks, _ = extracted
        self.packs.append((inner, number, start, size, digest, characters, newlines))
        self.kinds[inner] = kind
        self.marks[inner] = [f"{at}: {label}" for at, label, _ in marks]

    def refuse(self, inner: str, reason: str) -> None:
        self.reasons[inner] = reason

    def at(self, step: int) -> None:
        self.on_step()


def extracted(path: Path, on_step: Callable[[], object] = lambda: None) -> Heard:
    """Convert a file in this process, and read its texts back."""
    folder = path.parent / "packs"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    packs, heard = Packs(str(folder)), Heard(on_step=on_step)
    Extractor(packs, heard).file(str(path))
    packs.flush()
    packs.close()
    for inner, number, start, size, digest, characters, newlines in heard.packs:
        data = (folder / pack_name(number)).read_bytes()[start:][:size]
        assert digest_of(data) == digest
        heard.texts[inner] = data.decode()
        assert (len(heard.texts[inner]), heard.texts[inner].count("\n")) == (characters, newlines)
    return heard


def zipped(members: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return made.getvalue()


def tarred(members: dict[str, bytes], *special: tarfile.TarInfo) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as package:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            package.addfile(info, io.BytesIO(data))
        for info in special:
            package.addfile(info)
    return made.getvalue()


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.tar", lambda data: data),
        ("a.tar.gz", gzip.compress),
        ("a.tgz", gzip.compress),
        ("a.tar.bz2", bz2.compress),
        ("a.tar.xz", lzma.compress),
        ("without suffix", gzip.compress),
    ],
)
def test_the_files_in_an_archive_are_documents(tmp_path: Path, name: str, pack: Callable[[bytes], bytes]):
    data = tarred({"one.txt": b"first", "deep/er/two.html": b"<p>second", ".hidden": b"x", "deep/.git/y": b"x"})

    heard = extracted(written(tmp_path, name, pack(data)))

    assert heard.texts == {"one.txt": "first", "deep/er/two.html": "second"}
    assert heard.kinds["deep/er/two.html"] == "html"
    assert heard.reasons == {}


def test_zip_files_and_zip_files_in_them_are_read(tmp_path: Path):
    inner = zipped({"leaf.txt": "leaf", "empty.txt": ""})
    data = zipped({"a/b.txt": "words", "more.zip": inner, "__MACOSX/a": "x", "image.png": b"\x89PNG"})

    heard = extracted(written(tmp_path, "a.zip", data))

    assert heard.texts == {"a/b.txt": "words", "more.zip/leaf.txt": "leaf"}
    assert set(heard.reasons) == {"more.zip/empty.txt", "image.png"}


def test_a_packed_file_is_a_document_under_its_own_name(tmp_path: Path):
    heard = extracted(written(tmp_path, "notes.md.gz", gzip.compress(b"# Notes")))

    assert (heard.texts, heard.kinds) == ({"notes.md": "# Notes"}, {"notes.md": "markdown"})


def test_a_document_that_is_a_zip_file_stays_one_document(tmp_path: Path):
    data = zipped({"word/document.xml": "<w:document/>", "[Content_Types].xml": ""})

    assert extracted(written(tmp_path, "a.docx", data)).reasons.keys() == {""}
    assert extracted(written(tmp_path, "a.zip", data)).reasons.keys() == {""}


def test_no_member_leads_out_of_its_archive(tmp_path: Path):
    data = zipped({"../../etc/passwd": "x", "/etc/shadow": "y", "C:\\windows\\z": "z", "ok/../no": "n", "fine": "f"})

    heard = extracted(written(tmp_path, "a.zip", data))

    assert heard.texts == {"fine": "f"}
    assert heard.reasons == dict.fromkeys(("etc/passwd", "etc/shadow", "C:/windows/z", "ok/no"), unpacking.LEADS_OUT)
    assert not (tmp_path / "etc").exists()


def test_links_and_devices_in_archives_are_not_followed(tmp_path: Path):
    (tmp_path / "secret.txt").write_text("secret")
    link, hard, device = tarfile.TarInfo("link"), tarfile.TarInfo("hard"), tarfile.TarInfo("device")
    link.type, link.linkname = tarfile.SYMTYPE, "../secret.txt"
    hard.type, hard.linkname = tarfile.LNKTYPE, "/etc/passwd"
    device.type = tarfile.CHRTYPE
    zip_link = zipfile.ZipInfo("link")
    zip_link.external_attr = 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr(zip_link, "../secret.txt")

    of_tar = extracted(written(tmp_path, "a.tar", tarred({}, link, hard, device)))
    of_zip = extracted(written(tmp_path, "a.zip", made.getvalue()))

    assert of_tar.reasons == dict.fromkeys(("link", "hard", "device"), unpacking.NOT_A_FILE)
    assert of_zip.reasons == {"link": unpacking.NOT_A_FILE}
    assert of_tar.texts == of_zip.texts == {}


def test_encrypted_members_are_named(tmp_path: Path):
    data = bytearray(zipped({"locked.txt": "secret", "open.txt": "words"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1

    heard = extracted(written(tmp_path, "a.zip", bytes(data)))

    assert (heard.reasons, heard.texts) == ({"locked.txt": PASSWORD}, {"open.txt": "words"})


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, None])
def test_bombs_are_refused_before_they_go_off(tmp_path: Path, pack: Callable[[bytes], bytes] | None):
    zeros = bytes(60_000_000)
    data = pack(zeros) if pack else zipped({"zeros.txt": zeros})

    heard = extracted(written(tmp_path, "bomb", data))

    assert (heard.reasons, heard.texts) == ({"": BOMB}, {})


def test_bombs_in_bombs_are_refused_by_what_the_outermost_holds(tmp_path: Path):
    layer = zipped({f"{number}.txt": bytes(900_000) for number in range(4)})
    for _ in range(2):
        layer = zipped({f"{number}.zip": layer for number in range(8)})

    heard = extracted(written(tmp_path, "bomb.zip", layer))

    assert BOMB in heard.reasons.values()


def test_archives_too_deep_in_others_are_named(tmp_path: Path):
    data = zipped({"a.txt": "deepest"})
    for _ in range(unpacking.DEEPEST):
        data = zipped({"a.zip": data})

    assert extracted(written(tmp_path, "a.zip", data)).reasons == {"a.zip/a.zip/a.zip": unpacking.TOO_DEEP}


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(unpacking, "MOST_MEMBERS", 10)
    data = {f"{number}.txt": b"" for number in range(11)}

    assert extracted(written(tmp_path, "a.zip", zipped(data))).reasons == {"": unpacking.TOO_MANY}
    assert extracted(written(tmp_path, "a.tar", tarred(data))).reasons[""] == unpacking.TOO_MANY


@pytest.mark.parametrize("keep", [30, 0.5, 0.9])
def test_damaged_archives_have_a_reason_and_what_can_be_read_is(tmp_path: Path, keep: float):
    noise = random.Random(1).randbytes(4_000).hex().encode()
    for name, data in {
        "a.zip": zipped({"a.txt": noise, "b.txt": noise}),
        "a.tar.gz": gzip.compress(tarred({"a.txt": noise, "b.txt": noise})),
        "a.tar.xz": lzma.compress(tarred({"a.txt": noise, "b.txt": noise})),
    }.items():
        cut = data[: int(keep * len(data)) if keep < 1 else int(keep)]

        heard = extracted(written(tmp_path, name, cut))

        assert heard.reasons.get("") == DAMAGED


def test_members_of_one_name_are_told_apart(tmp_path: Path):
    heard = extracted(written(tmp_path, "a.tar", tarred({"a": b"first"})[:1024] + tarred({"a": b"second"})))

    assert heard.texts == {"a": "first", "a (2)": "second"}


LINES = "".join(f"line {number} Größe 大きさ\n" for number in range(4_000))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracting, "PIECE_BYTES", 10_007)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.txt", LINES.encode()),
        ("marked.txt", b"\xef\xbb\xbf" + LINES.encode()),
        ("windows.txt", LINES.replace("\n", "\r\n").encode()),
        ("old.txt", LINES.replace("大きさ", "").encode("cp1252")),
        ("late.txt", b"plain\n" * 5_000 + "Größe für schöne Häfen\n".encode("cp1252") * 400),
        ("wide.txt", LINES.encode("utf-16")),
        ("wide-be.txt", b"\xfe\xff" + LINES.replace("\n", "\r\n").encode("utf-16-be")),
        ("controls.log", LINES.replace("00 Größe", "\x1b[31mred\x1b[0m\x07").encode()),
        ("one-line.txt", (LINES.replace("\n", "é")).encode()),
        ("table.csv", b"".join(b'%d,"two\nlines"\n' % number for number in range(3_000))),
        ("lines.jsonl", b"".join(json.dumps({"key": f"Größe {n}"}).encode() + b"\n" for n in range(2_000))),
        ("a.xml", b"<a>" + LINES.encode() + b"</a>"),
    ],
)
def test_a_text_read_piece_by_piece_is_the_same_as_one_read_whole(tmp_path: Path, name: str, data: bytes):
    kind, whole = convert(name, data)

    heard = extracted(written(tmp_path, name, data))

    assert len(data) > 3 * extracting.PIECE_BYTES
    assert heard.texts == {"": whole.text}
    assert heard.kinds == {"": kind}
    assert heard.marks[""] == [f"{mark.start}: {mark.label}" for mark in whole.marks]


@pytest.mark.usefixtures("small_pieces")
def test_blank_and_binary_files_are_refused_piece_by_piece_too(tmp_path: Path):
    blank = extracted(written(tmp_path, "blank.txt", b" \n" * 20_000))
    binary = extracted(written(tmp_path, "binary.txt", random.Random(1).randbytes(50_000)))

    assert blank.reasons == {"": "holds no text"}
    assert binary.reasons == {"": "a binary file, not text"}


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, name: str):
    path = written(tmp_path, name, LINES.encode())

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b"more\n")

    heard = extracted(path, on_step=grow)

    assert (heard.reasons, heard.texts) == ({"": CHANGED_WHILE_READ}, {})


def test_rows_of_a_table_are_marked(tmp_path: Path):
    data = b"name,words\n" + b"".join(b'%d,"a\nb"\n' % number for number in range(2, 251))

    heard = extracted(written(tmp_path, "a.csv", data))

    assert heard.marks[""][0] == "0: rows 1-100"
    assert [mark.partition(": ")[2] for mark in heard.marks[""]] == ["rows 1-100", "rows 101-200", "rows 201-250"]
    start = int(heard.marks[""][1].partition(":")[0])
    assert heard.texts[""][start:].startswith('101,"a\nb"\n')


PLACES = {"port": ["Ardvik", "Ben\tMore", None], "dues": [53, 0.5, 7], "open": [True, False, None]}


def table(form: str, columns: dict[str, list]) -> bytes:
    made = io.BytesIO()
    arrays = {name: Array(values, type=_type(values)) for name, values in columns.items()}
    batch = RecordBatch.from_pydict(arrays)
    {"parquet": write_parquet, "arrow": write_ipc, "arrows": write_ipc_stream}[form](batch, made)
    return made.getvalue()


def _type(values: list) -> DataType:
    kinds = {type(value) for value in values}
    return DataType.bool() if bool in kinds else DataType.string() if str in kinds else DataType.float64()


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.feather", "without suffix", "a.arrows"])
def test_tables_of_columns_are_read_row_by_row(tmp_path: Path, name: str):
    forms = {"a.parquet": "parquet", "a.arrows": "arrows"}
    data = table(forms.get(name, "arrow"), PLACES)

    heard = extracted(written(tmp_path, name, data))

    assert heard.texts == {"": "port\tdues\topen\nArdvik\t53\tTRUE\nBen More\t0.5\tFALSE\n\t7\n"}
    assert heard.marks == {"": ["0: rows 1-4"]}


def test_a_library_that_is_missing_is_no_fault_of_the_table(tmp_path: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "arro3.io", None)
    monkeypatch.delattr("arro3.io", raising=False)

    with pytest.raises(ImportError):
        extracted(written(tmp_path, "a.parquet", table("parquet", PLACES)))


def test_a_long_table_of_columns_is_the_same_inside_an_archive(tmp_path: Path):
    data = table("parquet", {"word": [f'"row {number}' for number in range(30_000)]})

    alone = extracted(written(tmp_path, "a.parquet", data))
    packed = extracted(written(tmp_path, "a.zip", zipped({"a.parquet": data})))

    assert alone.texts[""].splitlines()[20_000] == '"row 19999'
    assert packed.texts == {"a.parquet": alone.texts[""]}
    assert packed.marks["a.parquet"] == alone.marks[""]
    assert packed.kinds == {"a.parquet": "parquet"}


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_damaged_tables_of_columns_are_refused(tmp_path: Path, form: str):
    data = table(form, {"word": ["x" * 100] * 1000})
    for cut in (data[:50], data[: len(data) // 2], data[: len(data) // 2] + data[-20:]):
        assert extracted(written(tmp_path, f"a.{form}", cut)).reasons == {"": DAMAGED}


def test_pieces_put_together_are_the_whole():
    data = (LINES + "x" * 30_000 + "é" * 20_000 + "\r\n" * 9_000).encode()
    rest = io.BytesIO(data)
    pieces = list(streaming.pieces_of(rest.read(997), lambda: rest.read(997)))

    assert b"".join(pieces) == data
    for piece in pieces:
        piece.decode()
        assert not piece.endswith(b"\r")


def test_json_with_and_without_escapes_is_read_as_its_reader_does(tmp_path: Path):
    for data in (b'{"a": "plain"}', '{"a": "Größe"}'.encode(), b'{"a": "Gr\\u00f6\\u00dfe"}', b'{"a": "\\\\u00f6"}'):
        heard = extracted(written(tmp_path, "a.json", data))

        assert (heard.texts, heard.kinds) == ({"": convert("a.json", data)[1].text}, {"": "json"})


def test_what_is_too_large_to_be_read_whole_is_refused_with_its_reason(tmp_path: Path):
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7")
        file.truncate(LARGEST_BYTES + 1)

    assert extracted(path).reasons == {"": TOO_LARGE}


def test_a_file_without_permission_or_gone_is_refused_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gone = extracted(tmp_path / "gone.txt")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as held:
        held.setattr(extracting.os, "open", refuse)
        heard = Heard()
        Extractor(Packs(str(tmp_path)), heard).file(str(tmp_path / "closed.txt"))

    assert gone.reasons == {"": "there is no such file or folder"}
    assert heard.reasons == {"": "no permission to read it"}
