"""`rlm-desktop models` and what `doctor` says of models."""

from rlm_desktop.settings import places, preferences
from rlm_desktop.settings.preferences import Preferences, PriceChoice, ServerChoice

NOWHERE = ServerChoice(name="box", base_url="http://127.0.0.1:9/v1")


def keep(**choices) -> None:
    preferences.save(Preferences(**choices), places.data_dir(None))


def test_prices_are_told_for_input_cached_input_and_output(rlm, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    first = next(model["model"] for model in rlm("models", "--json").value if model["goes_to"] == "OpenAI")
    keep(prices=(PriceChoice(model=first, input_usd=1, output_usd=4, cached_input_usd=0.5),))

    line = next(line for line in rlm("models").out.splitlines() if line.startswith(f"{first} "))

    assert "$1.00 in, $0.5000 cached, $4.00 out" in line
    assert "key from OPENAI_API_KEY" in line


def test_programs_are_told_what_is_suggested(rlm):
    said = rlm("models", "--json")

    assert [(model["model"], model["suggested_as"]) for model in said.value] == [
        ("builtin/extractive", ["root", "worker"])
    ]


def test_an_added_server_that_is_silent_is_told_beside_the_list(rlm):
    keep(servers=(NOWHERE,))

    plain, said = rlm("models"), rlm("models", "--json")

    assert "box: Nothing answers at http://127.0.0.1:9/v1." in plain.out
    assert "Nothing answers" in said.err
    assert said.value


def test_a_model_that_is_none_is_said_in_a_sentence(rlm):
    said = rlm("models", "--test", "nonsense")

    assert said.status == 2
    assert "write provider/model" in said.err


def test_doctor_tells_of_a_silent_server_and_of_a_missing_key(rlm):
    keep(servers=(NOWHERE,))
    silent = rlm("doctor").out.splitlines()[-1]
    keep(api_key_env="NOT_SET_ANYWHERE")
    keyless = rlm("doctor").out.splitlines()[-1]

    assert silent.startswith("note")
    assert "Nothing answers" in silent
    assert keyless.startswith("bad")
    assert "NOT_SET_ANYWHERE" in keyless
