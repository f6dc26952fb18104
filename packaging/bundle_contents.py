"""What the bundle takes along beside what PyInstaller finds by itself, and what it leaves out."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rlm_desktop.processes import PROGRAMS_FOLDER

Entry = tuple[str, str, str]
"""As PyInstaller has it: a path inside the bundle, a file and a kind."""

APP_PACKAGES = (
    *("rlm_desktop", "litellm", "openai", "tiktoken_ext"),
    *("pygments.lexers", "sqlalchemy.dialects.sqlite", "keyring.backends"),
)
"""Packages whose modules the app finds by name while it runs, so that all of them are needed."""

HELPER_PACKAGES = (
    *("rlm_desktop.repl", "rlm_desktop.corpus.readers", "rlm_desktop.confinement", "rlm_desktop.text"),
    *("arro3.core", "numpy", "stringzilla", "pydantic_monty"),
)
"""The same for the helper, what model-written code may import beside the standard library, and what a compiled library
of its imports by itself, unseen by PyInstaller."""

WITH_FOLDERS = ("docx",)
"""Packages that find their data by way of the folders of their modules, so that these must lie there as files."""

LITELLM_NATIVE = "litellm.rust_bridge._native"
"""What programs/litellm_native.py takes the place of."""

NO_MODULES = (
    LITELLM_NATIVE,
    "Cython",
    "PySide6.QtNetwork",
    "cython",
    "hf_xet",
    "litellm.proxy",
    "lxml.html",
    "lxml.isoschematron",
    "lxml.objectify",
    "mesonbuild",
    "mesonpy",
    "numpy._pyinstaller",
    "numpy.conftest",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.testing.tests",
    "pip",
    "pkg_resources",
    "PyInstaller",
    "pyximport",
    "setuptools",
    *(f"sqlalchemy.dialects.{name}" for name in ("mssql", "mysql", "oracle", "postgresql")),
    "sqlalchemy.ext",
    "sqlalchemy.orm",
    "wheel",
)
"""What serves other ends: a gateway's counters and its server, sockets for widgets, uploads to a model hub, other XML
than Word's, building and testing other packages, other databases than SQLite and objects that stand for their rows."""

_QT = r"(^|/)(PySide6/)?(Qt/)?"
_UNWANTED = re.compile(
    "|".join(
        [
            # Qt's QML, its keyboard on the screen, and drivers for machines without a desktop.
            _QT
            + r"(lib/)?(lib)?Qt6?(Qml|Quick|VirtualKeyboard|EglFS|EglFs|Network|Pdf|Designer|Help|Sql|Test|UiTools)",
            _QT + r"qml/",
            _QT + r"translations/",
            _QT + r"plugins/(egldeviceintegrations|generic|networkinformation|platformthemes/libqgtk3|tls"
            r"|qmltooling|sqldrivers|designer|wayland-graphics-integration-server)",
            _QT + r"plugins/platforms/(lib)?q?(eglfs|linuxfb|minimal|minimalegl|vnc|vkkhrdisplay|direct2d)",
            _QT + r"plugins/platforminputcontexts/\w*virtualkeyboard",
            _QT + r"plugins/imageformats/(lib)?q?(pdf|tga|tiff|wbmp|webp)",
            _QT + r"(opengl32sw|d3dcompiler_\d+)\.dll$",
            # What every Linux desktop has, and must fit its settings.
            r"^lib(glib-2\.0|gthread-2\.0|dbus-1|fontconfig|freetype|X11|X11-xcb|EGL|GL|GLX|GLdispatch)\.so",
            # Modules of the library that stay out, and GPL libraries that they would bring.
            r"(^|/)lib(readline|gdbm|gdbm_compat|db)[-.]",
            r"(^|/)(readline|_gdbm|_dbm|_tkinter|nis)\.",
            # A gateway's pages and pictures, what clouds have beside models, what packages have twice or test with, and
            # what tells packagers of files.
            r"^litellm/(proxy|llms/huggingface/huggingface_llms_metadata)/",
            r"^boto3/data/",
            r"^litellm/.*\.(md|pyi|ya?ml|png|svg|ico|html|css|js)$",
            r"^(botocore/cacert\.pem$|docx/templates/default-docx-template/|jsonschema/benchmarks/)",
            r"^selectolax/.*\.(c|h|pxd|pxi|pyi|pyx)$",
            r"^numpy/(_core/(_simd|_\w+_tests)|linalg/lapack_lite)\.",
            r"^numpy/.*(tests/|\.pyi$|\.pxd$|\.h$|\.a$|\.lib$)",
            r"^rlm_desktop/resources/screenshots/",
            r"\.(dist|egg)-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_\w+\.json|licenses/|LICENSE|sboms/)",
        ]
    )
)
_SYSTEM_LIBRARY = re.compile(r"^lib(?!python)[^/]*\.so(\.[\d.]+)?$")
_SERVICES = re.compile(r"^botocore/data/([\w.-]+)/")
_USED_SERVICES = ("bedrock", "sagemaker", "sso", "sts", "signin")


def restricted_interpreter() -> tuple[str, str]:
    """Give the program that the restricted Python runs in, and the folder of the bundle that it goes to."""
    scripts = Path(sysconfig.get_path("scripts"))
    return str(scripts / f"monty{'.exe' if os.name == 'nt' else ''}"), PROGRAMS_FOLDER


def is_wanted(path: str) -> bool:
    """Tell whether a file, by its path inside the bundle, comes along."""
    path = path.replace("\\", "/")
    service = _SERVICES.match(path)
    if service is not None and not service[1].startswith(_USED_SERVICES):
        return False
    return _UNWANTED.search(path) is None


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """Pick those that come along."""
    return [entry for entry in entries if is_wanted(entry[0])]


def needs(file: str) -> list[str]:
    """Name the shared libraries that a program or library of Linux asks for itself."""
    told = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=False).stdout
    return [line.split()[1] for line in told.splitlines() if line.strip().startswith("NEEDED ")]


def reached(entries: Sequence[Entry], needs: Callable[[str], Iterable[str]] = needs) -> list[Entry]:
    """Leave out those shared libraries of the system that nothing needs any more; `needs` gives a file's own needs."""
    loose = {entry[0]: entry for entry in entries if _SYSTEM_LIBRARY.match(entry[0])}
    kept = [entry for entry in entries if entry[0] not in loose]
    for entry in kept:  # it grows meanwhile
        if loose and entry[2] != "SYMLINK":
            names = [name for name in needs(entry[1]) if name in loose]
            kept += [loose.pop(name) for name in names]
    return kept


def loose(entries: Iterable[Entry]) -> list[str]:
    """Name the outermost packages and modules of which something lies there as a file."""
    paths = [entry[0].replace("\\", "/") for entry in entries]
    return sorted({path.split("/")[0].removesuffix(".pyc") for path in paths if path.endswith(".pyc")})


def packed(modules: Iterable[str], entries: Iterable[Entry]) -> list[str]:
    """Name those modules that do not lie there as a file, so that they can be packed into the app."""
    files = {entry[0].replace("\\", "/") for entry in entries}
    places = ((name, name.replace(".", "/")) for name in modules)
    return [name for name, path in places if not files & {f"{path}.pyc", f"{path}/__init__.pyc"}]


def is_wanted_module(name: str) -> bool:
    """Tell whether a module of a package that comes whole is one of those that serve other ends."""
    return not any(name == left or name.startswith(f"{left}.") for left in NO_MODULES)
