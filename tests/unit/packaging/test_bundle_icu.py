import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Qt's packages for Linux bring ICU's data")


@pytest.fixture
def icu() -> ModuleType:
    return importlib.import_module("bundle_icu")


@pytest.fixture
def data_library(icu: ModuleType) -> Path:
    pyside = importlib.import_module("PySide6")
    found = sorted(Path(pyside.__path__[0], "Qt", "lib").glob("libicudata.so.*"))
    if any(importlib.import_module("dev_libraries").find_program(tool) is None for tool in icu.TOOLS):
        pytest.skip("icu-devtools or binutils are not installed here")
    return found[0]


@pytest.mark.parametrize(
    "item",
    [
        *("root.res", "pool.res", "res_index.res", "plurals.res", "coll/sv.res", "coll/root.res", "coll/ucadata.icu"),
        *("cnvalias.icu", "zoneinfo64.res", "timezoneTypes.res", "zone/root.res", "likelySubtags.res"),
    ],
)
def test_what_sorting_and_time_zones_need_is_kept(icu: ModuleType, item: str) -> None:
    assert icu.is_asked_for(item)


@pytest.mark.parametrize(
    "item",
    [
        *("sv.res", "zh_Hant.res", "ff_Adlm.res", "zone/de.res", "zone/en_GB.res", "lang/root.res", "curr/sv.res"),
        *("region/de.res", "unit/fr.res", "rbnf/en.res", "translit/root.res", "brkitr/thaidict.dict"),
        *("gb18030.cnv", "ibm-5348_P100-1997.cnv", "unames.icu", "langInfo.res"),
    ],
)
def test_what_others_have_tables_of_their_own_for_is_left_out(icu: ModuleType, item: str) -> None:
    assert not icu.is_asked_for(item)


_ASKING = """\
import functools, sys
from PySide6.QtCore import QCollator, QDate, QDateTime, QLocale, QTime, QTimeZone, qInstallMessageHandler
qInstallMessageHandler(lambda _kind, _context, text: print("Qt says:", text, file=sys.stderr))
names = "Ärger Zebra öl Ångström ñu nz llama lz file10 file9 東京 北京 かな カナ ß ss Čas cas chata hora ёлка".split()
for name in ("sv", "de", "cs", "zh", "ja", "es"):
    collator = QCollator(QLocale(name))
    for is_numeric in (False, True):
        collator.setNumericMode(is_numeric)
        print(name, sorted(names, key=functools.cmp_to_key(collator.compare)))
print(QLocale("tr").toUpper("istanbul"), QLocale("tr").toLower("ISTANBUL"))
days = [QDateTime(QDate(year, month, 1), QTime(12, 0), QTimeZone.utc()) for year in (1985, 2026) for month in (1, 7)]
for zone in QTimeZone.availableTimeZoneIds():
    print(zone.data().decode(), [QTimeZone(zone).offsetFromUtc(day) for day in days])
print([line.split()[-1] for line in open("/proc/self/maps") if "libicudata" in line][0], file=sys.stderr)
"""


def asked(folder: Path) -> tuple[str, str]:
    """What Qt prints with the libraries of this folder, and where it took ICU's data from, after its warnings."""
    environment = {**os.environ, "LD_LIBRARY_PATH": str(folder)}
    command = [sys.executable, "-c", _ASKING]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr.strip()


def test_qt_sorts_with_a_fifth_of_the_data_as_with_all_of_it(
    icu: ModuleType, data_library: Path, tmp_path: Path
) -> None:
    for file in data_library.parent.glob("libicu*"):
        shutil.copyfile(file, tmp_path / file.name)
    slimmed = tmp_path / data_library.name

    icu.slim(slimmed)

    assert slimmed.stat().st_size < 0.2 * data_library.stat().st_size
    assert asked(data_library.parent)[0] == asked(tmp_path)[0]
    assert asked(tmp_path)[1] == str(slimmed)


def test_the_same_library_is_written_each_time(icu: ModuleType, data_library: Path, tmp_path: Path) -> None:
    copies = [tmp_path / name / data_library.name for name in ("one", "two")]
    for copy in copies:
        copy.parent.mkdir()
        shutil.copyfile(data_library, copy)
        icu.slim(copy)

    assert copies[0].read_bytes() == copies[1].read_bytes()


def test_without_icus_tools_the_build_says_what_to_install(
    icu: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name, **_: None)

    with pytest.raises(SystemExit, match=r"The program nm is missing here.*apt-get install binutils"):
        icu.slim(tmp_path / "libicudata.so.73")


def test_a_library_made_otherwise_is_left_to_people(icu: ModuleType, data_library: Path) -> None:
    other = data_library.with_name(data_library.name.replace("data", "uc"))

    with pytest.raises(SystemExit, match="look at bundle_icu"):
        icu.slim(other)
