"""How a failing block says what failed and where."""

from tests.support.repl import Repl


async def error_of(repl: Repl, code: str):
    return (await repl.run(code)).report.error


async def test_an_error_has_type_message_and_the_line_of_the_block(repl):
    error = await error_of(repl, "x = 1\n\nint('four')\n")

    assert (error.type, error.line) == ("ValueError", 3)
    assert error.message == "invalid literal for int() with base 10: 'four'"


async def test_the_traceback_shows_the_source_lines_and_no_step_of_ours(repl):
    await repl.out("def helper(x):\n    return 1 / x")

    error = await error_of(repl, "y = 0\nhelper(y)")

    assert 'File "<block 2>", line 2, in <module>\n    helper(y)' in error.traceback
    assert 'File "<block 1>", line 2, in helper\n    return 1 / x' in error.traceback
    assert "rlm_desktop" not in error.traceback
    assert error.line == 2


async def test_an_error_in_a_name_of_ours_shows_the_call_only(repl):
    error = await error_of(repl, "grep('(')")

    assert error.line == 1
    assert "rlm_desktop" not in error.traceback


async def test_a_syntax_error_has_its_line(repl):
    error = await error_of(repl, "x = 1\ny = = 2\n")

    assert (error.type, error.line) == ("SyntaxError", 2)
    assert "y = = 2" in error.traceback


async def test_a_null_byte_is_an_error_of_the_block(repl):
    assert (await error_of(repl, "x = 1\0")).type in {"SyntaxError", "ValueError"}


async def test_deeply_nested_code_is_an_error_of_the_block(repl):
    assert (await error_of(repl, "x = " + "(" * 5_000 + ")" * 5_000)) is not None
    assert await repl.out("print('alive')") == "alive\n"


async def test_endless_recursion_is_a_short_error(repl):
    error = await error_of(repl, "def f(): return f()\nf()")

    assert error.type == "RecursionError"
    assert len(error.traceback) < 6_500


async def test_an_error_whose_text_fails_is_still_reported(repl):
    error = await error_of(repl, "class E(Exception):\n    def __str__(self): raise KeyError('no')\nraise E()")

    assert error.type == "E"
    assert error.message == "<no message: its __str__ failed>"


async def test_a_very_long_message_is_cut_and_counted(repl):
    error = await error_of(repl, "raise ValueError('x' * 100_000)")

    assert "98,000 characters left out" in error.message
    assert len(error.message) < 2_100


async def test_causes_are_shown(repl):
    error = await error_of(
        repl, "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('outer') from e"
    )

    assert "ZeroDivisionError" in error.traceback
    assert "direct cause" in error.traceback


async def test_an_error_in_a_coroutine_has_the_line_of_the_block(repl):
    error = await error_of(repl, "async def f():\n    raise ValueError('deep')\nawait f()")

    assert (error.type, error.line) == ("ValueError", 2)


async def test_inspect_finds_the_source_of_functions(repl):
    assert await repl.out("def f():\n    return 'me'", "import inspect\nprint(inspect.getsource(f).strip())") == (
        "def f():\n    return 'me'\n"
    )


async def test_text_on_stderr_is_no_error(repl):
    ran = await repl.run("import sys\nprint('careful', file=sys.stderr)")

    assert (ran.err, ran.report.error) == ("careful\n", None)
