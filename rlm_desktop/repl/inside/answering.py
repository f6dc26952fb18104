"""The answer: `answer`, `FINAL`, `FINAL_VAR`, and what stands of them at the end of a block."""

import sys
from collections.abc import Callable
from typing import Any

from rlm_desktop.repl.inside.describing import is_a
from rlm_desktop.repl.inside.interrupting import BlockTimeout
from rlm_desktop.repl.inside.long_texts import is_long
from rlm_desktop.repl.wire import MAX_ANSWER

Names = dict[str, Any]


class Answer:
    """Keeps `answer` in shape before a block and reads it after the block."""

    def __init__(self, names: Names, draft: str) -> None:
        self._names = names
        self.draft = draft
        self._final: tuple[Any, str] | None = None
        self._refused: str | None = None

    def prepare(self) -> None:
        """Put `answer` in its place; what stood in it as a draft stays."""
        value: Any = self._names.get("answer")
        if not is_a(value, dict):
            value = {"content": self.draft}
        value.setdefault("content", "")
        value["ready"] = False
        self._names["answer"] = value
        self._final = self._refused = None

    def final(self, content: Any, source: str = "final") -> None:
        """Take an answer given by a function; the last one in a block wins."""
        problem = _problem(content)
        if problem:
            self._refused = f"{_function(source)}: {problem}"
            return
        self._final = (content, source)
        value: Any = self._names.get("answer")
        if not is_a(value, dict):
            value = self._names["answer"] = {}
        value["content"], value["ready"] = content, True

    def settle(self) -> dict[str, Any]:
        """Read the answer at the end of a block: what was given, what was refused and why, and the draft."""
        value: Any = self._names.get("answer")
        content = dict.get(value, "content") if is_a(value, dict) else value
        is_ready = is_a(value, dict) and _is_true(dict.get(value, "ready"))
        report: dict[str, Any] = {"answer": None, "refused": self._refused, "draft": self._text_of_draft(content)}
        if is_ready:
            problem = _problem(content)
            if problem:
                report["refused"] = f'answer["content"]: {problem}'
            else:
                report["answer"] = {"text": str(content), "source": self._source_of(content)}
                report["draft"] = ""  # the same text; two of them might not fit into a frame
        return report

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Make `FINAL` and `FINAL_VAR`."""

        def FINAL(content: Any) -> None:  # noqa: N802 - the name models know
            """Give the answer."""
            self.final(content)

        def FINAL_VAR(name: Any) -> None:  # noqa: N802 - the name models know
            """Give the value of a variable as the answer."""
            self._final_var(name, sys._getframe(1).f_locals)

        return {"FINAL": FINAL, "FINAL_VAR": FINAL_VAR}

    def _final_var(self, name: Any, local_names: dict[str, Any]) -> None:
        key = name.strip().strip("\"'`") if isinstance(name, str) else ""
        if key in local_names or key in self._names:
            self.final(local_names.get(key, self._names.get(key)), "final-var")
        elif isinstance(name, str) and key.isidentifier():
            self._refused = f"FINAL_VAR: there is no variable named {key!r}; SHOW_VARS() lists them."
        else:
            self.final(name, "final-var")

    def _source_of(self, content: Any) -> str:
        return self._final[1] if self._final and self._final[0] is content else "variable"

    def _text_of_draft(self, content: Any) -> str:
        if content is not None and _problem(content) is None:
            self.draft = str(content)
        elif content is None or (is_a(content, str) and not content):
            self.draft = ""
        return self.draft


def _problem(content: Any) -> str | None:
    """Say why this cannot be an answer, for the model."""
    if content is None:
        return "the answer is None, so it was refused; put the answer's text there and set it again."
    if is_long(content) and len(content) > MAX_ANSWER:
        return _too_long(len(content))
    try:
        text = str(content)
    except BlockTimeout:
        raise
    except BaseException as error:  # noqa: BLE001 - model code may raise anything from __str__
        return f"the answer cannot be made into text ({type(error).__name__}), so it was refused."
    if not text.strip():
        return "the answer is empty, so it was refused; put the answer's text there and set it again."
    if len(text) > MAX_ANSWER:
        return _too_long(len(text))
    return None


def _too_long(characters: int) -> str:
    return f"the answer has {characters:,} characters, so it was refused; at most {MAX_ANSWER:,}."


def _is_true(value: Any) -> bool:
    try:
        return bool(value)
    except BlockTimeout:
        raise
    except BaseException:  # noqa: BLE001 - model code may raise anything from __bool__
        return False


def _function(source: str) -> str:
    return "FINAL" if source == "final" else "FINAL_VAR"
