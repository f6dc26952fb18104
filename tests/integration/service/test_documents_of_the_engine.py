"""What the engine in its process tells of documents: read, asked about early, stopped, shown again."""

from contextlib import closing

from rlm_desktop.service.messages import (
    DocumentsRead,
    DocumentsSeen,
    DocumentText,
    PreviewDocument,
    ReadDocuments,
    ReadingProgress,
    RunEnded,
    StopReading,
)
from rlm_desktop.service.model_messages import ListModels, ModelsListed
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.library import Library
from tests.support.engine_process import EngineProcess


async def test_documents_and_models_are_told(data_dir, documents):
    async with EngineProcess(data_dir) as engine:
        engine.client.send(ReadDocuments(request=3, paths=(str(documents),)))
        engine.client.send(ListModels())
        await engine.hear(DocumentsRead, request=3)
        models = await engine.hear(ModelsListed)

    states = {one.name: one.state for told in engine.heard(DocumentsSeen, request=3) for one in told.seen}
    assert states == {"1981.txt": "ready", "1984.txt": "ready"}
    assert "builtin/extractive" in [model.name for model in models.models]


async def test_a_run_over_what_is_ready_begins_while_the_rest_is_read(data_dir, documents):
    letters = (
        f"From a@b.c Thu Jan  1 00:00:00 1981\nSubject: Dues {number}\n\nThey rose.\n\n" for number in range(200_000)
    )
    (documents / "slow.mbox").write_text("".join(letters))
    async with EngineProcess(data_dir) as engine:
        engine.client.send(ReadDocuments(request=1, paths=(str(documents),)))
        await engine.hear(ReadingProgress, request=1, done=2)
        run = engine.start_run(documents, ready_only=True)
        await engine.hear(RunEnded, run=run)
        is_reading = not engine.heard(DocumentsRead, request=1)
        engine.client.send(StopReading(request=1))
        stopped = await engine.hear(DocumentsRead, request=1)

    with closing(Database.open(data_dir / FILE_NAME)) as database:
        summary = Library(database).summary(run)
    assert is_reading
    assert (summary.status, summary.documents, stopped.documents) == ("answered", 2, 2)


async def test_a_reading_that_is_stopped_ends_with_what_is_ready(data_dir, documents):
    for number in range(12_000):
        (documents / f"more-{number}.txt").write_text(f"Item {number} was bought.\n")
    async with EngineProcess(data_dir) as engine:
        engine.client.send(ReadDocuments(request=1, paths=(str(documents),)))
        await engine.hear(ReadingProgress, request=1)
        engine.client.send(StopReading(request=1))
        stopped = await engine.hear(DocumentsRead, request=1)
        engine.client.send(ReadDocuments(request=2, paths=(str(documents),)))
        read = await engine.hear(DocumentsRead, request=2)

    assert stopped.documents < 12_002
    assert stopped.problem == ""
    assert read.documents == 12_002


async def test_a_run_that_is_shown_again_finds_the_text_it_saw(data_dir, documents):
    async with EngineProcess(data_dir) as engine:
        run = engine.start_run(documents)
        await engine.hear(RunEnded, run=run)
        started = engine.entries(run)[0].event
        (documents / "1981.txt").write_text("Somebody wrote over it.\n")
        path = str(documents / "1981.txt")
        command = PreviewDocument(request=9, path=path, name="1981.txt", start=0, characters=40, corpus=started.corpus)
        engine.client.send(command)
        told = await engine.hear(DocumentText, request=9)

    assert told.text == "The harbour of Ardvik raised its dues in"
