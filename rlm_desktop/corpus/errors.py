"""What can go wrong with the user's files.

CorpusError
├── Unreadable       this one file cannot be read; the message is the reason, and the rest goes on
├── ConverterBroken  no file can be read: the process for it does not start
├── IndexNotMade     what would find passages of a large text could not be made
│   └── IndexBroken      or what was made cannot be understood
├── VocabularyMissing  tokens cannot be counted exactly; the estimate stands
└── StoreError       the folder in which we keep their texts
    ├── StoreUnwritable  read-only, or held by another program
    ├── StoreFull        no room on its disk
    ├── StoreBroken      what is in it cannot be understood
    ├── NewerStore       a newer RLM Desktop wrote it
    └── VersionGone      the texts of an earlier run are no longer there
"""


class CorpusError(Exception):
    """Something about the user's files stops us; the message says what and what to do."""


class Unreadable(CorpusError):
    """One file cannot be read; the message is a reason fit to stand beside its name."""


class ConverterBroken(CorpusError):
    """Files cannot be converted at all."""


class IndexNotMade(CorpusError):
    """There is no index of a text; the text itself can be read."""


class IndexBroken(IndexNotMade):
    """The index of a text cannot be understood."""


class VocabularyMissing(CorpusError):
    """A vocabulary that should have come with a package is not there."""


class StoreError(CorpusError):
    """The store of texts cannot do what was asked."""


class StoreUnwritable(StoreError):
    """The store cannot be written where it stands."""


class StoreFull(StoreError):
    """There is no room for the texts; what was read so far is kept."""


class StoreBroken(StoreError):
    """The store cannot be understood; what can be made anew is made anew at the next start."""


class NewerStore(StoreError):
    """The store was written by a newer version of RLM Desktop."""


class VersionGone(StoreError):
    """A version of a corpus that the store does not have any more."""
