"""The tables as queries see them; `migrations` makes them."""

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("run", Text, nullable=False, unique=True),
    Column("started_at", Float, nullable=False),
    Column("title", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("cost_nano_usd", Integer, nullable=False),
    Column("unpriced_calls", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("seconds", Float),
    Column("turns", Integer, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("answer_preview", Text, nullable=False),
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
