"""How long a worker may take, and how much it may take up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Beyond these a worker is ended, and the file or folder it was at has a reason."""

    file_seconds: float = 60.0
    file_seconds_a_megabyte: float = 2.0
    quiet_seconds: float = 30.0
    """How long a folder may leave a scan without an answer."""
    start_seconds: float = 60.0
    memory_bytes: int = 2_000_000_000
    text_bytes: int = 64 << 30
    """How large one file's text may grow."""

    @property
    def seconds_between_looks(self) -> float:
        """How often to look at what a worker is at."""
        return min(1.0, self.quiet_seconds / 4)

    def seconds_for(self, size_bytes: int) -> float:
        """Give how long the conversion of a file may take."""
        return self.file_seconds + self.file_seconds_a_megabyte * size_bytes / 1_000_000
