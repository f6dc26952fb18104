"""The tables of the catalogue.

`sources` are files of the user's as they were when last read, `extracts` the documents in each and `skips` what could
not be read; `texts` lie in `packs`, and `token_counts` are exact ones of theirs. `versions` have folders of their own;
`pins` are runs that need one, `uses` processes that have one open.
"""

APPLICATION_ID = 0x524C4D43
SCHEMA_VERSION = 1

SCHEMA = (
    """CREATE TABLE packs (
        id INTEGER PRIMARY KEY,
        session TEXT NOT NULL,
        name TEXT NOT NULL,
        UNIQUE (session, name)
    )""",
    """CREATE TABLE texts (
        digest BLOB PRIMARY KEY,
        pack INTEGER NOT NULL REFERENCES packs (id),
        start INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        is_checked INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        inode TEXT NOT NULL,
        readers INTEGER NOT NULL,
        seen_at REAL NOT NULL
    )""",
    """CREATE TABLE extracts (
        source INTEGER NOT NULL REFERENCES sources (id),
        position INTEGER NOT NULL,
        inner_name TEXT NOT NULL,
        text_digest BLOB NOT NULL,
        source_digest BLOB NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (source, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE skips (
        source INTEGER NOT NULL REFERENCES sources (id),
        position INTEGER NOT NULL,
        path TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (source, position)
    ) WITHOUT ROWID""",
    """CREATE TABLE token_counts (
        digest BLOB NOT NULL,
        vocabulary TEXT NOT NULL,
        tokens INTEGER NOT NULL,
        PRIMARY KEY (digest, vocabulary)
    ) WITHOUT ROWID""",
    """CREATE TABLE versions (
        digest TEXT PRIMARY KEY,
        used_at REAL NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE pins (
        run TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (run, version)
    ) WITHOUT ROWID""",
    """CREATE TABLE uses (
        session TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (session, version)
    ) WITHOUT ROWID""",
    """CREATE TABLE corpora (
        name TEXT PRIMARY KEY,
        paths TEXT NOT NULL,
        left_out TEXT NOT NULL,
        updated_at REAL NOT NULL,
        version TEXT NOT NULL DEFAULT '',
        documents INTEGER NOT NULL DEFAULT 0,
        characters INTEGER NOT NULL DEFAULT 0,
        tokens INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
)
"""The inode is kept as text: on some file systems it does not fit into 63 bits."""
