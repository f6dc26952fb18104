"""The tables as queries see them; `migrations` makes them."""

from sqlalchemy import Boolean, Column, Dialect, Float, Integer, LargeBinary, MetaData, Table, Text, TypeDecorator
from typing_extensions import override

metadata = MetaData()


class AnyText(TypeDecorator[str]):
    """Text for people to read; a half character, which SQLite cannot keep, becomes a question mark."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run", AnyText, nullable=False, unique=True),
    Column("started_at", Float, nullable=False),
    Column("title", AnyText, nullable=False),
    Column("status", AnyText, nullable=False),
    Column("root", AnyText, nullable=False),
    Column("worker", AnyText, nullable=False),
    Column("cost_nano_usd", Integer, nullable=False),
    Column("unpriced_calls", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("seconds", Float),
    Column("turns", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("corpus", Text, nullable=False),
    Column("answer_preview", AnyText, nullable=False),
    Column("characters", Integer, nullable=False),
    # The batch in which calls are being asked again; 0 while none is.
    Column("reasking", Integer, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
)

model_sums = Table(
    "model_sums",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("model", AnyText, primary_key=True),
    Column("is_root", Boolean, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("cost_nano_usd", Integer, nullable=False),
    Column("unpriced", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("cached_input_tokens", Integer, nullable=False),
    Column("cache_write_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("reasoning_tokens", Integer, nullable=False),
)

open_calls = Table(
    "open_calls",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("call", Integer, primary_key=True),
    Column("model", AnyText, nullable=False),
    Column("is_root", Boolean, nullable=False),
)

payloads = Table(
    "payloads",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("packing", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

run_payloads = Table(
    "run_payloads",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("payload", Integer, primary_key=True),
)

replies = Table(
    "replies",
    metadata,
    Column("key", Text, primary_key=True),
    Column("model", AnyText, nullable=False),
    Column("kept_at", Float, nullable=False),
    Column("cost_nano_usd", Integer),
    Column("packing", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("reasoning", AnyText, nullable=False),
)

node_notes = Table(
    "node_notes",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("node", Integer, primary_key=True),
    Column("text", AnyText, nullable=False),
    Column("is_pinned", Integer, nullable=False),
    Column("score", Integer),
    Column("labels", AnyText, nullable=False),
    Column("changed_at", Float, nullable=False),
)

run_labels = Table(
    "run_labels",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("is_pinned", Boolean, nullable=False),
)

run_tags = Table(
    "run_tags",
    metadata,
    Column("run", Integer, primary_key=True),
    Column("tag", AnyText, primary_key=True),
)
