"""What a step did to the variables."""

from rlm_desktop.repl.host import VariableNote


async def changes(repl, code):
    return {note.name: note for note in (await repl.run(code)).report.variables}


async def test_a_new_variable_is_noted_with_type_size_and_look(repl):
    notes = await changes(repl, "chunks = ['a', 'b']")

    note = notes["chunks"]
    assert note == VariableNote(
        name="chunks",
        change="new",
        type="list",
        size="list of 2",
        preview="['a', 'b']",
        fingerprint=note.fingerprint,
    )
    assert len(note.fingerprint) == 16


async def test_changed_and_deleted_variables_are_noted_and_others_are_not(repl):
    await changes(repl, "grown = [1]; same = [1]; gone = 1")

    notes = await changes(repl, "grown.append(2)\ndel gone\nsame = [1]")

    assert {name: note.change for name, note in notes.items()} == {"grown": "changed", "gone": "deleted"}


async def test_a_change_deep_inside_is_noted(repl):
    await changes(repl, "class Box: pass\nbox = Box(); box.items = {'a': [1, {'b': 2}]}")

    assert list(await changes(repl, "box.items['a'][1]['b'] = 3")) == ["box"]


async def test_equal_values_have_equal_fingerprints_also_after_a_restart(repl):
    before = await changes(repl, "data = {'a': [1, 'x']}\ndef f(x): return x + 1")
    await repl.run("import os\nos._exit(0)")

    after = await changes(repl, "copy = {'a': [1, 'x']}")

    assert after["copy"].fingerprint == before["data"].fingerprint
    assert list(after) == ["copy"]


async def test_imports_and_reserved_names_are_not_noted(repl):
    notes = await changes(
        repl, "import re\nfrom collections import Counter\nfrom math import sqrt\ncontext = 5\n_x = 1"
    )

    assert list(notes) == ["_x"]


async def test_functions_and_classes_are_noted(repl):
    notes = await changes(repl, "def f(): pass\nclass C: pass")

    assert {name: note.type for name, note in notes.items()} == {"f": "function", "C": "type"}


async def test_a_failing_block_still_tells_its_changes(repl):
    assert list(await changes(repl, "made = 1\n1 / 0")) == ["made"]


async def test_values_that_do_harm_when_looked_at_are_noted_and_do_none(repl):
    notes = await changes(
        repl,
        """
class Endless:
    def __repr__(self):
        while True: pass
    __str__ = __len__ = __iter__ = __bool__ = __eq__ = __hash__ = __repr__
    def __getattribute__(self, name):
        while True: pass
class Meta(type):
    def __getattribute__(cls, name): raise SystemExit
    def __eq__(cls, other): raise SystemExit
    __hash__ = None
class Odd(metaclass=Meta): pass
a = Endless(); b = [Endless()]; c = {'k': Endless()}; d = Odd(); e = 10 ** 1_000_000
class Big(list):
    def __len__(self): raise MemoryError
f = Big([1])
""",
    )

    assert set(notes) == {"Endless", "Meta", "Odd", "a", "b", "c", "d", "e", "Big", "f"}
    assert notes["a"].preview == "<Endless>"
    assert notes["f"].size == "Big of 1"
    assert (await repl.run("import os\nos._exit(0)")).report.killed
    assert await repl.out("print('alive')") == "alive\n"


async def test_names_that_are_no_texts_or_too_long_are_left_alone(repl):
    notes = await changes(repl, "globals()[5] = 1\nglobals()['x' * 500] = 1\nglobals()['odd name'] = 1\ny = 1")

    assert set(notes) == {"odd name", "y"}


async def test_thousands_of_variables_are_counted(repl):
    ran = await repl.run("for n in range(5_000): globals()[f'v{n}'] = n")

    assert len(ran.report.variables) == 2_000
    assert ran.report.variables[-1].size == "3,002 more variables"
    assert (await repl.run("import os\nos._exit(0)")).report.lost == ("os",)


async def test_a_variable_that_threads_alter_meanwhile_does_no_harm(repl):
    await repl.run("""
import threading
data = {}
def fill():
    n = 0
    while running:
        data[n % 5_000] = n; data.pop((n * 7) % 5_000, None); n += 1
running = [1]
thread = threading.Thread(target=fill); thread.start()
""")

    for _ in range(10):
        assert (await repl.run("pass")).report.killed is False
    await repl.out("running.clear(); thread.join()")
