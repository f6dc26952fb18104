"""Every way in which an export or an import can fail; each text says what is wrong and what to do.

ExportError
├── CannotWrite     read-only folder, full disk, the place is a folder
├── NotFit          this run or these wishes don't go with this format
└── BadImport       the file is damaged, too large, or nothing that is known here
"""


class ExportError(Exception):
    """A run could not be exported or imported."""


class CannotWrite(ExportError):
    """The file cannot be written where it should stand."""


class NotFit(ExportError):
    """A format cannot hold what was asked for."""


class BadImport(ExportError):
    """A file cannot be read as a recorded run."""


class Cancelled(Exception):
    """The user no longer wants the export; nothing of it is left."""
