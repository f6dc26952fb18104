"""The names of the REPL in an interpreter that is opened again when it had to be ended."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from rlm_desktop.repl.frames import MAX_NAMES
from rlm_desktop.repl.inside.answering import Answer
from rlm_desktop.repl.inside.asking import Asker
from rlm_desktop.repl.inside.corpus import Document
from rlm_desktop.repl.inside.interrupting import Interrupts
from rlm_desktop.repl.inside.workspace import read_context, read_material
from rlm_desktop.repl.restricted import keeping
from rlm_desktop.repl.restricted.canaries import open_doors
from rlm_desktop.repl.restricted.functions import functions_for
from rlm_desktop.repl.restricted.interpreter import FAILED, Interpreter, OnPrint
from rlm_desktop.repl.restricted.keeping import Kept
from rlm_desktop.repl.restricted.limits import BYTES_A_CHARACTER, lay_down
from rlm_desktop.repl.restricted.prelude import ANSWER, CORPUS, VARIABLES
from rlm_desktop.repl.restricted.prelude import keeping as keeping_code
from rlm_desktop.repl.restricted.variables import Known

OWN_FUNCTIONS = ("grep", "search", "where", "input", "len", "documents", "FINAL", "FINAL_VAR", "SHOW_VARS")
CLASSES = ("Pages", "Document", "Documents", "Place", "Hit")
NO_ANSWER = {"answer": None, "refused": None}
EMPTY = {"none": None, "empty": ""}
MAX_NAME = 200
_WORD = re.compile(r"[^\W\d]\w*")

_ONLY_SEARCH = "context = documents = peek = grep = where = __rlm_grep = __rlm_where = None"
"""The interpreter has no `del`."""


class Namespace:
    """What blocks find and leave behind."""

    def __init__(self, boot: dict[str, Any], asker: Asker, on_print: OnPrint, interrupts: Interrupts) -> None:
        self._context, self._documents = read_material(boot)
        self._earlier = {f"context_{number}": read_context(file) for number, file in enumerate(boot["earlier"])}
        self._characters = _characters([self._context, *self._earlier.values(), *self._documents])
        self._functions = functions_for(boot, asker, self._context, self._documents)
        self._search_only = boot["search_only"]
        self._snapshot = Path(boot["snapshot"])
        self._history: list[Any] = []
        self._known = Known()
        self._kept: Kept | None = None
        self._is_fresh = True
        self._answer_names: dict[str, Any] = {}
        self._answer = Answer(self._answer_names, boot["draft"])
        self.blocks: dict[str, str] = {}
        memory = boot["memory_bytes"] + BYTES_A_CHARACTER // 2 * self._characters
        lay_down(boot["memory_bytes"], self._characters)
        limits = {"max_memory": memory, "max_feed_duration_secs": boot["block_seconds"]}
        self.interpreter = Interpreter(limits, self._functions, on_print, interrupts)  # type: ignore[arg-type]

    def begin(self, *, is_restart: bool) -> list[str]:
        """Open the interpreter, after a restart as its predecessor left it; give the names that are back."""
        self._kept = keeping.read(self._snapshot) if is_restart else None
        self._known.fingerprints = dict(self._kept.fingerprints) if self._kept else {}
        self.reopen()
        return list(self._known.fingerprints)[:MAX_NAMES]

    def open_doors(self) -> list[str]:
        """Try what must be refused, in a session of its own, and name what was not."""
        self.interpreter.open()
        doors = open_doors(self.interpreter)
        self.interpreter.close(is_well=True)
        return doors

    def reopen(self) -> None:
        """Begin again with what was kept after the last block, or with nothing."""
        kept = self._kept
        if kept is None:
            self.interpreter.open()
            self.blocks = {}
            self._fill()
        else:
            self.interpreter.open(kept.dump, kept.feeds)
            self.blocks = dict(kept.blocks)
        self._is_fresh = True

    def forget(self) -> None:
        """Keep nothing: what was kept may be what is broken."""
        self._kept = None

    def prepare(self, code: str, history: list[Any] | None) -> None:
        """Put the reserved names back before a block."""
        if history is not None:
            self._history = history
        if history is not None or self._is_fresh:
            self.interpreter.run("__rlm_kept['history'] = __rlm_history", __rlm_history=self._history)
        self._is_fresh = False
        words = dict.fromkeys([*self._known.fingerprints, *_WORD.findall(code)])
        names, draft = [word for word in words if not word.startswith("__")], self._answer.draft
        source = "__rlm_restore()\n__rlm_begin(__rlm_draft, __rlm_names)"
        self.interpreter.run(source, __rlm_draft=draft, __rlm_names=names)
        self._answer_names["answer"] = {"content": draft}
        self._answer.prepare()

    def run(self, code: str, block: str) -> None:
        """Run a block; its last expression is not shown, so it is not fetched."""
        self.blocks[f"<python-input-{self.interpreter.feeds}>"] = block
        self.interpreter.run(f"{code}\nNone")

    def settle(self) -> dict[str, Any]:
        """Read the answer at the end of a block."""
        try:
            return self._settled(self.interpreter.run("__rlm_settle()"))
        except (*FAILED, TypeError, KeyError, IndexError, ValueError):
            return self.unsettled()  # a failing `__str__`, or our own names as model code altered them

    def _settled(self, told: dict[str, Any]) -> dict[str, Any]:
        refused = told["refused"]
        self._answer_names["answer"] = {"content": told["text"], "ready": told["ready"] is True}
        if told["ready"] is True and told["source"] in ("final", "final-var"):
            self._answer.final(told["text"], told["source"])
        if refused and refused[1] in EMPTY:
            self._answer.final(EMPTY[refused[1]], refused[0])
        report = self._answer.settle()
        if refused and refused[1] not in EMPTY:
            name = str(refused[1])[:MAX_NAME]
            report["refused"] = f"FINAL_VAR: there is no variable named {name!r}; SHOW_VARS() lists them."
        return report

    def unsettled(self) -> dict[str, Any]:
        """Give what stands of the answer when the interpreter had to be ended."""
        return {**NO_ANSWER, "draft": self._answer.draft}

    def changes(self) -> list[dict[str, Any]]:
        """Give the variables that changed; what cannot be told counts as unchanged."""
        try:
            return self._known.changes(self.interpreter.run("__rlm_notes(__rlm_locals())"))
        except (*FAILED, TypeError, ValueError):
            return []

    def keep(self) -> None:
        """Keep the session as it is now, for this process and for one that may have to replace it."""
        if self._characters > keeping.MOST_CHARACTERS:
            return
        with suppress(*FAILED, OSError):
            dump = self.interpreter.dump()
            self._kept = Kept(
                dump=dump,
                feeds=self.interpreter.feeds,
                blocks=dict(self.blocks),
                fingerprints=dict(self._known.fingerprints),
            )
            keeping.write(self._kept, self._snapshot)

    def value_of(self, name: str) -> str | None:
        """Give a variable of the model as text, or None."""
        if name == "answer":
            return self._answer.draft or None
        if name not in self._known.fingerprints:
            return None
        value = self.interpreter.run(f"str({name})")
        return value if isinstance(value, str) else None

    def _fill(self) -> None:
        texts: dict[int, str] = {id(document.whole): document.whole for document in self._documents}
        texts.pop(id(self._context), None)  # the interpreter has it already
        places = {key: number for number, key in enumerate(texts)}
        facts = [_facts(document, places.get(id(document.whole))) for document in self._documents]
        plain = {**self._earlier, "context": self._context, "history": []}
        inputs = {**plain, **self._functions, "__rlm_texts": list(texts.values()), "__rlm_documents": facts}
        self.interpreter.run(CORPUS, **inputs)
        if self._search_only:
            self.interpreter.run(_ONLY_SEARCH)
        names = [*plain, *(name for name in self._functions if not name.startswith("__")), *OWN_FUNCTIONS, *CLASSES]
        self.interpreter.run(ANSWER + VARIABLES + keeping_code(names))


def _facts(document: Document, whole: int | None) -> dict[str, Any]:
    return {
        "name": document.name,
        "path": document.path,
        "kind": document.kind,
        "start": document.start,
        "end": document.end,
        "page_starts": document.page_offsets,
        "whole": whole,
    }


def _characters(values: list[Any]) -> int:
    return sum(len(value) if isinstance(value, (str, Document)) else len(repr(value)) for value in values)
