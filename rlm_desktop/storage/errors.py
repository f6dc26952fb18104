"""Every way in which remembering can fail; each text says what is wrong and what to do.

StorageError
├── Unwritable      read-only folder, full disk, file held by another program
├── Damaged         the file is no database, not ours, or broken
├── NewerDatabase   a newer RLM Desktop wrote it
├── NoSuchRun
├── AmbiguousRun
├── RunInUse        another process is recording it
└── MissingText
"""


class StorageError(Exception):
    """The stored runs could not be read or written."""


class Unwritable(StorageError):
    """The database cannot be written where it stands."""


class Damaged(StorageError):
    """The database cannot be understood."""


class NewerDatabase(StorageError):
    """The database was written by a newer version of RLM Desktop."""


class NoSuchRun(StorageError):
    """No recorded run has this id."""


class AmbiguousRun(StorageError):
    """Several recorded runs begin with these characters."""


class RunInUse(StorageError):
    """A living process is recording this run."""


class MissingText(StorageError):
    """An event refers to a text that is not kept."""
