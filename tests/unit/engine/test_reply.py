"""Reading a reply, rule by rule."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.engine.reply import read_reply

FENCE = "```"


def blocks(text: str) -> tuple[str, ...]:
    return read_reply(text).blocks


def test_a_repl_block_runs():
    assert blocks("Look.\n```repl\nprint(1)\n```\nDone.") == ("print(1)",)


def test_blocks_come_in_order():
    assert blocks("```repl\na = 1\n```\nthen\n```repl\nb = 2\n```") == ("a = 1", "b = 2")


@pytest.mark.parametrize(
    "opening",
    ["```REPL", "```Repl", "``` repl", "```\trepl", "```repl python", "```repl {id=1}", "````repl", "~~~repl"],
)
def test_the_tag_is_read_generously(opening):
    closing = opening.split("r")[0].split("R")[0].strip()

    assert blocks(f"{opening}\nx = 1\n{closing}") == ("x = 1",)


@pytest.mark.parametrize("tag", ["replica", "bash", "json", "", "text", "repl2", "{repl}"])
def test_other_tags_are_only_text(tag):
    assert blocks(f"```{tag}\nx = 1\n```") == ()


def test_a_fence_on_one_line_is_inline_code():
    assert blocks("```repl print(1)```\nmore") == ()


def test_a_closing_fence_is_at_least_as_long_as_the_opening_one():
    assert blocks("````repl\nx = '''\n```\n'''\n`````") == ("x = '''\n```\n'''",)


def test_a_closing_fence_holds_nothing_else():
    assert blocks("```repl\nx = 1\n``` # no end\n```") == ("x = 1\n``` # no end",)


def test_a_tilde_fence_is_not_closed_by_backticks():
    assert blocks("~~~repl\nx = '''\n```\n'''\n~~~") == ("x = '''\n```\n'''",)


def test_a_block_in_a_list_is_dedented():
    text = "1. First\n\n   ```repl\n   for i in range(2):\n       print(i)\n   ```\n2. Second"

    assert blocks(text) == ("for i in range(2):\n    print(i)",)


def test_a_block_deep_in_a_list_is_dedented():
    text = "- one\n  - two\n    ```repl\n    x = 1\n\n    y = 2\n    ```\n"

    assert blocks(text) == ("x = 1\n\ny = 2",)


def test_a_block_on_the_line_of_a_list_marker_runs():
    assert blocks("- ```repl\n  x = 1\n  ```") == ("x = 1",)


def test_a_body_less_indented_than_its_list_item_is_kept_whole():
    assert blocks("1. Do:\n   ```repl\nx = 1\ny = 2\n   ```") == ("x = 1\ny = 2",)


def test_a_body_indented_as_a_whole_is_dedented():
    assert blocks("```repl\n    x = 1\n    y = 2\n```") == ("x = 1\ny = 2",)


def test_lines_in_a_string_keep_their_white_space():
    assert blocks('```repl\nx = """a\n   \n  b"""\n```') == ('x = """a\n   \n  b"""',)


def test_tabs_indent_too():
    assert blocks("- a\n\n\t```repl\n\tx = 1\n\t```") == ("x = 1",)


def test_a_fence_indented_by_four_outside_a_list_is_an_indented_code_block():
    assert blocks("Text\n\n    ```repl\n    x = 1\n    ```") == ()


def test_windows_line_ends_are_line_ends():
    assert blocks("```repl\r\nx = 1\r\ny = 2\r\n```\r\n") == ("x = 1\ny = 2",)


def test_unicode_line_separators_in_a_string_are_no_line_ends():
    assert blocks("```repl\nx = 'a\u2028b\x0cc'\n```") == ("x = 'a\u2028b\x0cc'",)


def test_a_nested_fence_in_a_string_does_not_end_the_block():
    code = 'prompt = """Answer like this:\n```json\n{"a": 1}\n```\nNothing else."""\nprint(llm_query(prompt))'

    reply = read_reply(f"```repl\n{code}\n```\nThen we see.")

    assert reply.blocks == (code,)
    assert reply.repairs == ("A fence inside a string of the code did not end its block.",)


def test_two_nested_fences_in_strings_do_not_end_the_block():
    code = 'a = """\n```\none\n```\n"""\nb = """\n```\n"""'

    assert blocks(f"```repl\n{code}\n```\n```repl\nc = 3\n```") == (code, "c = 3")


def test_a_block_with_an_error_does_not_swallow_the_next_one():
    assert blocks("```repl\nx = (\n```\nwords\n```repl\ny = 1\n```") == ("x = (", "y = 1")


def test_an_open_string_does_not_swallow_prose_that_is_no_code():
    text = '```repl\nx = """a\n```\nWords, not code.\n```repl\ny = 1\n```'

    assert blocks(text) == ('x = """a', "y = 1")


@pytest.mark.parametrize("tag", ["python", "py", "Python"])
def test_python_blocks_run_when_there_is_no_repl_block(tag):
    reply = read_reply(f"```{tag}\nx = 1\n```")

    assert reply.blocks == ("x = 1",)
    assert reply.repairs


def test_beside_a_repl_block_python_blocks_are_only_text():
    assert blocks("```python\nexample()\n```\n```repl\nx = 1\n```") == ("x = 1",)


def test_a_fence_mentioned_inside_another_fence_is_text():
    assert blocks("````markdown\n```repl\nx = 1\n```\n````") == ()
    assert blocks("~~~\n```repl\nx = 1\n```\n~~~\n") == ()


def test_top_level_await_compiles():
    assert blocks("```repl\nimport asyncio\nawait asyncio.sleep(0)") == ("import asyncio\nawait asyncio.sleep(0)",)


def test_a_cut_off_block_that_compiles_runs():
    reply = read_reply("```repl\nx = 1\ny = 2")

    assert reply.blocks == ("x = 1\ny = 2",)
    assert not reply.has_cut_block
    assert reply.repairs


def test_a_cut_off_block_that_does_not_compile_is_told_of():
    reply = read_reply("```repl\na = 1\n```\n```repl\nx = [1, 2,")

    assert reply.blocks == ("a = 1",)
    assert reply.has_cut_block


def test_a_python_block_does_not_run_in_place_of_a_cut_off_repl_block():
    reply = read_reply("```python\nexample()\n```\n```repl\nx = [1,")

    assert reply.blocks == ()
    assert reply.has_cut_block


def test_an_empty_block_is_no_block():
    reply = read_reply("```repl\n\n```\nFINAL(4)")

    assert reply.blocks == ()
    assert reply.final is not None


def test_odd_code_warns_nobody():
    assert blocks('```repl\nx = "\\d"\nif x is 1: pass\n```') == ('x = "\\d"\nif x is 1: pass',)


# Reasoning


def test_code_in_reasoning_does_not_run():
    reply = read_reply("<think>\nMaybe\n```repl\nbad()\n```\n</think>\nNow:\n```repl\ngood()\n```")

    assert reply.blocks == ("good()",)
    assert reply.reasoning == "Maybe\n```repl\nbad()\n```"
    assert "<think>" not in reply.said


def test_an_answer_in_reasoning_does_not_count():
    assert read_reply("<think>\nFINAL(1)\n</think>\nI am not sure.").final is None


def test_reasoning_whose_opening_tag_the_template_wrote_is_taken_out():
    reply = read_reply("I should look.\n```repl\nbad()\n```\n</think>\n\n```repl\ngood()\n```")

    assert reply.blocks == ("good()",)
    assert reply.reasoning.startswith("I should look.")


def test_reasoning_that_never_ends_leaves_nothing_said():
    reply = read_reply("<think>\nOn and on\n```repl\nbad()\n```")

    assert reply.is_empty
    assert reply.blocks == ()


def test_several_thoughts_are_all_taken_out():
    reply = read_reply("<think>a</think>\nOne.\n<thinking>b</thinking>\n```repl\nx = 1\n```")

    assert reply.reasoning == "a\n\nb"
    assert reply.blocks == ("x = 1",)


def test_tags_inside_a_fence_are_text():
    code = "s = '''\n<think>\nno\n</think>\n'''"

    reply = read_reply(f"Go.\n```repl\nx = 1\n```\n```repl\n{code}\n```")

    assert reply.blocks == ("x = 1", code)
    assert reply.reasoning == ""


def test_a_tag_inside_a_line_of_code_is_text():
    code = "parts = text.split('</think>')"

    assert blocks(f"```repl\n{code}\n```") == (code,)


# Answers in prose


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("FINAL(42)", "42"),
        ("So:\n  FINAL(a (b) c)", "a (b) c"),
        ("FINAL(first line\nsecond line)", "first line\nsecond line"),
        ('FINAL("with quotes")', "with quotes"),
        ("FINAL('smile :)')", "smile :)"),
        ('FINAL("""long\ntext""")', "long\ntext"),
        ("FINAL(It's 5)", "It's 5"),
        ("FINAL (spaced)", "spaced"),
        ("FINAL(one)\nFINAL(two)", "two"),
        ("FINAL(a (unbalanced) and (b)", "a (unbalanced) and (b"),
        ("FINAL()", ""),
    ],
)
def test_final_at_the_start_of_a_line_is_read(text, answer):
    final = read_reply(text).final

    assert final is not None
    assert (final.kind, final.text) == ("final", answer)


@pytest.mark.parametrize("text", ["FINAL_VAR(result)", "FINAL_VAR('result')", 'FINAL_VAR( "result" )'])
def test_final_var_names_a_variable(text):
    final = read_reply(text).final

    assert final is not None
    assert (final.kind, final.text) == ("final-var", "result")


@pytest.mark.parametrize(
    "text",
    [
        "I will call FINAL(42) later.",
        "```text\nFINAL(42)\n```",
        "```repl\nx = 1\n```\nFINAL(42)",
        "```python\nx = 1\n```\nFINAL(42)",
        "FINALLY(42)",
        "FINAL 42",
        "FINAL(no end",
        "> FINAL(quoted)",
    ],
)
def test_what_is_no_prose_answer(text):
    assert read_reply(text).final is None


def test_with_a_cut_off_block_there_is_no_prose_answer():
    assert read_reply("FINAL(42)\n```repl\nx = (").final is None


@pytest.mark.parametrize(
    "text", ["FINAL(your final answer here)", "FINAL(...)", "FINAL(<answer here>)", "FINAL_VAR(variable_name)"]
)
def test_the_words_of_an_instruction_are_a_template(text):
    final = read_reply(text).final

    assert final is not None
    assert final.is_template


def test_a_real_answer_is_no_template():
    final = read_reply("FINAL(The answer is here: 5)").final

    assert final is not None
    assert not final.is_template


# Laws

markup = st.lists(
    st.sampled_from(
        [
            "```",
            "````",
            "~~~",
            "```repl",
            "```python",
            " ",
            "\n",
            "\r\n",
            '"""',
            "'",
            "x = 1",
            "(",
            ")",
            "- ",
            "    ",
            "<think>",
            "</think>",
            "FINAL(",
            "FINAL_VAR(",
            "\t",
            "\x00",
            "\ud800",
            "{",
            "1. ",
            "`",
        ]
    ),
    max_size=40,
).map("".join)


@given(markup | st.text())
def test_any_reply_can_be_read(text):
    reply = read_reply(text)

    assert all(block.strip() for block in reply.blocks)
    assert reply.final is None or not reply.blocks


@given(st.lists(st.sampled_from(["x = 1", "print('a')", "y = [1,\n  2]", "s = '''\na\n'''"]), min_size=1, max_size=4))
def test_what_is_put_into_repl_fences_comes_out(codes):
    text = "\nwords\n".join(f"```repl\n{code}\n```" for code in codes)

    assert blocks(text) == tuple(codes)
    assert all(ast.parse(block) for block in blocks(text))


def test_a_long_hostile_reply_is_read_quickly():
    text = "```repl\nx = '''\n" + "```\n" * 20_000

    assert len(read_reply(text).blocks) >= 1


def test_many_tags_are_read_quickly():
    reply = read_reply("<think>a</think>\n" * 3_000 + "```repl\nx = 1\n```")

    assert reply.blocks == ("x = 1",)


def test_many_brackets_are_read_quickly():
    assert read_reply("FINAL('" + "(" * 50_000 + ")" * 50_000).final is not None
