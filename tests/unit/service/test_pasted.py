import pytest

from rlm_desktop.service.errors import NotKept
from rlm_desktop.service.pasted import keep_pasted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The dues of 1981\nand more", "The dues of 1981.txt"),
        ("\n\n   Dear harbour office,\n", "Dear harbour office,.txt"),
        ("../../etc/passwd: a\x00b\n", "etc passwd a b.txt"),
        ("港湾局の使用料\n", "港湾局の使用料.txt"),
        ("--- \n\n", "---.txt"),
        ("...\n", "Pasted text.txt"),
        ("word " * 100, "word word word word word word word word word word word word.txt"),
        ("a" * 300, "a" * 60 + ".txt"),
        ("\ud800 alone", "alone.txt"),
    ],
)
def test_pasted_text_is_a_file_named_by_its_first_line(tmp_path, text, name):
    file = keep_pasted(tmp_path, text)

    assert file == tmp_path / "pasted" / name
    assert file.read_bytes() == text.encode("utf-8", "replace")


def test_another_text_with_the_same_first_line_is_another_file_and_the_same_text_is_not(tmp_path):
    first = keep_pasted(tmp_path, "Dues\n1981")
    second = keep_pasted(tmp_path, "Dues\n1984")

    assert (first.name, second.name) == ("Dues.txt", "Dues (2).txt")
    assert keep_pasted(tmp_path, "Dues\n1984") == second
    assert first.read_text() == "Dues\n1981"


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "pasted").write_text("no folder")

    with pytest.raises(NotKept, match="could not be kept in"):
        keep_pasted(tmp_path, "Dues")
