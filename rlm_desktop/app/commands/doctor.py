"""`rlm-desktop doctor`: what works here and what does not."""

import os
import platform
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from rlm_desktop.app.commands.models import chosen
from rlm_desktop.app.commands.store import opened
from rlm_desktop.app.commands.terminal import out, out_json
from rlm_desktop.app.commands.usage import DONE, WRONG_USAGE, Parser
from rlm_desktop.corpus.converting.launching import can_confine, tesseract
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.store.catalogue import FILE_NAME, Catalogue
from rlm_desktop.corpus.store.collecting import size_of
from rlm_desktop.lm.protocol import LmError
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service.errors import ServiceError
from rlm_desktop.service.finding import find_models
from rlm_desktop.service.making import Access
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.settings import places, preferences
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace import wording
from rlm_desktop.trace.wording import plural

_LIBRARIES = ("pyside6-essentials", "openai", "litellm", "sqlalchemy", "pypdfium2")
_LITTLE_ROOM_BYTES = 500_000_000

State = Literal["ok", "note", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: `bad` where something must be done before runs can work."""

    about: str
    text: str
    state: State = "ok"


def run(words: Sequence[str]) -> int:
    """Look at everything a run needs; the exit status is 0 when nothing stands in the way of one."""
    parser = Parser("doctor", "What works here and what does not.")
    parser.add_json()
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    findings = examine(places.data_dir(wanted.data_dir), os.environ)
    is_well = all(finding.state != "bad" for finding in findings)
    if wanted.json:
        out_json({"ok": is_well, "findings": [asdict(finding) for finding in findings]})
    else:
        out("\n".join(_line(finding) for finding in findings))
    return DONE if is_well else WRONG_USAGE


def examine(data_dir: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Look at versions, folders, database, isolation, display and models."""
    return [
        Finding(about="versions", text=_versions()),
        _resources(),
        _data_folder(data_dir),
        _database(data_dir),
        _texts(data_dir / STORE_FOLDER),
        _isolation(),
        _converters(),
        _recognition(),
        _display(environ),
        _models(data_dir, environ),
    ]


def _models(data_dir: Path, environ: Mapping[str, str]) -> Finding:
    access = Access(data_dir, environ)
    try:
        listed = access.run(find_models(access, chosen(preferences.load(data_dir))))
    except (ServiceError, LmError) as error:
        return Finding(about="models", text=str(error), state="bad")
    of_places = Counter(model.goes_to for model in listed.models)
    places = ", ".join(f"{plural(count, 'model')} on {place}" for place, count in of_places.items())
    here = places.replace("on this computer", "on this computer (text stays here)")
    problems = [server.problem for server in listed.servers if server.problem]
    return Finding(about="models", text=" ".join([here, *problems]), state="note" if problems else "ok")


def _line(finding: Finding) -> str:
    return f"{finding.state:<5} {finding.about:<10} {finding.text}"


def _versions() -> str:
    libraries = [f"{name} {_version(name)}" for name in ("rlm-desktop", *_LIBRARIES)]
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform(terse=True)}"
    return f"{', '.join(libraries)}; {python}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _resources() -> Finding:
    folder = places.resources_dir()
    return Finding(about="resources", text=str(folder), state="ok" if folder.is_dir() else "bad")


def _data_folder(data_dir: Path) -> Finding:
    existing = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        text = f"{data_dir} cannot be written; make it writable or choose another with --data-dir"
        return Finding(about="data", text=text, state="bad")
    free = shutil.disk_usage(existing).free
    state: State = "note" if free < _LITTLE_ROOM_BYTES else "ok"
    return Finding(about="data", text=f"{data_dir}, {wording.size(free)} free", state=state)


def _database(data_dir: Path) -> Finding:
    try:
        with opened(data_dir) as store:
            runs = len(store.library.runs())
            with store.database.reading() as connection:
                health = str(connection.exec_driver_sql("PRAGMA quick_check").scalar_one())
    except StorageError as error:
        return Finding(about="database", text=str(error), state="bad")
    text = f"{wording.plural(runs, 'run')}, {'healthy' if health == 'ok' else health}"
    return Finding(about="database", text=text, state="ok" if health == "ok" else "bad")


def _texts(folder: Path) -> Finding:
    """Look at the store of the documents' texts, without making one."""
    if not (folder / FILE_NAME).exists():
        return Finding(about="texts", text=f"{folder}, nothing read yet")
    try:
        catalogue = Catalogue.open(folder)
        with closing(catalogue.connect()) as connection:
            health = str(connection.execute("PRAGMA quick_check").fetchone()[0])
            (texts,) = connection.execute("SELECT count(*) FROM texts").fetchone()
            (corpora,) = connection.execute("SELECT count(*) FROM corpora").fetchone()
    except (CorpusError, sqlite3.Error) as error:
        return Finding(about="texts", text=str(error), state="bad")
    if catalogue.notice:
        return Finding(about="texts", text=catalogue.notice, state="note")
    figures = f"{wording.plural(texts, 'text')}, {wording.size(size_of(folder))}"
    named = f"{wording.plural(corpora, 'named corpus', 'named corpora')}, {'healthy' if health == 'ok' else health}"
    return Finding(about="texts", text=f"{folder}, {figures}, {named}", state="ok" if health == "ok" else "bad")


def _converters() -> Finding:
    if can_confine():
        held = "held: they read what you gave, write the store, and have no network, in bounds of memory and time"
        return Finding(about="converters", text=held)
    bounds = "a bound of time" if sys.platform == "win32" else "bounds of memory and time"
    return Finding(about="converters", text=f"held by {bounds} only: this system cannot do more")


def _recognition() -> Finding:
    program = tesseract()
    if program is None:
        text = "none: scans and pictures are named, not read; install tesseract to read them"
        return Finding(about="scans", text=text, state="note")
    return Finding(about="scans", text=f"read by {program}")


def _isolation() -> Finding:
    held = isolation()
    return Finding(about="isolation", text=f"{held.name}: {held.meaning}", state="ok" if held.can_run else "bad")


def _display(environ: Mapping[str, str]) -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding(about="display", text="the system's")
    for name in ("WAYLAND_DISPLAY", "DISPLAY"):
        if environ.get(name):
            return Finding(about="display", text=f"{name}={environ[name]}")
    return Finding(about="display", text="none: the window cannot open here, the command line works", state="note")
