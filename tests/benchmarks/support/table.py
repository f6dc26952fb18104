"""One Markdown table of what was measured, said line by line as it comes."""

from dataclasses import dataclass, field

_HEAD = ("metric", "target", "measured", "peer in the same run")


@dataclass(slots=True)
class Table:
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, metric: str, measured: str, *, target: str = "", peer: str = "") -> None:
        self.rows.append((metric, target, measured, peer))
        print(f"  {metric:<62} {measured}{f'   ({peer})' if peer else ''}", flush=True)

    def print_markdown(self) -> None:
        """Print it as it can be pasted."""
        for row in (_HEAD, ("---",) * len(_HEAD), *self.rows):
            print("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |", flush=True)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def megabytes(size_bytes: float) -> str:
    return f"{size_bytes / 1e6:,.0f} MB"
