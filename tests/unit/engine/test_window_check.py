"""Prompts that no model of that window can read."""

from dataclasses import replace

import pytest

from rlm_desktop.engine.window_check import check_window
from rlm_desktop.lm.protocol import ChatMessage, ContextTooLong
from tests.support.traces import model

SMALL = replace(model("small"), window_tokens=1_000)


def test_a_prompt_far_above_the_window_is_refused_with_advice():
    with pytest.raises(ContextTooLong, match="Send pieces of about") as caught:
        check_window(SMALL, [ChatMessage(role="user", text="many words " * 2_000)])

    assert not caught.value.may_have_cost


def test_a_prompt_that_fits_is_let_through():
    check_window(SMALL, [ChatMessage(role="user", text="few words " * 20)])
