"""How long a provider wants to be left alone, by the rate-limit headers of a reply that still came.

Read are OpenAI's `x-ratelimit-*` (durations such as `6m0s`), Anthropic's `anthropic-ratelimit-*` (moments) and the
general `ratelimit-*` of the IETF draft (seconds).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

LONGEST_SECONDS = 120.0
_KINDS = ("requests", "tokens")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0}


def pause_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Give the wait until there is room for another call; 0 where there is some, or nothing is said."""
    now = now or datetime.now(tz=UTC)
    waits = [0.0]
    for kind in _KINDS:
        names = [f"x-ratelimit-{{}}-{kind}", f"anthropic-ratelimit-{kind}-{{}}"]
        waits += [_wait(headers, name, now) for name in names]
    waits.append(_wait(headers, "ratelimit-{}", now))
    return min(LONGEST_SECONDS, max(waits))


def _wait(headers: Mapping[str, str], name: str, now: datetime) -> float:
    remaining, reset = headers.get(name.format("remaining")), headers.get(name.format("reset"))
    if remaining is None or reset is None or not remaining.strip().isdecimal() or int(remaining) > 0:
        return 0.0
    return max(0.0, _seconds(reset.strip(), now))


def _seconds(reset: str, now: datetime) -> float:
    """Read a number of seconds, a duration, or a moment; 0 for anything else."""
    if re.fullmatch(r"\d+(\.\d+)?", reset):
        return float(reset)
    parts = _DURATION.findall(reset)
    if parts and "".join(amount + unit for amount, unit in parts) == reset:
        return sum(float(amount) * _SECONDS[unit] for amount, unit in parts)
    try:
        moment = datetime.fromisoformat(reset)
    except ValueError:
        return 0.0
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
