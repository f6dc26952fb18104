"""Our side of the REPL: the shapes the engine uses."""

from rlm_desktop.repl.exchange import (
    Answerer,
    Asked,
    BlockError,
    BlockReport,
    Boot,
    BootDocument,
    GivenAnswer,
    OnOutput,
    VariableNote,
)

__all__ = [
    "Answerer",
    "Asked",
    "BlockError",
    "BlockReport",
    "Boot",
    "BootDocument",
    "GivenAnswer",
    "OnOutput",
    "VariableNote",
]
