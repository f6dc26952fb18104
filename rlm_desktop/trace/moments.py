"""When something was, by the clock of this computer."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime.fromtimestamp(0, UTC)


def local(at: float) -> datetime:
    """Give a moment, in seconds since 1970; in UTC where the system's own clock does not reach back so far."""
    moment = _EPOCH + timedelta(seconds=at)
    try:
        return moment.astimezone()
    except OSError:  # Windows, before 1970
        return moment
