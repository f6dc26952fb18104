"""What an installed bundle must be able to do, without a Python and without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import smoke_code
import smoke_documents
import smoke_exports
import smoke_processes
from smoke_installed import Failed, Installed, stopwatch
from smoke_model import NAME, SmokeModel

QUESTION = "What did the harbour of Ardvik earn in 1985?"
HIDING = "landlock,seccomp,bwrap,userns"
"""What the restricted Python takes the place of."""


def says_its_version(app: Installed) -> str:
    """`--version` works: the package's metadata came along."""
    with stopwatch() as seconds:
        said = app.run("--version").strip()
    if not said.startswith("rlm-desktop "):
        raise Failed(f"{app.title}: --version says {said!r}")
    return f"{said}, in {seconds[0]:.2f} s"


def finds_itself_well(app: Installed) -> str:
    """`doctor` finds nothing wrong, and model code is held by the kernel."""
    told = app.told("doctor")
    findings = {finding["about"]: finding for finding in told["findings"]}
    if not told["ok"]:
        raise Failed(
            f"{app.title}: doctor finds {[finding for finding in findings.values() if finding['state'] == 'bad']}"
        )
    return str(findings["isolation"]["text"]).split(";")[0]


def cannot_be_written(app: Installed) -> str:
    """Nobody may write where it is installed."""
    if app.can_write(app.folder):
        raise Failed(f"{app.title}: {app.folder} can be written, so this proves nothing")
    return app.folder


def answers(app: Installed) -> str:
    """A question over documents of several kinds is answered by the built-in model."""
    with stopwatch() as seconds:
        told = app.told("ask", QUESTION, app.documents)
    if told["status"] != "answered" or not told["evidence"] or told["documents"]["skipped"]:
        raise Failed(f"{app.title}: the question was not answered as it should be: {told}")
    return f"{told['documents']['read']} documents, {told['calls']['worker']} calls, first answer in {seconds[0]:.1f} s"


def imports_the_library(app: Installed) -> str:
    """The child has the whole standard library and numpy's algebra, and cannot reach what it must not."""
    with SmokeModel(smoke_code.reply(app.folder, app.home)) as model:
        told = _asked(app, f"openai/{NAME}", "--base-url", model.base_url)
    printed = _printed(app)
    failed, reached = (_result(printed, mark) for mark in (smoke_code.IMPORTED, smoke_code.HELD))
    missing: dict[str, str] = {
        name: why for name, why in failed.items() if name not in smoke_code.failing_from_source()
    }
    if missing or reached:
        raise Failed(f"{app.title}: the child cannot import {missing}, and could {reached}")
    if _result(printed, smoke_code.SOLVED) != smoke_code.RIGHT:
        raise Failed(f"{app.title}: numpy solves wrongly: {_result(printed, smoke_code.SOLVED)}")
    names = smoke_code.public_modules()
    return (
        f"{len(names) - len(failed)} modules of {len(names)}, the rest needs another system; held: {told['isolation']}"
    )


def asks_through_litellm(app: Installed) -> str:
    """litellm is there, and reaches a provider of its own."""
    with SmokeModel(smoke_code.plain_reply()) as model, stopwatch() as seconds:
        _asked(app, f"hosted_vllm/{NAME}", HOSTED_VLLM_API_BASE=model.base_url)
    return f"{seconds[0]:.1f} s with its import"


def works_in_the_restricted_python(app: Installed) -> str:
    """Where the kernel can hold nothing, the restricted Python does."""
    told = app.told("ask", QUESTION, app.documents, RLM_DESKTOP_HIDE_ISOLATION=HIDING)
    if told["status"] != "answered" or "estricted" not in told["isolation"]:
        raise Failed(f"{app.title}: the restricted Python did not answer: {told}")
    return str(told["isolation"])


def counts_and_indexes(app: Installed) -> str:
    """The processes beside the engine work: exact tokens, and the index of a text."""
    versions = f"{app.home}/data/corpus/versions"
    version = max(app.outside(versions).iterdir(), key=_size_bytes).name
    tokens = [
        app.run("--count", name, f"{app.home}/data/corpus", f"{versions}/{version}").strip() for name in _VOCABULARIES
    ]
    made = app.run("--index", f"{versions}/{version}").split()
    if not all(count.isdecimal() for count in tokens) or made != ["blocks", "search"]:
        raise Failed(f"{app.title}: counted {tokens}, made {made}")
    return f"{' and '.join(tokens)} tokens, indexes {', '.join(made)}"


_VOCABULARIES = ("o200k_base", "deepseek")

CHECKS_ANYWHERE: tuple[Callable[[Installed], str], ...] = (
    says_its_version,
    finds_itself_well,
    answers,
    counts_and_indexes,
    asks_through_litellm,
    smoke_processes.starts_its_processes,
    smoke_documents.reads_every_kind,
    smoke_exports.takes_in_the_recorded_run,
    smoke_exports.exports_in_every_format,
    smoke_exports.transfers_for_its_window,
    smoke_exports.finds_its_guide,
)
CHECKS: tuple[Callable[[Installed], str], ...] = (
    *CHECKS_ANYWHERE,
    cannot_be_written,
    imports_the_library,
    works_in_the_restricted_python,
)
"""What takes Linux, beside the rest."""


def _asked(app: Installed, model: str, *words: str, **variables: str) -> dict[str, str]:
    options = ("--strategy", "rlm", "--root", model, "--worker", model, "--price-in", "0", "--price-out", "0")
    told: dict[str, str] = app.told("ask", QUESTION, app.documents, *options, *words, **variables)
    if told["status"] != "answered" or told["answer"] != smoke_code.ANSWER:
        raise Failed(f"{app.title}: {model} was asked, and this came of it: {told}")
    return told


def _size_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _printed(app: Installed) -> str:
    nodes = app.told("show", "last")["nodes"]
    return "\n".join(str(value) for node in nodes for value in node.values() if isinstance(value, str))


def _result(printed: str, mark: str) -> Any:
    lines = [line for line in printed.splitlines() if line.startswith((f"{mark}{{", f"{mark}["))]
    if not lines:
        raise Failed(f"The child did not print what it was told to: {printed[:400]}")
    return json.loads(lines[0].removeprefix(mark))
