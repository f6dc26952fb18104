"""Rate-limit headers of replies that still came."""

from datetime import UTC, datetime, timedelta

import pytest

from rlm_desktop.lm.rate_headers import LONGEST_SECONDS, pause_seconds

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0.0),
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "1s"}, 0.0),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s"}, 1.0),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s"}, 62.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "250ms"}, 0.25),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "7"}, 7.0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "9999"}, LONGEST_SECONDS),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "soon"}, 0.0),
        ({"ratelimit-remaining": "none", "ratelimit-reset": "7"}, 0.0),
        ({"ratelimit-remaining": "0"}, 0.0),
    ],
)
def test_a_wait_is_read_only_where_nothing_remains(headers, seconds):
    assert pause_seconds(headers, NOW) == seconds


def test_anthropic_tells_a_moment():
    until = (NOW + timedelta(seconds=12)).isoformat().replace("+00:00", "Z")
    headers = {"anthropic-ratelimit-requests-remaining": "0", "anthropic-ratelimit-requests-reset": until}

    assert pause_seconds(headers, NOW) == 12.0
    assert pause_seconds(headers, NOW + timedelta(hours=1)) == 0.0
