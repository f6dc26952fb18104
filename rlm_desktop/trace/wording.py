"""How money, tokens and time are written for people, everywhere alike."""

from rlm_desktop.trace.controls import show_controls

NANO = 1_000_000_000


def money(cost_nano_usd: int | None) -> str:
    """Write nano-dollars: `$0.0142`, `$12.40`, `< $0.0001`, `$0`, or `unknown price`."""
    if cost_nano_usd is None:
        return "unknown price"
    dollars = cost_nano_usd / NANO
    if not cost_nano_usd:
        return "$0"
    if dollars < 0.0001:
        return "< $0.0001"
    return f"${dollars:.4f}" if dollars < 1 else f"${dollars:,.2f}"


def exact_money(cost_nano_usd: int) -> str:
    """Write nano-dollars to the last one: `$0.165503`, `$12.40`."""
    whole, rest = divmod(cost_nano_usd, NANO)
    return f"${whole:,}.{f'{rest:09d}'.rstrip('0'):0<2}"


def spent(known_nano_usd: int, unpriced: int) -> str:
    """Write a sum of which `unpriced` parts are unknown: `$0.0142`, `≥ $0.0142`, or `unknown price`."""
    if not unpriced:
        return money(known_nano_usd)
    return f"≥ {money(known_nano_usd)}" if known_nano_usd else money(None)


def tokens(count: int) -> str:
    """Write a number of tokens: `12.4k tok`."""
    return f"{short_number(count)} tok"


def short_number(count: int) -> str:
    """Write a count with three digits at most before its unit: `983`, `12.4k`, `9.8M`."""
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if count >= size * 0.9995:
            value = count / size
            return f"{value:.0f}{unit}" if value >= 99.95 else f"{value:.1f}{unit}"
    return str(count)


def seconds(duration: float | None) -> str:
    """Write a duration: `40 ms`, `3.2 s`, `4 m 05 s`, `2 h 03 m`; a dash where it is not known."""
    if duration is None:
        return "–"
    if duration < 0.0995:
        return f"{duration * 1000:.0f} ms"
    if duration < 59.95:
        return f"{duration:.1f} s"
    whole = round(duration)
    if whole < 3600:
        return f"{whole // 60} m {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} m"


def size(size_bytes: int) -> str:
    """Write a size in bytes: `812 B`, `1.2 MB`."""
    for limit, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if size_bytes >= limit:
            return f"{size_bytes / limit:.1f} {unit}"
    return f"{size_bytes} B"


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: `1 call`, `1,204 calls`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def one_line(text: str, most: int = 200) -> str:
    """Give the first line that says something, white space folded, cut at `most` characters with a mark."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    folded = show_controls(" ".join(line.split()))
    return folded if len(folded) <= most else folded[: most - 1] + "…"
