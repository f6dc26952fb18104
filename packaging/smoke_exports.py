"""What the bundle must do with what comes along: take in the recorded run, write it in every format, find the guide."""

from __future__ import annotations

import json
import sys
import tempfile
from functools import cache
from typing import Any

from smoke_installed import Failed, Installed, stopwatch

from rlm_desktop.export.formats import FORMATS
from rlm_desktop.viewmodel.guide import PAGES, read_guide
from rlm_desktop.viewmodel.sample import recorded_run

_TOLERANCE = 0.1
"""By how much a file may be larger or smaller than the same from source: fonts of the system are embedded in some."""
_TRANSFERRED = "answer-pdf"
"""What is transferred: the one format that takes Qt too."""


def takes_in_the_recorded_run(app: Installed) -> str:
    """The recorded run that comes along can be imported, and is known when it comes again."""
    run = _imported(app)
    if _imported(app) != run:
        raise Failed(f"{app.title}: the recorded run was taken in twice")
    return run


def exports_in_every_format(app: Installed) -> str:
    """The recorded run leaves in every format the app has, each file as large as the one that the source writes."""
    run, expected = _imported(app), _sizes_from_source()
    with stopwatch() as seconds:
        sizes = _exported(app, run)
    wrong = {name: f"{sizes[name]}, not {size}" for name, size in expected.items() if not _is_near(sizes[name], size)}
    if wrong:
        raise Failed(f"{app.title}: these files are not of the size (in bytes) that the source writes: {wrong}")
    return f"{len(sizes)} in {seconds[0]:.1f} s: {', '.join(sizes)}"


def transfers_for_its_window(app: Installed) -> str:
    """The process in which the window exports and imports does both."""
    run = _imported(app)
    path = f"{app.home}/transferred.pdf"
    wish = {"run": run, "format": _TRANSFERRED, "path": path, "redact": False, "with_documents": True}
    written = _transferred(app, wish)[-1].get("size_bytes")
    imported = _transferred(app, {"files": [_recorded(app)]})
    if written != app.outside(path).stat().st_size or imported != [{"run": run, "is_new": False}]:
        raise Failed(f"{app.title}: the transfers told of {written} bytes and of {imported}")
    return f"{_TRANSFERRED} of {written:,} bytes out, one run in"


def finds_its_guide(app: Installed) -> str:
    """Every page of the guide comes along."""
    try:
        pages = read_guide(app.outside(f"{_resources(app)}/guide"), ())
    except OSError as error:
        raise Failed(f"{app.title}: the guide is not whole: {error}") from error
    if [page.name for page in pages] != [*PAGES] or not all(page.title for page in pages):
        raise Failed(f"{app.title}: the guide has the pages {[page.title for page in pages]}")
    return f"{len(pages)} pages, the first of them “{pages[0].title}”"


def _imported(app: Installed) -> str:
    return app.run("import", _recorded(app)).strip()


def _recorded(app: Installed) -> str:
    return f"{_resources(app)}/sample/{recorded_run().name}"


def _resources(app: Installed) -> str:
    findings = app.told("doctor")["findings"]
    return next(str(finding["text"]) for finding in findings if finding["about"] == "resources")


def _exported(app: Installed, run: str, *opening: str) -> dict[str, int]:
    """Write the run in all formats; gives the sizes of the files in bytes."""
    paths = {one.name: f"{app.home}/{one.name}{one.suffix}" for one in FORMATS}
    for name, path in paths.items():
        app.run(*opening, "export", run, "--format", name, "-o", path)
    return {name: app.outside(path).stat().st_size for name, path in paths.items()}


@cache
def _sizes_from_source() -> dict[str, int]:
    """Give how large the same files are that this Python writes, in which the app is installed."""
    with tempfile.TemporaryDirectory(prefix="rlm-desktop-smoke-") as home:
        named = {"program": sys.executable, "folder": sys.prefix, "home": home, "documents": home}
        source, opening = Installed(title="source", is_me=True, **named), ("-m", "rlm_desktop")
        run = source.run(*opening, "import", str(recorded_run())).strip()
        return _exported(source, run, *opening)


def _is_near(size: int, expected: int) -> bool:
    return abs(size - expected) <= _TOLERANCE * expected


def _transferred(app: Installed, wish: dict[str, Any]) -> list[dict[str, Any]]:
    """Have a transfer done; gives what it told, without how far it was."""
    said = app.run("--transfer", json.dumps({"data_dir": f"{app.home}/data", **wish})).splitlines()
    return [told for told in map(json.loads, said) if "total" not in told]
