import pytest

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.document_rows import DocumentRow


@pytest.fixture
def asking(qapp):
    return Asking(Preferences())


def ready(path: str, folder: str = "") -> DocumentRow:
    return DocumentRow(path=path, name=path.rsplit("/", 1)[-1], folder=folder, state="ready", characters=10, tokens=2)


def remedy(asking: Asking) -> str | None:
    problem = asking.problem()
    return None if problem is None else problem.remedy


def test_what_is_missing_is_said_one_thing_after_the_other(asking):
    assert remedy(asking) == "open-files"
    asking.give(["/a/one.txt"])
    asking.documents.note([ready("/a/one.txt")])

    assert remedy(asking) == "question"
    asking.write("Who?")
    asking.choose(worker="")
    assert remedy(asking) == "built-in"
    asking.choose(worker="builtin/extractive")

    assert asking.problem() is None
    assert asking.can_ask


def test_a_path_is_taken_as_the_system_spells_it_so_that_what_is_below_it_can_be_left_out(asking):
    asking.give(["/a//reports/./1981/"])
    asking.documents.note([ready("/a/reports/1981/one.txt"), ready("/a/reports/1981/two.txt")])

    asking.forget(["/a/reports/1981/one.txt"])

    assert asking.paths == ["/a/reports/1981"]
    assert asking.left_out == {"/a/reports/1981/one.txt"}


def test_a_question_of_blanks_is_empty(asking):
    asking.give(["/a/one.txt"])
    asking.write("  \n ")

    assert remedy(asking) == "question"


def test_files_that_cannot_be_read_are_no_documents(asking):
    asking.give(["/a/one.bin"])
    asking.documents.note([DocumentRow(path="/a/one.bin", name="one.bin", state="failed", reason="empty")])
    asking.write("Who?")

    problem = asking.problem()

    assert problem is not None
    assert problem.text == "The file could not be read: empty. Open others."


def test_a_path_is_taken_once(asking, qtbot):
    asking.give(["/a/one.txt"])

    with qtbot.assertNotEmitted(asking.given):
        asking.give(["/a/one.txt"])

    assert asking.paths == ["/a/one.txt"]


def test_leaving_out_a_file_of_a_folder_keeps_the_others(asking):
    asking.give(["/r", "/a/three.txt"])
    asking.documents.note([ready("/r/one.txt", "r"), ready("/r/two.txt", "r"), ready("/a/three.txt")])

    asking.forget(["/r/one.txt"])

    assert (asking.paths, asking.left_out) == (["/r", "/a/three.txt"], {"/r/one.txt"})
    asking.forget(["/r/two.txt", "/a/three.txt"])
    assert (asking.paths, asking.left_out) == ([], set())


def test_a_file_that_was_left_out_comes_back_when_it_is_given_again(asking, qtbot):
    asking.give(["/r"])
    asking.documents.note([ready("/r/one.txt", "r"), ready("/r/two.txt", "r")])
    asking.forget(["/r/one.txt"])

    with qtbot.waitSignal(asking.given) as given:
        asking.give(["/r/one.txt"])

    assert given.args == [["/r"]]
    assert (asking.paths, asking.left_out) == (["/r"], set())


def test_a_gitignore_is_no_document(asking):
    asking.give(["/r"])
    asking.documents.note(
        [ready("/r/one.txt", "r"), DocumentRow(path="/r/.gitignore", name=".gitignore", state="noted")]
    )

    assert asking.documents.tally.in_short == "1 file · 2 tok"
    asking.documents.note([DocumentRow(path="/r/one.txt", name="one.txt", folder="r", state="failed", reason="empty")])
    problem = asking.problem()
    assert problem is not None
    assert problem.text == "The file could not be read: empty. Open others."


def test_finishing_ends_with_the_run(asking):
    asking.set_running(True)
    asking.set_finishing()
    assert asking.is_finishing

    asking.set_running(False)

    assert not asking.is_finishing


def test_limits_are_those_of_the_preferences(asking):
    asking.choose(max_cost_usd=0.25, max_turns=7, max_seconds=120.0)

    limits = asking.limits()

    assert (limits.cost_nano_usd, limits.turns, limits.seconds) == (250_000_000, 7, 120.0)


def test_nothing_can_be_asked_while_a_run_goes_on(asking):
    asking.give(["/a/one.txt"])
    asking.documents.note([ready("/a/one.txt")])
    asking.write("Who?")

    asking.set_running(True)

    assert not asking.can_ask
    assert asking.question == "Who?"
