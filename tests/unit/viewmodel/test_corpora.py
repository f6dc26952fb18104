import pytest

from rlm_desktop.service.messages import CorpusListed
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.corpora import in_short

DUES = CorpusListed(name="Dues", paths=("/dues",), left_out=("/dues/old.txt",), documents=212, tokens=9_800_000)
LETTERS = CorpusListed(name="Letters", paths=("/letters", "/more"))


@pytest.fixture
def asking(qapp):
    asking = Asking(Preferences())
    asking.corpora.show((DUES, LETTERS))
    return asking


def test_opening_a_corpus_gives_its_documents_to_the_form(asking, qtbot):
    asking.give(["/other"])

    with qtbot.waitSignal(asking.given) as given:
        asking.corpora.open("Dues")

    assert given.args == [["/dues"]]
    assert (asking.paths, asking.left_out) == (["/dues"], {"/dues/old.txt"})
    assert (asking.corpora.current, asking.corpora.has_changed) == ("Dues", False)
    asking.give(["/other"])
    assert asking.corpora.has_changed


def test_saving_keeps_what_the_form_has(asking, qtbot):
    asking.give(["/b", "/a"])

    with qtbot.waitSignal(asking.corpora.save_asked) as saved:
        asking.corpora.save("New")

    assert saved.args == ["New", (["/b", "/a"], set())]
    assert asking.corpora.current == "New"


def test_renaming_saves_under_the_new_name_and_forgets_the_old(asking, qtbot):
    asking.corpora.open("Dues")

    with qtbot.waitSignals([asking.corpora.save_asked, asking.corpora.remove_asked]):
        asking.corpora.rename("Dues", "Harbour dues")

    assert asking.corpora.current == "Harbour dues"


def test_a_corpus_that_is_gone_is_not_open_any_more_and_its_documents_stay(asking):
    asking.corpora.open("Letters")

    asking.corpora.show((DUES,))

    assert asking.corpora.current == ""
    assert asking.paths == ["/letters", "/more"]


def test_leaving_all_documents_out_leaves_the_corpus(asking):
    asking.corpora.open("Dues")

    asking.forget_all()

    assert asking.corpora.current == ""


def test_how_much_is_in_a_corpus_is_said(asking):
    assert in_short(DUES) == "212 documents · 9.8M tok"
    assert in_short(LETTERS) == "2 paths"


def test_the_documents_of_the_last_time_are_given_again(asking, qtbot):
    asking.corpora.open("Dues")
    again = Asking(asking.to_remember)

    with qtbot.waitSignal(again.given) as given:
        again.resume()

    assert given.args == [["/dues"]]
    assert (again.left_out, again.corpora.current) == ({"/dues/old.txt"}, "Dues")
