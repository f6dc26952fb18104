import configparser
import gzip
import importlib
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

needs_dpkg = pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="packages are made on Debian and Ubuntu")
DATE = 1_700_000_000


@pytest.fixture
def linux() -> ModuleType:
    return importlib.import_module("bundle_linux")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle as small as can be."""
    made = tmp_path / "rlm-desktop"
    (made / "_internal").mkdir(parents=True)
    (made / "rlm-desktop").write_bytes(b"\x7fELF GLIBC_2.4\x00 GLIBC_2.34\x00")
    (made / "rlm-desktop").chmod(0o755)
    (made / "_internal" / "lib.so").symlink_to("lib.so.1")
    (made / "_internal" / "lib.so.1").write_bytes(b"\x7fELF GLIBC_2.17\x00")
    (made / "share" / "applications").mkdir(parents=True)
    (made / "share" / "applications" / "rlm-desktop.desktop").write_text("entry")
    (made / "LICENSE.txt").write_text("our licence")
    (made / "THIRD-PARTY-NOTICES.txt").write_text("the licences of others")
    return made


def test_the_desktop_entry_has_what_the_specification_asks_for(linux: ModuleType) -> None:
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment]
    entry.read_string(linux.desktop_entry())

    wanted = entry["Desktop Entry"]
    assert entry.sections() == ["Desktop Entry"]
    assert (wanted["Type"], wanted["Name"], wanted["Exec"]) == ("Application", "RLM Desktop", "rlm-desktop %F")
    for field in ("Categories", "Keywords", "MimeType"):
        assert re.fullmatch(r"([^;]+;)+", wanted[field])
    assert all(re.fullmatch(r"[a-z]+/[\w.+-]+", kind) for kind in wanted["MimeType"].rstrip(";").split(";"))


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="desktop-file-utils is not installed")
def test_the_desktop_entry_passes_the_desktops_own_check(linux: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "rlm-desktop.desktop"
    file.write_text(linux.desktop_entry())

    checked = subprocess.run(["desktop-file-validate", file], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_package_depends_on_what_qt_needs_and_the_c_library_it_was_built_with(
    linux: ModuleType, folder: Path
) -> None:
    text = linux.control("1.2", "amd64", 300, linux.newest_glibc([folder / "rlm-desktop"]))

    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert fields["Depends"].startswith("libc6 (>= 2.34), ")
    assert {"libxcb-cursor0", "libegl1", "libglib2.0-0t64 | libglib2.0-0"} <= set(fields["Depends"].split(", "))
    assert (fields["Package"], fields["Version"], fields["Installed-Size"]) == ("rlm-desktop", "1.2", "300")


def test_the_same_folder_makes_the_same_archive(linux: ModuleType, folder: Path, tmp_path: Path) -> None:
    linux.make_tar(folder, tmp_path / "first.tar.gz", DATE)
    (folder / "LICENSE.txt").touch()
    linux.make_tar(folder, tmp_path / "second.tar.gz", DATE)

    first, second = ((tmp_path / f"{name}.tar.gz").read_bytes() for name in ("first", "second"))
    assert first == second
    assert gzip.decompress(first)


def test_the_archive_keeps_links_and_what_may_be_run(linux: ModuleType, folder: Path, tmp_path: Path) -> None:
    linux.make_tar(folder, tmp_path / "made.tar.gz", DATE)
    shutil.unpack_archive(tmp_path / "made.tar.gz", tmp_path / "out", filter="data")

    out = tmp_path / "out" / "rlm-desktop"
    assert (out / "_internal" / "lib.so").readlink() == Path("lib.so.1")
    assert (out / "rlm-desktop").stat().st_mode & 0o111


@needs_dpkg
def test_the_package_puts_each_thing_where_the_system_looks_for_it(
    linux: ModuleType, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "dist").mkdir()

    file = linux.make_deb(folder, tmp_path / "work", tmp_path / "dist", "0.1.0", DATE)

    listed = subprocess.run(["dpkg-deb", "--contents", file], capture_output=True, text=True, check=True).stdout
    paths = {line.split(maxsplit=5)[5] for line in listed.splitlines()}
    assert "./usr/bin/rlm-desktop -> ../lib/rlm-desktop/rlm-desktop" in paths
    assert {"./usr/lib/rlm-desktop/rlm-desktop", "./usr/share/applications/rlm-desktop.desktop"} <= paths
    assert all(" root/root " in line for line in listed.splitlines())
    told = subprocess.run(["dpkg-deb", "--fsys-tarfile", file], capture_output=True, check=True).stdout
    assert b"our licence\n\nthe licences of others" in told
    assert (folder / "share").is_dir()


@needs_dpkg
def test_the_same_folder_makes_the_same_package(linux: ModuleType, folder: Path, tmp_path: Path) -> None:
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        made.append(linux.make_deb(folder, tmp_path / "work", tmp_path / name, "0.1.0", DATE).read_bytes())

    assert made[0] == made[1]
