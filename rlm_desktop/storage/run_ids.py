"""Names for new runs."""

import secrets
import time
from datetime import UTC, datetime

from rlm_desktop.trace.ids import RunId


def new_run_id(at: float | None = None, token: str = "") -> RunId:
    """Make an id that sorts by time of start and that no other machine makes, such as `20261120-201455-093-5f1c9a`.

    With a token, six hexadecimal digits, the same time always gives the same id.
    """
    moment = datetime.fromtimestamp(time.time() if at is None else at, UTC)
    stamp = f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 1000:03}"
    return RunId(f"{stamp}-{token or secrets.token_hex(3)}")
