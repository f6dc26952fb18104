"""How the database came to its shape: an append-only list of functions, one for each version.

A released migration is never edited. The file's `user_version` counts how many have run.
"""

from collections.abc import Callable

from sqlalchemy import Connection

Migration = Callable[[Connection], None]


def _make_runs_entries_and_payloads(connection: Connection) -> None:
    for statement in (
        """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            run TEXT NOT NULL UNIQUE,
            started_at REAL NOT NULL,
            title TEXT NOT NULL,
            status TEXT NOT NULL,
            root TEXT NOT NULL,
            worker TEXT NOT NULL,
            cost_nano_usd INTEGER NOT NULL,
            unpriced_calls INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            seconds REAL,
            turns INTEGER NOT NULL,
            calls INTEGER NOT NULL,
            documents INTEGER NOT NULL,
            corpus TEXT NOT NULL,
            answer_preview TEXT NOT NULL
        )
        """,
        "CREATE INDEX runs_by_time ON runs (started_at)",
        "CREATE INDEX runs_by_status ON runs (status) WHERE status = 'running'",
        """
        CREATE TABLE entries (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            at REAL NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (run, seq)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE payloads (
            number INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            packing TEXT NOT NULL,
            body BLOB NOT NULL
        )
        """,
        """
        CREATE TABLE run_payloads (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            payload INTEGER NOT NULL REFERENCES payloads (number),
            PRIMARY KEY (run, payload)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX run_payloads_by_payload ON run_payloads (payload)",
    ):
        connection.exec_driver_sql(statement)


def _make_replies_and_count_characters(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN characters INTEGER NOT NULL DEFAULT 0")
    connection.exec_driver_sql(
        """
        CREATE TABLE replies (
            key TEXT PRIMARY KEY,
            model TEXT NOT NULL,
            kept_at REAL NOT NULL,
            cost_nano_usd INTEGER,
            packing TEXT NOT NULL,
            body BLOB NOT NULL,
            reasoning TEXT NOT NULL
        ) WITHOUT ROWID
        """
    )


def _make_node_notes(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE node_notes (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            node INTEGER NOT NULL,
            text TEXT NOT NULL DEFAULT '',
            is_pinned INTEGER NOT NULL DEFAULT 0,
            score INTEGER,
            labels TEXT NOT NULL DEFAULT '[]',
            changed_at REAL NOT NULL,
            PRIMARY KEY (run, node)
        ) WITHOUT ROWID
        """
    )


def _make_names_pins_and_tags(connection: Connection) -> None:
    for statement in (
        """
        CREATE TABLE run_labels (
            run INTEGER PRIMARY KEY REFERENCES runs (number) ON DELETE CASCADE,
            name TEXT NOT NULL,
            is_pinned INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE run_tags (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            tag TEXT NOT NULL,
            PRIMARY KEY (run, tag)
        ) WITHOUT ROWID
        """,
    ):
        connection.exec_driver_sql(statement)


def _note_what_is_asked_again(connection: Connection) -> None:
    for statement in (
        "ALTER TABLE runs ADD COLUMN reasking INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX runs_by_reasking ON runs (reasking) WHERE reasking != 0",
    ):
        connection.exec_driver_sql(statement)


def _make_model_sums(connection: Connection) -> None:
    for statement in (
        """
        CREATE TABLE model_sums (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            model TEXT NOT NULL,
            is_root INTEGER NOT NULL,
            calls INTEGER NOT NULL,
            cost_nano_usd INTEGER NOT NULL,
            unpriced INTEGER NOT NULL,
            input_tokens INTEGER NOT NULL,
            cached_input_tokens INTEGER NOT NULL,
            cache_write_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            reasoning_tokens INTEGER NOT NULL,
            PRIMARY KEY (run, model, is_root)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE open_calls (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            call INTEGER NOT NULL,
            model TEXT NOT NULL,
            is_root INTEGER NOT NULL,
            PRIMARY KEY (run, call)
        ) WITHOUT ROWID
        """,
        # All calls at first; those that ended are removed last.
        """
        INSERT OR IGNORE INTO open_calls
        SELECT
            run, json_extract(body, '$.call'), json_extract(body, '$.model'), json_extract(body, '$.role') != 'worker'
        FROM entries WHERE kind = 'call_started'
        """,
        """
        INSERT INTO model_sums
        SELECT
            ended.run, coalesce(asked.model, ''), coalesce(asked.is_root, 0), count(*),
            coalesce(sum(cost), 0), count(*) - count(cost),
            sum(coalesce(json_extract(body, '$.usage.input_tokens'), 0)),
            sum(coalesce(json_extract(body, '$.usage.cached_input_tokens'), 0)),
            sum(coalesce(json_extract(body, '$.usage.cache_write_tokens'), 0)),
            sum(coalesce(json_extract(body, '$.usage.output_tokens'), 0)),
            sum(coalesce(json_extract(body, '$.usage.reasoning_tokens'), 0))
        FROM (
            SELECT run, json_extract(body, '$.call') AS call, json_extract(body, '$.cost_nano_usd') AS cost, body
            FROM entries WHERE kind = 'call_finished'
        ) AS ended
        LEFT JOIN open_calls AS asked ON asked.run = ended.run AND asked.call = ended.call
        GROUP BY 1, 2, 3
        """,
        """
        DELETE FROM open_calls WHERE (run, call) IN
        (SELECT run, json_extract(body, '$.call') FROM entries WHERE kind = 'call_finished')
        """,
    ):
        connection.exec_driver_sql(statement)


MIGRATIONS: tuple[Migration, ...] = (
    _make_runs_entries_and_payloads,
    _make_replies_and_count_characters,
    _make_node_notes,
    _make_names_pins_and_tags,
    _note_what_is_asked_again,
    _make_model_sums,
)
