"""Keys: where they are found, where they are kept, and that they show up nowhere else."""

import logging
import stat

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringError

from rlm_desktop.settings.keys import FoundKey, KeyNotKept, Keys, keyring_problem

SECRET = "sk-very-secret-1234"


class MemoryRing(KeyringBackend):
    """A keyring that works."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class BrokenRing(MemoryRing):
    """One that fails with words that hold the key."""

    def set_password(self, service, username, password):
        raise KeyringError(f"cannot store {password}")


@pytest.fixture
def ring():
    before, made = keyring.get_keyring(), MemoryRing()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def keys(tmp_path, ring):
    return Keys(tmp_path, {"OPENAI_API_KEY": "from the environment"})


def test_the_environment_comes_first(keys, ring):
    keys.keep("openai", SECRET, "keyring")

    assert keys.find("openai", "OPENAI_API_KEY") == FoundKey("from the environment", "environment")
    assert keys.find("openai", "NOT_SET") == FoundKey(SECRET, "keyring")
    assert keys.find("anthropic", "ANTHROPIC_API_KEY") is None


@pytest.mark.parametrize("place", ["keyring", "session", "file"])
def test_a_key_is_kept_in_one_place_and_forgotten(keys, ring, tmp_path, place):
    keys.keep("mistral", "an-older-one", "file")
    keys.keep("mistral", f" {SECRET}\n", place)

    assert keys.find("mistral") == FoundKey(SECRET, place)
    held = [bool(ring.kept), SECRET in "".join(file.read_text() for file in tmp_path.iterdir())]
    assert held == [place == "keyring", place == "file"]
    keys.forget("mistral")
    assert keys.find("mistral") is None
    assert not ring.kept


def test_a_file_of_keys_is_the_user_s_alone(keys, tmp_path):
    keys.keep("mistral", SECRET, "file")

    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert Keys(tmp_path, {}).find("mistral") == FoundKey(SECRET, "file")


def test_a_session_s_key_is_gone_with_it(keys, tmp_path):
    keys.keep("mistral", SECRET, "session")

    assert Keys(tmp_path, {}).find("mistral") is None


def test_a_keyring_that_fails_is_said_without_the_key(tmp_path, caplog):
    before = keyring.get_keyring()
    keyring.set_keyring(BrokenRing())
    caplog.set_level(logging.DEBUG)
    try:
        with pytest.raises(KeyNotKept) as raised:
            Keys(tmp_path, {}).keep("mistral", SECRET, "keyring")
    finally:
        keyring.set_keyring(before)

    assert "did not take the key" in str(raised.value)
    assert raised.value.__suppress_context__
    assert SECRET not in str(raised.value) + caplog.text


def test_where_no_keyring_works_the_reason_is_said(ring):
    assert keyring_problem() == ""
    keyring.set_keyring(fail.Keyring())
    assert "for this session only, or in a file" in keyring_problem()


@pytest.mark.parametrize("odd", ["", "  ", "two\nlines", "be\x07ll"])
def test_what_is_no_key_is_not_kept(keys, odd):
    with pytest.raises(KeyNotKept, match="no key"):
        keys.keep("mistral", odd, "session")


@pytest.mark.parametrize("damaged", ["{", "[]", '{"mistral": 3}', '{"mistral": ""}'])
def test_a_damaged_file_of_keys_holds_none(tmp_path, ring, damaged):
    (tmp_path / "keys.json").write_text(damaged)

    assert Keys(tmp_path, {}).find("mistral") is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path, ring):
    (tmp_path / "data").write_text("a file")

    with pytest.raises(KeyNotKept, match="could not be written"):
        Keys(tmp_path / "data", {}).keep("mistral", SECRET, "file")


def test_a_key_is_in_no_repr():
    assert SECRET not in repr(FoundKey(SECRET, "session"))


@pytest.mark.parametrize(("key", "place"), [("", "session"), (SECRET, "environment"), ("sk-a sk-b", "file")])
def test_a_key_that_cannot_be_kept_leaves_the_earlier_one(keys, key, place):
    keys.keep("mistral", "the-earlier-one", "file")

    with pytest.raises(KeyNotKept):
        keys.keep("mistral", key, place)

    assert keys.find("mistral") == FoundKey("the-earlier-one", "file")
