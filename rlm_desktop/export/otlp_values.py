"""OTLP's values: attributes, ids that are the same each time, and texts of a size that backends take."""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.spans import shortened, well_formed
from rlm_desktop.trace.facts import Message
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.trace.texts import TextRef

MOST_CHARACTERS = 20_000
"""Of one text: backends refuse spans of some megabytes, and some conventions hold a prompt twice."""
_MOST_REPEATED = 500
"""Of a message that a call before held whole: else a conversation would grow with the square of its turns."""
_MOST_VALUE = 2_000
Value = str | bool | int | float | Sequence[str] | None
Attributes = Mapping[str, Value]


def key_values(attributes: Attributes) -> list[KeyValue]:
    """Make attributes; what is None or empty is left out, for absent is how OTLP says unknown."""
    return [
        KeyValue(key=key, value=_any(value)) for key, value in attributes.items() if value is not None and value != ""
    ]


def _any(value: Value) -> AnyValue:
    match value:
        case str():
            return AnyValue(string_value=well_formed(value))
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case _:
            return AnyValue(array_value=ArrayValue(values=[_any(one) for one in value or ()]))


def trace_id(run: RunId) -> bytes:
    """Give a run's trace id."""
    return blake2b(well_formed(run).encode(), digest_size=16).digest()


def span_id(run: RunId, node: NodeId) -> bytes:
    """Give a part's span id."""
    return blake2b(f"{well_formed(run)}/{node}".encode(), digest_size=8).digest()


class Texts:
    """Loads texts, and remembers which messages of conversations have stood in the file already."""

    def __init__(self, run: RecordedRun) -> None:
        self._run = run
        self._written: set[Digest] = set()

    def text(self, reference: TextRef | None, most: int = MOST_CHARACTERS) -> str:
        """Give a text, or its head and tail with the count of what lies between; empty without one."""
        return "" if reference is None else shortened(self._run.text(reference.digest), most)

    def joined(self, references: Sequence[TextRef]) -> str:
        """Put pieces together."""
        return shortened("".join(self._run.text(one.digest) for one in references), MOST_CHARACTERS)

    def prompt(self, prompt: Sequence[Message]) -> list[tuple[str, str]]:
        """Give the roles and texts of a prompt's messages."""
        return [(message.role, self._message(message, len(prompt))) for message in prompt]

    def _message(self, message: Message, of: int) -> str:
        if of == 1:
            return self.text(message.text)
        is_repeated = message.text.digest in self._written
        self._written.add(message.text.digest)
        return self.text(message.text, _MOST_REPEATED if is_repeated else MOST_CHARACTERS)


def conversation(prefix: str, messages: Sequence[tuple[str, str]]) -> Attributes:
    """Give messages as OpenInference holds them."""
    attributes: dict[str, Value] = {}
    for place, (role, text) in enumerate(messages):
        attributes[f"{prefix}.{place}.message.role"] = role
        attributes[f"{prefix}.{place}.message.content"] = text
    return attributes


def parts(role: str, text: str, reasoning: str = "") -> dict[str, object]:
    """Give a message as the GenAI conventions hold it."""
    thought = [{"type": "reasoning", "content": reasoning}] if reasoning else []
    return {"role": role, "parts": [*thought, {"type": "text", "content": text}]}


def as_json(value: object) -> str:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def glance(text: str) -> str:
    """Give of a text what a list of spans shows."""
    return shortened(text, _MOST_VALUE)
