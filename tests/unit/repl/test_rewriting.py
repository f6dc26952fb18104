"""A rewritten block does what the block does, and looks like it to whoever asks."""

import builtins
import linecache
import re
import traceback

import pytest

from rlm_desktop.repl.inside.likeness import calling, rewriting
from rlm_desktop.repl.inside.likeness.rewriting import compile_rewritten
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.text import Text
from tests.support.corpora import written


@pytest.fixture
def names(monkeypatch):
    helpers = {rewriting.CALL: calling.call, rewriting.KIND: calling.kind_call, rewriting.JOIN: calling.join_call}
    for name, helper in helpers.items():
        monkeypatch.setitem(builtins.__dict__, name, helper)
    return {"__name__": "__main__"}


@pytest.fixture
def text(tmp_path):
    return Text(Blob.open(written(tmp_path, "alpha beta\ngamma\n")))


def run(source, names, imported=()):
    exec(compile_rewritten(source, "<block 1>", "exec", 0, imported), names)
    return names


def test_calls_that_can_be_given_nothing_long_stay_as_they_are():
    for source in (
        "f(1)",
        "x.append(y)",
        "len(x)",
        "own(x)",
        "x.split(',')",
        "x.get([1, 'a'])",
        "x.sort(key=lambda v: v)",
    ):
        assert compile_rewritten(source, "f", "exec", 0, ()).co_names == compile(source, "f", "exec").co_names


def test_a_name_that_means_something_else_is_called_itself(names):
    run("def own(str, type): return str(5), type(6)\nfound = own(lambda n: n + 1, lambda n: -n)", names)

    assert names["found"] == (6, -6)


def test_classes_functions_and_generators_work(names):
    run(
        "class A:\n    def __init__(self, t): self.__t = str(t)\n    def size(self): return len(self.__t)\n"
        "class B(A):\n    def __init__(self, t): super().__init__(t)\n"
        "found = [B(n).size() for n in (1, 22)], [x for x in map(str, range(2))], type('T', (), {}).__name__",
        names,
    )

    assert names["found"] == ([1, 2], ["0", "1"], "T")


def test_a_text_is_given_as_a_str_to_what_cannot_take_it(names, text):
    names["context"] = text
    run(
        "import json, re\nfrom html import escape\n"
        "found = [json.dumps(context), json.dumps({'t': [context]}), escape(context), re.findall('a.', context),\n"
        "  '-'.join([context, 'b']), str.upper(context), type(context) is str, type(str(context)) is str]",
        names,
    )

    plain = "alpha beta\ngamma\n"
    assert [str(one) if type(one) is Text else one for one in names["found"]] == [
        '"alpha beta\\ngamma\\n"',
        '{"t": ["alpha beta\\ngamma\\n"]}',
        plain,
        re.findall("a.", plain),
        f"{plain}-b",
        plain.upper(),
        True,
        True,
    ]


def test_lines_and_columns_are_those_of_the_block(names):
    source = "x = 'a'\n\ny = [\n    int(str(x)),\n]\n"
    linecache.cache["<block 1>"] = (len(source), None, source.splitlines(keepends=True), "<block 1>")

    with pytest.raises(ValueError, match="invalid literal") as failed:
        run(source, names)

    step = next(s for s in traceback.extract_tb(failed.value.__traceback__) if s.filename == "<block 1>")
    assert (step.lineno, step.line, step.colno) == (4, "int(str(x)),", 4)


def test_a_failing_call_that_was_given_nothing_long_is_not_tried_again(names):
    names["tries"] = tries = []

    class Fails:
        def method(self, value):
            tries.append(value)
            raise TypeError("not this")

    names["x"] = Fails()
    with pytest.raises(TypeError, match="not this"):
        run("y = 5\nx.method(y)", names)

    assert tries == [5]


def test_what_may_have_been_done_already_is_not_done_again(names, text, tmp_path):
    names.update(context=text, tries=[], path=str(tmp_path / "rows.sqlite"))
    source = """
import sqlite3, functools
def own(*given):
    tries.append(1)
    raise TypeError("mine")
rows = sqlite3.connect(path)
rows.execute("create table t (x)")
calls = [
    lambda: rows.executemany("insert into t values (?)", [("a",), (context,)]),
    lambda: functools.partial(own)(context),
    lambda: functools.reduce(own, [context, context]),
    lambda: names.own(context),
]
class names: own = staticmethod(functools.lru_cache(own))
for one in calls:
    try: one()
    except (TypeError, sqlite3.Error) as error: tries.append(type(error).__name__)
found = rows.execute("select x from t").fetchall()
"""
    run(source, names)

    assert names["found"] == [("a",)]
    assert names["tries"].count(1) == 3


def test_a_syntax_error_is_that_of_the_block(names):
    with pytest.raises(SyntaxError) as failed:
        run("x = 1\ny = (", names)

    assert (failed.value.filename, failed.value.lineno) == ("<block 1>", 2)
