import importlib
import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest


@pytest.fixture
def library() -> ModuleType:
    return importlib.import_module("bundle_library")


def test_all_that_model_code_is_promised_is_in_the_library(library: ModuleType) -> None:
    promised = {"sqlite3", "asyncio", "concurrent.futures", "tempfile", "zipfile", "csv", "re", "json", "dataclasses"}

    assert promised | {"statistics", "decimal", "mmap", "xml.etree.ElementTree"} <= set(library.modules())


def test_every_public_module_is_in_the_library_or_left_out_for_a_reason(library: ModuleType) -> None:
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    there = {name for name in public if importlib.util.find_spec(name) is not None}

    missing = there - set(library.modules())

    assert missing <= set(library.LEFT_OUT) | set(library.LEFT_OUT_EXTENSIONS)
    assert all(library.LEFT_OUT.values())


def test_private_parts_that_public_modules_need_are_in_the_library_too(library: ModuleType) -> None:
    assert {"_collections_abc", "_strptime", "encodings.utf_8", "importlib.metadata._meta"} <= set(library.modules())


def test_no_tests_are_in_the_library(library: ModuleType) -> None:
    assert not [name for name in library.modules() if {"test", "tests"} & set(name.split("."))]


def test_the_smoke_tests_code_imports_them_all_from_source() -> None:
    code = importlib.import_module("smoke_code")

    failing = code.failing_from_source()

    assert len(code.public_modules()) > 500
    assert {name.split(".")[0] for name in failing} <= {
        "asyncio",
        "dbm",
        "encodings",
        "lib2to3",
        "multiprocessing",
        "distutils",
    }


def test_the_smoke_tests_code_notices_what_model_code_can_reach(tmp_path) -> None:
    code = importlib.import_module("smoke_code")
    block = code.reply(str(tmp_path), str(tmp_path)).split("```repl\n")[1].split("```")[0]

    ran = subprocess.run(
        [sys.executable, "-I", "-c", f"context, answer = '', {{}}\n{block}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert '"read /etc/passwd"' in ran.stdout
    assert '"write into the app"' in ran.stdout
    assert (tmp_path / "written").read_text() == "x"
