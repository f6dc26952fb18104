"""Files are dealt out so that workers are busy and nobody waits long."""

from rlm_desktop.corpus.converting.batches import FILES_A_BATCH, Batches
from rlm_desktop.corpus.gathering import FoundFile


def file(name: str, size_bytes: int = 900) -> FoundFile:
    return FoundFile(path=f"/x/{name}", name=name, size_bytes=size_bytes)


def dealt(files: list[FoundFile]) -> list[list[str]]:
    batches = Batches(iter(files))
    return [[one.name for one in batch] for batch in iter(batches.next, ())]


def test_small_files_go_together_and_a_long_one_alone():
    files = [file("a.txt"), file("b.txt"), file("long.pdf", 9_000_000), file("c.txt"), file("big.txt", 900_000_000)]

    assert dealt(files) == [["a.txt", "b.txt"], ["long.pdf"], ["c.txt"], ["big.txt"]]


def test_every_file_is_dealt_once_in_its_order():
    files = [file(f"{number}.txt", 1 << number % 28) for number in range(2_000)]

    assert [name for batch in dealt(files) for name in batch] == [one.name for one in files]
    assert max(map(len, dealt(files))) <= FILES_A_BATCH
