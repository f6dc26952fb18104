"""A question about the sample documents has the same answer in the restricted Python as in the full one."""

import json

from rlm_desktop.corpus.store.store import Store
from rlm_desktop.engine.request import Models, Outcome, RunRequest
from rlm_desktop.engine.run import run
from rlm_desktop.lm.builtin import ExtractiveLM
from rlm_desktop.settings.places import resources_dir
from rlm_desktop.trace.events import Event, StepFinished


async def test_the_sample_question_has_the_same_answer(tmp_path):
    sample = resources_dir() / "sample"
    question = json.loads((sample / "questions.json").read_text(encoding="utf-8"))[0]["question"]
    store = Store.open(tmp_path / "store")
    corpus = await store.ingest([sample / "documents"])
    events: list[Event] = []

    async def ask(*, restricted: bool) -> Outcome:
        request = RunRequest(question=question, strategy="rlm", restricted=restricted)
        models = Models(root=ExtractiveLM(), worker=ExtractiveLM())
        return await run(request, corpus=corpus, models=models, scratch=tmp_path, emit=events.append)

    full, restricted = await ask(restricted=False), await ask(restricted=True)
    await store.close()

    assert restricted.status == "answered"
    assert restricted.answer == full.answer
    assert not [event.error for event in events if isinstance(event, StepFinished) and event.error]
