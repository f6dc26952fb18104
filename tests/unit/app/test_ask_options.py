from pathlib import Path

import pytest

from rlm_desktop.app.commands import asking
from rlm_desktop.app.commands.usage import WrongUsage
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.trace.facts import Limits


def spec(*words: str, chosen: Preferences | None = None) -> RunSpec:
    return asking.spec_of(asking.parser().parse_intermixed_args(words), chosen or Preferences())


def test_without_options_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    asked = spec("Why?", "a.txt", "folder")

    assert asked == RunSpec(
        question="Why?",
        paths=(str(tmp_path / "a.txt"), str(tmp_path / "folder")),
        root="builtin/extractive",
        worker="builtin/extractive",
    )


def test_every_option_reaches_the_run() -> None:
    options = (
        "--root a/b --worker c/d --base-url http://x --api-key-env KEY --strategy direct --max-cost 0.25 --max-turns 7 "
        "--max-calls 8 --max-seconds 9.5 --max-tokens 10 --max-depth 2 --turn-seconds 11 --concurrency 12 "
        "--price-in 1.5 --price-out 0"
    )

    asked = spec("Why?", *options.split(), "/a.txt")

    assert asked == RunSpec(
        question="Why?",
        paths=("/a.txt",),
        root="a/b",
        worker="c/d",
        base_url="http://x",
        api_key_env="KEY",
        strategy="direct",
        limits=Limits(
            turns=7,
            depth=2,
            seconds=9.5,
            cost_nano_usd=250_000_000,
            tokens=10,
            sub_calls=8,
            concurrency=12,
            block_seconds=11,
        ),
        price_in_usd=1.5,
        price_out_usd=0,
    )


def test_a_schema_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    file.write_text('{"type": "object"}')

    assert spec("Why?", "/a.txt", "--schema", str(file)).answer_schema == {"type": "object"}


@pytest.mark.parametrize(
    ("text", "reason"), [(None, "cannot be read: No such file"), ("{", "is not JSON"), ("[]", "is not a JSON object")]
)
def test_a_file_that_is_no_schema_is_refused(tmp_path: Path, text: str | None, reason: str) -> None:
    file = tmp_path / "schema.json"
    if text is not None:
        file.write_text(text)

    with pytest.raises(WrongUsage, match=reason):
        spec("Why?", "/a.txt", "--schema", str(file))


def test_what_the_settings_say_is_used_where_no_option_is_given() -> None:
    chosen = Preferences(
        root="a/b", base_url="http://x", strategy="rlm", max_cost_usd=2, max_turns=3, max_depth=0, concurrency=4
    )

    asked = spec("Why?", "/a.txt", "--max-turns", "9", chosen=chosen)

    assert (asked.root, asked.worker) == ("a/b", "builtin/extractive")
    assert (asked.base_url, asked.strategy) == ("http://x", "rlm")
    assert asked.limits == Limits(turns=9, depth=0, cost_nano_usd=2_000_000_000, concurrency=4)


def test_options_may_stand_between_the_documents() -> None:
    assert spec("Why?", "/a.txt", "--max-turns", "2", "/b.txt").paths == ("/a.txt", "/b.txt")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["", "/a.txt"], "question is empty"),
        (["Why?"], "no documents"),
        (["Why?", "/a.txt", "--root", " "], "--root names no model"),
        (["Why?", "/a.txt", "--price-out", "1"], "--price-in and --price-out together"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_sentence(words: list[str], reason: str) -> None:
    with pytest.raises(WrongUsage, match=reason):
        spec(*words)


SENSELESS = (
    "--max-cost 0|--max-cost -1|--max-cost nan|--max-cost inf|--max-turns 0|--max-turns 1.5|--max-depth -1|"
    "--max-seconds x|--price-in -1|--concurrency 0|--turn-seconds 0|--max-cost 1e300|--max-tokens 9999999999999"
)


@pytest.mark.parametrize("option", SENSELESS.split("|"))
def test_a_limit_that_makes_no_sense_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        spec("Why?", "/a.txt", *option.split())

    assert option.split(maxsplit=1)[0] in capsys.readouterr().err
