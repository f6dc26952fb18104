"""The functions by which model code asks the worker LM and child runs; they give `Error: …` texts and never raise."""

import sys
import threading
from collections.abc import Callable, Iterable
from itertools import count, islice
from types import FrameType
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, plain_context
from rlm_desktop.repl.inside.interrupting import MAIN
from rlm_desktop.repl.inside.line import Line
from rlm_desktop.repl.inside.long_texts import is_long
from rlm_desktop.repl.wire import MAX_PROMPTS, Unsendable
from rlm_desktop.text.errors import TextError

NO_BLOCK = "Error: no block is running, so nobody answers; ask inside a block and wait for the answer there."

MAX_PROMPT = 10_000_000
"""Characters of a prompt that is taken out of a text that stays in its files."""

TIME_UP = "Error: this block's time is up, so nobody answers any more."


class Asker:
    """Carries questions to the host and hands each answer to the thread that waits for it."""

    def __init__(self, line: Line, before: Callable[[], None]) -> None:
        self._line = line
        self._before = before
        self._numbers = count(1)
        self._waiting: dict[int, tuple[threading.Event, list[Any]]] = {}
        self._is_time_up = False
        self.block_file = ""

    def begin(self, block_file: str) -> None:
        """Serve a new block."""
        self.block_file = block_file
        self._is_time_up = False

    def ask(self, message: dict[str, Any]) -> list[Any] | str:
        """Send a question and wait for its results; a text says why there are none."""
        self._before()
        number = next(self._numbers)
        arrived, results = threading.Event(), list[Any]()
        self._waiting[number] = (arrived, results)
        try:
            if self._is_time_up:
                return TIME_UP
            if not self._line.send_in_block({**message, "id": number}):
                return NO_BLOCK
            arrived.wait()
        except Unsendable as error:
            return f"Error: the prompts cannot be sent together: {error}. Send fewer or shorter ones in one call."
        finally:
            self._waiting.pop(number, None)
        return results or (TIME_UP if self._is_time_up else NO_BLOCK)

    def deliver(self, number: int, results: list[Any]) -> None:
        """Hand over what the host answered; called from the thread that reads commands."""
        if waiting := self._waiting.get(number):
            waiting[1].extend(results)
            waiting[0].set()

    def stop(self) -> None:
        """Answer nobody any more in this block, so that threads of an interrupted block can end."""
        self._is_time_up = True
        self.release()

    def release(self) -> None:
        """Let go of every thread that still waits."""
        for arrived, _ in list(self._waiting.values()):
            arrived.set()

    def line_of_call(self) -> int | None:
        """Give the line of the block from which the calling thread, or else the main thread, got here."""
        frame: FrameType | None = sys._getframe()
        for start in (frame, sys._current_frames().get(MAIN)):
            frame = start
            while frame is not None:
                if frame.f_code.co_filename == self.block_file:
                    return frame.f_lineno
                frame = frame.f_back
        return None


def asking_functions(asker: Asker, *, with_child_runs: bool) -> dict[str, Callable[..., Any]]:
    """Make the asking functions, each under every name it has."""
    workers = _worker_functions(asker)
    runs = _run_functions(asker) if with_child_runs else _run_functions_without_runs(asker)
    aliases = {"llm_call": workers["llm_query"], "llm_batch": workers["llm_query_batched"]}
    return {**workers, **runs, **aliases}


def _worker_functions(asker: Asker) -> dict[str, Callable[..., Any]]:
    def llm_query(prompt: str, model: str | None = None, schema: dict[str, Any] | None = None) -> Any:
        """Ask the worker LM once. Errors come back as text starting `Error:`."""
        return _ask(asker, "llm_query", [prompt], model=model, schema=schema)[0]

    def llm_query_batched(
        prompts: list[str], model: str | None = None, schema: dict[str, Any] | None = None
    ) -> list[Any]:
        """Ask the worker LM with many prompts at once; the results are in order."""
        return _ask_many(asker, "llm_query_batched", prompts, model=model, schema=schema)

    return {"llm_query": llm_query, "llm_query_batched": llm_query_batched}


def _run_functions(asker: Asker) -> dict[str, Callable[..., Any]]:
    def rlm_query(prompt: str, context: Any = None, model: str | None = None) -> Any:
        """Ask a child run with a REPL of its own."""
        return _ask(asker, "rlm_query", [prompt], contexts=[context], model=model)[0]

    def rlm_query_batched(prompts: list[str], contexts: Any = None, model: str | None = None) -> list[Any]:
        """Ask many child runs at once; `contexts` holds one for each prompt, or one text for all."""
        return _ask_many(asker, "rlm_query_batched", prompts, contexts=contexts, model=model)

    return {"rlm_query": rlm_query, "rlm_query_batched": rlm_query_batched}


def _run_functions_without_runs(asker: Asker) -> dict[str, Callable[..., Any]]:
    def rlm_query(prompt: str, context: Any = None, model: str | None = None) -> Any:
        """Ask the worker LM once: child runs are not allowed at this depth."""
        return _ask(asker, "llm_query", [_with_context(prompt, context)], model=model)[0]

    def rlm_query_batched(prompts: list[str], contexts: Any = None, model: str | None = None) -> list[Any]:
        """Ask the worker LM with many prompts at once: child runs are not allowed at this depth."""
        listed = _listed(prompts)
        if isinstance(listed, str):
            return [listed]
        spread = _spread(contexts, len(listed))
        if isinstance(spread, str):
            return [spread]
        full = [_with_context(prompt, context) for prompt, context in zip(listed, spread, strict=True)]
        return _ask_many(asker, "llm_query_batched", full, model=model)

    return {"rlm_query": rlm_query, "rlm_query_batched": rlm_query_batched}


def _with_context(prompt: Any, context: Any) -> Any:
    if context is None or not isinstance(prompt, str):
        return prompt
    part = context.text if isinstance(context, Document) else context
    if is_long(part) and len(part) > MAX_PROMPT:
        return part  # which is refused as a prompt
    plain = plain_context(context)
    text = plain if isinstance(plain, str) else repr(plain)
    return f"{prompt}\n\nContext:\n{text}"


def _ask_many(asker: Asker, function: str, prompts: Any, *, contexts: Any = None, **options: Any) -> list[Any]:
    listed = _listed(prompts)
    if isinstance(listed, str):
        return [listed]
    spread = _spread(contexts, len(listed))
    if isinstance(spread, str):
        return [spread]
    return _ask(asker, function, listed, contexts=spread, **options)


def _ask(
    asker: Asker,
    function: str,
    prompts: list[Any],
    *,
    contexts: list[Any] | None = None,
    model: Any = None,
    schema: Any = None,
) -> list[Any]:
    """Ask with the prompts that can be asked; the others hold their own error."""
    results: list[Any] = [_problem(prompt, model, schema) for prompt in prompts]
    good = [place for place, problem in enumerate(results) if problem is None]
    if not good:
        return results
    message = {"kind": "ask", "function": function, "model": model, "schema": schema, "contexts": []}
    message["prompts"] = [_as_str(prompts[place]) for place in good]
    message["line"] = asker.line_of_call()
    given = [contexts[place] if contexts else None for place in good] if function.startswith("rlm") else []
    answers = _answers(asker, message, given, len(good))
    for place, answer in zip(good, answers, strict=True):
        results[place] = answer
    return results


def _as_str(text: Any) -> str:
    return text.raw(0, len(text)) if is_long(text) else str.__str__(text)


def _contexts(contexts: list[Any]) -> dict[str, Any]:
    """Give the contexts for the message; parts of the corpus that are too long to be sent are told by their ranges."""
    parts: list[Any] = [context.text if isinstance(context, Document) else context for context in contexts]
    ranges = [[place, part.start, part.end] for place, part in enumerate(parts) if is_long(part) and part.is_stored]
    told = {place for place, _, _ in ranges}
    plain = [None if place in told else plain_context(part) for place, part in enumerate(parts)]
    return {"contexts": plain, "ranges": ranges}


def _answers(asker: Asker, message: dict[str, Any], contexts: list[Any], wanted: int) -> list[Any]:
    try:
        answers = asker.ask(message | _contexts(contexts))
    except TextError as error:
        answers = f"Error: {error}"
    except (TypeError, ValueError, RecursionError) as error:
        answers = f"Error: this cannot be sent: {error}. Give plain text, lists and dictionaries."
    return [answers] * wanted if isinstance(answers, str) else answers


def _problem(prompt: Any, model: Any, schema: Any) -> str | None:
    if not isinstance(prompt, str):
        return f"Error: a prompt must be text, not {type(prompt).__name__}; for many prompts use llm_query_batched."
    if is_long(prompt) and len(prompt) > MAX_PROMPT:
        return f"Error: the prompt has {len(prompt):,} characters, more than any model reads; send slices of the text."
    if not prompt.strip():
        return "Error: the prompt is empty."
    if model is not None and not isinstance(model, str):
        return f"Error: model must be a model's name, not {type(model).__name__}."
    if schema is not None and not isinstance(schema, dict):
        return f"Error: schema must be a JSON Schema as a dictionary, not {type(schema).__name__}."
    return None


def _listed(prompts: Any) -> list[Any] | str:
    if isinstance(prompts, (str, bytes, dict)) or not isinstance(prompts, Iterable):
        return f"Error: prompts must be a list of texts, not {type(prompts).__name__}; put a single prompt in a list."
    listed = list(islice(prompts, MAX_PROMPTS + 1))
    if len(listed) > MAX_PROMPTS:
        return f"Error: these prompts are too many for one call; at most {MAX_PROMPTS:,}."
    return listed


def _spread(contexts: Any, wanted: int) -> list[Any] | str:
    """Give one context for each prompt."""
    if contexts is None or isinstance(contexts, (str, dict)):
        return [contexts] * wanted
    listed = list(contexts) if isinstance(contexts, Iterable) else [contexts]
    if len(listed) != wanted:
        return f"Error: {len(listed):,} contexts for {wanted:,} prompts; give one context for each prompt."
    return listed
