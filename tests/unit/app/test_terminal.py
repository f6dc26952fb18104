import io
import json

import pytest

from rlm_desktop.app.commands import terminal


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_json_stays_json_whatever_letters_the_terminal_has(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    value = {"answer": "café 😀 \udc80 \x9b"}

    terminal.tolerate_any_text()
    terminal.out_json(value)

    assert json.loads(written.getvalue().decode(encoding)) == value
