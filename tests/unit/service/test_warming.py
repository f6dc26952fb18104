"""Where the engine keeps its waiting child, and what happens when it cannot."""

from rlm_desktop.repl.host import Child
from rlm_desktop.service.running import sweep_scratch
from rlm_desktop.service.warming import warm_starts


def left_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != "guard.lock")


async def test_the_folder_is_not_swept_while_its_engine_lives_and_gone_afterwards(tmp_path):
    async with warm_starts(tmp_path):
        sweep_scratch(tmp_path)

        assert len(list((tmp_path / "scratch").iterdir())) == 1
    assert list((tmp_path / "scratch").iterdir()) == []
    assert left_in(tmp_path) == []


async def test_a_folder_that_a_killed_engine_left_is_swept(tmp_path):
    left = tmp_path / "scratch" / "warm-20260101-000000-000-abcdef" / "child-1"
    left.mkdir(parents=True)

    sweep_scratch(tmp_path)

    assert list((tmp_path / "scratch").iterdir()) == []


async def test_without_a_folder_children_start_cold_and_the_log_says_why(tmp_path, caplog):
    (tmp_path / "scratch").write_text("in the way")

    async with warm_starts(tmp_path) as start_child:
        assert start_child == Child.start

    assert "No child is started ahead" in caplog.text
    assert left_in(tmp_path) == ["scratch"]
    caplog.clear()
