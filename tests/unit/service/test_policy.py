"""Folders whose text stays on this computer."""

from dataclasses import replace
from pathlib import Path

import pytest

from rlm_desktop.engine.request import Models
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.service.errors import Refused
from rlm_desktop.service.policy import refuse_leaving
from tests.support.stored import stored

HERE = ScriptedLM([], "here")
AFAR = ScriptedLM([], "afar", facts=replace(free_facts("afar"), goes_to="Elsewhere"))


@pytest.fixture
def secret(tmp_path):
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "plan.txt").write_text("the plan")
    return folder


def corpus_at(tmp_path: Path, path: Path):
    folder = tmp_path / "version"
    folder.mkdir(exist_ok=True)
    document = replace(
        stored.__globals__["Document"](name="x", path="x", kind="text", text="t", size_bytes=1), path=str(path)
    )
    return stored(folder, [document])


def next_of(models: dict[str, object]) -> str:
    return next(iter(models))


def check(corpus, local_only: Path | str, **models) -> None:
    refuse_leaving(corpus, Models(root=HERE, **{"worker": HERE, **models}).facts, (str(local_only),))


@pytest.mark.parametrize(
    "models",
    [{"worker": AFAR}, {"stronger_root": AFAR}, {"others": {"afar": AFAR}}],
    ids=lambda models: next(iter(models)),
)
def test_any_model_elsewhere_refuses_the_run(tmp_path, secret, models):
    with pytest.raises(Refused) as raised:
        check(corpus_at(tmp_path, secret / "plan.txt"), secret, **models)

    said = str(raised.value)
    assert str(secret / "plan.txt") in said
    assert "afar would send it to Elsewhere" in said


def test_models_on_this_computer_may_read_it(tmp_path, secret):
    check(corpus_at(tmp_path, secret / "plan.txt"), secret)


def test_documents_beside_the_folder_may_go(tmp_path, secret):
    (tmp_path / "secret-not").mkdir()

    check(corpus_at(tmp_path, tmp_path / "secret-not" / "x.txt"), secret, worker=AFAR)


def test_links_and_dots_are_no_way_around(tmp_path, secret):
    link, file_link = tmp_path / "link", tmp_path / "file.txt"
    link.symlink_to(secret)
    file_link.symlink_to(secret / "plan.txt")

    for path in (link / "plan.txt", file_link, tmp_path / "other" / ".." / "secret" / "plan.txt"):
        with pytest.raises(Refused):
            check(corpus_at(tmp_path, path), secret, worker=AFAR)
    with pytest.raises(Refused):
        check(corpus_at(tmp_path, secret / "plan.txt"), link, worker=AFAR)
