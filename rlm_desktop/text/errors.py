"""What can go wrong with a text on disk.

TextError
├── BlobBroken       the folder holds no whole text
└── ContextTooLarge  an operation would need more memory than is allowed
"""


class TextError(Exception):
    """A text on disk cannot do what was asked; the message says why in one sentence."""


class BlobBroken(TextError):
    """The folder of a text is missing, unfinished or damaged."""


class ContextTooLarge(TextError):
    """An operation would need more memory than is allowed; the message names the way that streams."""

    def __init__(self, operation: str, characters: int, limit: int, instead: str) -> None:
        self.operation = operation
        self.characters = characters
        self.limit = limit
        self.instead = instead
        super().__init__(
            f"{operation} would make {characters:,} characters in memory, more than the {limit:,} allowed; {instead}."
        )

    def __reduce__(self) -> tuple[type["ContextTooLarge"], tuple[str, int, int, str]]:
        return type(self), (self.operation, self.characters, self.limit, self.instead)
