"""Reads, for the built-in model, what a prompt wants of it: its part in the run, the question, the text."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rlm_desktop.lm.protocol import ChatMessage

Part = Literal["root", "final", "compaction", "direct", "worker"]

WORKER_TASK = (
    "Quote, word for word, the sentences of the passage below that answer the question best, at most three. Write each"
    ' on a line of its own that begins with "> ". If no sentence helps, write NONE.'
)
PASSAGE_MARK = "Passage:\n"
COUNTS_MARK = "How often its words occur in all documents: "

_DIRECT = re.compile(r"\n---\nQuestion:\n(?P<question>.*)\Z", re.DOTALL)
_FIRST = re.compile(r"\AQuestion:\n(?P<question>.*?)\n\nThe text: ", re.DOTALL)
_LABEL = re.compile(
    r"^[ \t#*]*(?:passage|text|context|document|excerpt|chunk|content|article|transcript|source)s?\b"
    r"[^\n:]{0,40}:[ \t*]*\n?",
    re.IGNORECASE | re.MULTILINE,
)
_QUESTION = re.compile(r"(?:question|query|task)[ \t*]*:[ \t*]*(?P<question>[^\n]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A prompt as the built-in model understands it."""

    role: Part
    question: str
    passage: str = ""
    """For a worker or a direct call: the text to quote from."""
    counts: Mapping[str, int] = field(default_factory=dict)
    replies: tuple[str, ...] = ()
    """What it has said so far, as root."""
    results: tuple[str, ...] = ()
    """What came back of each of them."""
    has_workers: bool = True


def read_prompt(messages: Sequence[ChatMessage]) -> Asked:
    """Tell from the messages what is wanted."""
    system = "\n".join(message.text for message in messages if message.role == "system")
    last = messages[-1].text if messages else ""
    if "```repl" in system:
        return _root(messages, system, last)
    if direct := _DIRECT.search(last):
        return Asked(role="direct", question=direct["question"].strip(), passage=last[: direct.start()])
    return _worker(last)


def _root(messages: Sequence[ChatMessage], system: str, last: str) -> Asked:
    users = [message.text for message in messages if message.role == "user"]
    first = _FIRST.match(users[0]) if users else None
    return Asked(
        role=_part(last),
        question=first["question"].strip() if first else _question_in(users[0] if users else ""),
        replies=tuple(message.text for message in messages if message.role == "assistant"),
        results=tuple(users[1:]),
        has_workers="llm_query_batched" in system,
    )


def _part(last: str) -> Part:
    if "No more code will run" in last:
        return "final"
    return "compaction" if "The summary will stand in place of the earlier turns" in last else "root"


def _worker(prompt: str) -> Asked:
    """Split a worker's prompt into question and passage, ours exactly, anybody else's by its usual marks."""
    if prompt.startswith(WORKER_TASK) and PASSAGE_MARK in prompt:
        head, _, passage = prompt.partition(PASSAGE_MARK)
        return Asked(role="worker", question=_question_in(head), passage=passage, counts=read_counts(head))
    label = _LABEL.search(prompt)
    if label is None:
        return _unmarked(prompt)
    head, passage = prompt[: label.start()], prompt[label.end() :]
    if asked := _QUESTION.search(passage[-1_000:]):
        passage = passage[: passage.rindex(asked.group())]
        return Asked(role="worker", question=asked["question"].strip(), passage=passage)
    return Asked(role="worker", question=_question_in(head), passage=passage)


def _unmarked(prompt: str) -> Asked:
    """Take the longest paragraph and what follows as the passage when nothing says where it begins."""
    paragraphs = prompt.split("\n\n")
    asked = _question_in(prompt)
    rest = [paragraph for paragraph in paragraphs if asked not in paragraph] or paragraphs
    return Asked(role="worker", question=asked, passage="\n\n".join(rest))


def _question_in(text: str) -> str:
    """Find the question in an instruction: what is marked as one, else what ends as one, else all of it."""
    if marked := _QUESTION.search(text):
        return marked["question"].strip()
    asking = re.findall(r"[^\n.!?。！？]*[?？]", text)
    return str(asking[0]).strip() if asking else text.strip()[:2_000]


def read_counts(text: str) -> dict[str, int]:
    """Read how often words occur, as our own code prints it."""
    found = re.search(re.escape(COUNTS_MARK) + r"(\{.*\})", text)
    try:
        counts = ast.literal_eval(found[1]) if found else {}
    except (ValueError, SyntaxError):
        return {}
    return {str(word): int(count) for word, count in counts.items()}
