import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from rlm_desktop import processes

SPEC = Path(__file__).resolve().parents[3] / "packaging" / "bundle.spec"


@pytest.fixture
def contents() -> ModuleType:
    return importlib.import_module("bundle_contents")


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "litellm/litellm_core_utils/tokenizers/deepseek_tokenizer.json",
        "litellm/model_prices_and_context_window_backup.json",
        "numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
        "botocore/data/bedrock-runtime/2023-09-30/service-2.json.gz",
        "botocore/data/endpoints.json",
        "rlm_desktop/resources/prompts/root.md",
        "rlm_desktop-0.1.0.dist-info/METADATA",
        "keyring-25.7.0.dist-info/entry_points.txt",
        "docx/templates/default.docx",
        "numpy/linalg/_umath_linalg.cpython-311-x86_64-linux-gnu.so",
        "python3.11/lib-dynload/_sqlite3.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_the_app_needs_comes_along(contents: ModuleType, path: str) -> None:
    assert contents.is_wanted(path)


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "libQt6Qml.so.6",
        "PySide6\\Qt6Network.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "litellm/proxy/swagger/swagger-ui-bundle.js",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "rlm_desktop/resources/screenshots/empty-dark.png",
        "litellm-1.110.2.dist-info/RECORD",
        "rlm_desktop-0.1.0.dist-info/uv_cache.json",
        "selectolax/lexbor.c",
        "boto3/data/ec2/2016-11-15/resources-1.json",
        "numpy/_core/_simd.cpython-311-x86_64-linux-gnu.so",
        "numpy/_core/_umath_tests.cpython-311-x86_64-linux-gnu.so",
        "numpy/linalg/lapack_lite.cpython-311-x86_64-linux-gnu.so",
        "docx/templates/default-docx-template/word/styles.xml",
        "litellm/llms/huggingface/huggingface_llms_metadata/hf_text_generation_models.txt",
    ],
)
def test_what_serves_other_ends_stays_out(contents: ModuleType, path: str) -> None:
    assert not contents.is_wanted(path)


@pytest.mark.parametrize("path", ["libreadline.so.8", "libgdbm.so.6", "libgdbm_compat.so.4", "libdb-5.3.so"])
def test_no_library_under_the_gpl_comes_along(contents: ModuleType, path: str) -> None:
    assert not contents.is_wanted(path)


def test_libraries_that_nothing_needs_any_more_stay_out(contents: ModuleType) -> None:
    needs = {"/plugin": ["libxcb-cursor.so.0"], "/cursor": ["libxcb-util.so.1"], "/gtk": ["libcairo.so.2"]}
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/plugin", "BINARY"),
        ("libpython3.11.so.1.0", "/python", "BINARY"),
        ("libxcb-cursor.so.0", "/cursor", "BINARY"),
        ("libxcb-util.so.1", "/util", "BINARY"),
        ("libgtk-3.so.0", "/gtk", "BINARY"),
        ("libcairo.so.2", "/cairo", "BINARY"),
    ]

    kept = [entry[0] for entry in contents.reached(entries, lambda file: needs.get(file, []))]

    assert kept == [entry[0] for entry in entries[:4]]


def test_where_no_library_of_the_system_comes_along_nothing_is_asked_for_its_needs(contents: ModuleType) -> None:
    entries = [("PySide6/Qt6Core.dll", "Qt6Core.dll", "BINARY"), ("python311.dll", "python311.dll", "BINARY")]

    assert contents.reached(entries, lambda file: pytest.fail(f"asked for the needs of {file}")) == entries


def test_a_library_tells_what_it_needs(contents: ModuleType) -> None:
    assert any(name.startswith("libc.so") for name in contents.needs("/bin/sh"))


def test_packages_and_modules_that_lie_there_as_files_are_named_once(contents: ModuleType) -> None:
    entries = [
        ("numpy/core/x.pyc", "", "DATA"),
        ("numpy/y.pyc", "", "DATA"),
        ("abc.pyc", "", "DATA"),
        ("a/b.txt", "", "DATA"),
    ]

    assert contents.loose(entries) == ["abc", "numpy"]


def test_modules_that_do_not_lie_there_as_files_are_packed(contents: ModuleType) -> None:
    entries = [
        ("app/__init__.pyc", "", "DATA"),
        ("app\\repl\\__init__.pyc", "", "DATA"),
        ("app/repl/child.pyc", "", "DATA"),
    ]

    packed = contents.packed(["app", "app.repl", "app.repl.child", "app.repl.host", "app.ui"], entries)

    assert packed == ["app.repl.host", "app.ui"]


def test_a_gateways_modules_are_left_out_and_similar_names_are_not(contents: ModuleType) -> None:
    assert not contents.is_wanted_module("litellm.proxy")
    assert not contents.is_wanted_module("litellm.proxy.proxy_server")
    assert contents.is_wanted_module("litellm.proxy_auth")


@pytest.mark.parametrize("tool", ["Cython", "cython", "mesonpy", "mesonbuild", "PyInstaller"])
def test_what_the_bundle_is_built_by_is_not_in_it(contents: ModuleType, tool: str) -> None:
    assert not contents.is_wanted_module(tool)


def test_the_helpers_name_is_that_of_a_program_of_the_bundle() -> None:
    text = SPEC.read_text(encoding="utf-8")

    assert "program(helper, HELPER_PROGRAM" in text
    assert processes.HELPER_PROGRAM == "rlm-desktop-helper"
    compile(text, "bundle.spec", "exec")


def test_the_restricted_interpreter_comes_from_the_environment_that_is_packed(contents: ModuleType) -> None:
    file, folder = contents.restricted_interpreter()

    assert file.startswith(sys.prefix)
    assert Path(file).is_file()
    assert folder == processes.PROGRAMS_FOLDER
