"""What the root LM is told to be missing is missing, and what it is told to be there is there."""

import re
from itertools import takewhile

import pytest

from rlm_desktop.engine.prompts import restricted_rules
from tests.support.repl import open_repl

TEXT = restricted_rules()
TRIES = {
    "del": "x = 1\ndel x",
    "yield": "def f():\n    yield 1",
    "@property": "class A:\n    @property\n    def x(self):\n        return 1",
    "@staticmethod": "class A:\n    @staticmethod\n    def x():\n        return 1",
    "@classmethod": "class A:\n    @classmethod\n    def x(cls):\n        return 1",
    "except*": "try:\n    pass\nexcept* ValueError:\n    pass",
    "a class with a base class": "class A:\n    pass\nclass B(A):\n    pass",
    "re.sub": 're.sub("a", lambda match: "b", "a")',
    "str.translate": '"a".translate({97: "b"})',
    "collections.OrderedDict": "from collections import OrderedDict",
    "key=counts.get": "counts = {1: 2}\nsorted(counts, key=counts.get)",
    "open": 'open("x")',
    "input": "input()",
}
HERE = {"key=lambda word: counts[word]": 'counts = {"a": 1}\nsorted(counts, key=lambda word: counts[word])'}


def names_in(start: str, end: str) -> list[str]:
    """Give what stands between backticks in a part of the text."""
    part = TEXT[TEXT.index(start) + len(start) :]
    return re.findall(r"`([^`]+)`", part[: part.index(end)])


MISSING = [
    *((name, TRIES[name]) for name in names_in("Not this syntax:", "\n")),
    ("a class with a base class", TRIES["a class with a base class"]),
    *((name, f"{name}") for name in names_in("Not these names:", "\n")),
    *((name, f"import {name}") for name in names_in(". Not `string`", "\n")),
    ("string", "import string"),
    *((name, TRIES[name]) for name in ("re.sub", "str.translate", "collections.OrderedDict", "key=counts.get")),
    *((name, TRIES[name]) for name in names_in("returns at once.", "\n")),
]


@pytest.fixture
async def repl(tmp_path):
    async with open_repl(tmp_path, restricted=True) as repl:
        await repl.out("import re")
        yield repl


async def test_what_is_said_to_be_missing_is_missing(repl):
    there = [name for name, code in MISSING if (await repl.run(code)).report.error is None]

    assert len(MISSING) > 30
    assert all(f"`{name}`" in TEXT or name in TEXT for name, _ in MISSING)
    assert there == []


async def test_the_modules_that_are_named_are_there(repl):
    modules = names_in("These modules only:", ". Not")
    failed = [name for name in modules if (await repl.run(f"import {name}")).report.error]

    assert len(modules) > 15
    assert failed == []


async def test_what_is_advised_instead_works(repl):
    for advice, code in HERE.items():
        assert f"`{advice}`" in TEXT
        await repl.out(code)


async def test_sleeping_takes_no_time_and_hits_are_plain_lists(repl):
    assert await repl.out('import time\ntime.sleep(500)\nprint(type(grep("one")) is list)') == "True\n"


def test_every_line_of_the_text_is_tried():
    lines = list(takewhile(bool, TEXT.split("\n")[3:]))
    assert [line[:12] for line in lines] == [
        "- Not this s",
        "- Not these ",
        "- These modu",
        "- `re.sub` t",
        "- `grep` and",
        "- A block th",
    ]
