"""What the guide says of the command line is what there is, and all of it."""

import re

import pytest

from rlm_desktop.app.commands.dispatch import run_command
from rlm_desktop.app.commands.front import COMMANDS
from rlm_desktop.export.formats import FORMATS
from rlm_desktop.settings.places import resources_dir

GUIDE = resources_dir() / "guide"
VERBS = ("add", "list", "show", "remove")
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])")
OF_ALL = {"--data-dir", "--json", "--help", "-h", "--version"}


def usage_of(capsys, command: str, *verb: str) -> str:
    with pytest.raises(SystemExit):
        run_command(command, [*verb, "--help"])
    return capsys.readouterr().out.split("\n\n")[0]


@pytest.fixture
def told():
    return {file.stem: file.read_text(encoding="utf-8") for file in GUIDE.glob("*.md")}


def test_every_command_is_told_and_every_told_one_exists(told):
    named = {word for text in told.values() for word in re.findall(r"`?rlm-desktop ([a-z]+)\b", text)}

    assert named == set(COMMANDS)
    verbs = re.findall(r"rlm-desktop corpus ([a-z]+)", told["command-line"])
    assert set(verbs) == set(VERBS)


def test_every_option_is_told_and_every_told_one_exists(told, capsys):
    there = {option for command in COMMANDS for option in OPTION.findall(usage_of(capsys, command))}
    there |= {option for verb in VERBS for option in OPTION.findall(usage_of(capsys, "corpus", verb))}
    named = {option for text in told.values() for option in OPTION.findall(only_code(text))}

    assert there - named - OF_ALL == set()
    assert named - there - OF_ALL == set()


def test_the_options_of_ask_are_in_its_table(told, capsys):
    table = told["command-line"].partition("## Options of ask")[2].partition("##")[0]

    assert set(OPTION.findall(usage_of(capsys, "ask"))) - OF_ALL == set(OPTION.findall(only_code(table)))


def only_code(text: str) -> str:
    """Options stand in code: in a line of it, or between backticks."""
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


def test_every_format_is_told(told):
    first_column = "\n".join(line.split("|")[1] for line in told["exports"].splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`([a-z][a-z-]+)`", first_column)) == {one.name for one in FORMATS}
