"""`rlm-desktop corpus`: files and folders under a name, read once and kept."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

from rlm_desktop.app.commands.interrupting import end_on_signals
from rlm_desktop.app.commands.reading import ReadingProgress
from rlm_desktop.app.commands.results import skipped_objects
from rlm_desktop.app.commands.store import texts
from rlm_desktop.app.commands.terminal import note, out, out_json, tame
from rlm_desktop.app.commands.usage import DONE, Parser, WrongUsage
from rlm_desktop.corpus.errors import VersionGone
from rlm_desktop.corpus.places import place_given
from rlm_desktop.corpus.store.corpora import NamedCorpus
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.service.reading import Given, read_given
from rlm_desktop.settings import places
from rlm_desktop.trace import wording
from rlm_desktop.trace.moments import local

_MOST_LISTED = 10_000
_MOST_TOLD = 20


def run(words: Sequence[str]) -> int:
    """Add, list, show or remove named corpora."""
    wanted = _parser().parse_args(words)
    if wanted.verb is None:
        raise WrongUsage("Say what to do: add NAME PATH…, list, show NAME or remove NAME.")
    verb: Callable[[argparse.Namespace, Store], Coroutine[Any, Any, None]] = wanted.verb
    try:
        asyncio.run(_work(verb, wanted))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    return DONE


def _parser() -> Parser:
    made = Parser("corpus", "Files and folders under a name: read once, asked about with `ask --corpus NAME`.")
    made.add_data_dir()
    made.set_defaults(verb=None)
    verbs = made.add_subparsers(title="what to do", metavar="VERB", parser_class=_Verb)
    add = verbs.add_parser("add", help="read files and folders and keep them under a name, new or known")
    add.add_argument("name", metavar="NAME", type=_name)
    add.add_argument("paths", nargs="+", type=place_given, metavar="PATH")
    add.add_argument("--quiet", action="store_true", help="no progress")
    add.set_defaults(verb=_add)
    verbs.add_parser("list", help="the names there are").set_defaults(verb=_list)
    for name, verb, meaning in (("show", _show, "what is in one"), ("remove", _remove, "forget one; its files stay")):
        one = verbs.add_parser(name, help=meaning)
        one.add_argument("name", metavar="NAME")
        one.set_defaults(verb=verb)
    return made


class _Verb(Parser):
    """Reads the words after a verb."""

    def __init__(self, *, prog: str, **_: Any) -> None:
        super().__init__(prog.removeprefix("rlm-desktop "), "")
        self.add_json()
        # It may stand before the verb, too, and must not be forgotten then.
        self.add_data_dir(argparse.SUPPRESS)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or not name.isprintable():
        raise argparse.ArgumentTypeError("a name needs letters")
    return name


async def _work(
    verb: Callable[[argparse.Namespace, Store], Coroutine[Any, Any, None]], wanted: argparse.Namespace
) -> None:
    end_on_signals()
    async with texts(places.data_dir(wanted.data_dir)) as store:
        await verb(wanted, store)


async def _add(wanted: argparse.Namespace, store: Store) -> None:
    known = store.corpora.get(wanted.name)
    new = [str(path.absolute()) for path in wanted.paths]
    if missing := [path for path in wanted.paths if not path.exists()]:
        raise WrongUsage(f"There is no file or folder {missing[0]}.")
    before = Given(paths=known.paths, left_out=known.left_out) if known else Given(paths=())
    given = replace(before, paths=tuple(dict.fromkeys((*before.paths, *new))))
    store.corpora.save(wanted.name, given.paths, given.left_out)
    corpus = await _read(store, given, quiet=wanted.quiet)
    _tell_added(wanted, corpus, given)


async def _read(store: Store, given: Given, *, quiet: bool) -> StoredCorpus:
    progress = ReadingProgress(quiet=quiet)
    try:
        return await read_given(store, given, progress.on_seen)
    except asyncio.CancelledError:
        note("Stopped. What was read is kept; the same command goes on from there.")
        raise
    finally:
        progress.end()


def _tell_added(wanted: argparse.Namespace, corpus: StoredCorpus, given: Given) -> None:
    if wanted.json:
        out_json({**_figures(corpus), "name": wanted.name, "paths": list(given.paths), **_skipped(corpus)})
        return
    if not wanted.quiet:
        for file in corpus.skipped[:_MOST_TOLD]:
            note(tame(f"Skipped {file.path}: {file.reason}"))
        if len(corpus.skipped) > _MOST_TOLD:
            note(f"Skipped {len(corpus.skipped) - _MOST_TOLD:,} more; --json tells which.")
    out(tame(f"{wanted.name}: {_size(len(corpus.documents), corpus.characters, corpus.tokens)}"))


async def _list(wanted: argparse.Namespace, store: Store) -> None:
    named = store.corpora.all()
    if wanted.json:
        out_json([_object(one) for one in named])
    elif named:
        width = max(len(one.name) for one in named)
        out(tame("\n".join(f"{one.name:<{width}}  {_size_of(one)}" for one in named)))
    else:
        note("There is no named corpus yet. Begin with: rlm-desktop corpus add NAME PATH…")


async def _show(wanted: argparse.Namespace, store: Store) -> None:
    named = _find(store, wanted.name)
    corpus = _open(store, named)
    if wanted.json:
        rows = [] if corpus is None else [facts for facts, _ in zip(corpus.facts(), range(_MOST_LISTED), strict=False)]
        documents = [
            {"name": one.name, "path": one.path, "kind": one.kind, "characters": one.characters} for one in rows
        ]
        out_json({**_object(named), "listed": documents})
        return
    out(tame(f"{named.name}: {_size_of(named)}"))
    for path in named.paths:
        out(tame(f"  {path}"))
    for path in named.left_out:
        out(tame(f"  without {path}"))


async def _remove(wanted: argparse.Namespace, store: Store) -> None:
    named = _find(store, wanted.name)
    store.corpora.remove(named.name)
    freed = await store.collect()
    if wanted.json:
        out_json({"name": named.name, "freed_bytes": freed})
    else:
        room = f" {wording.size(freed)} are free again." if freed > 0 else ""
        out(tame(f"{named.name} is forgotten; its files stay where they are.{room}"))


def _find(store: Store, name: str) -> NamedCorpus:
    named = store.corpora.get(name)
    if named is None:
        names = store.corpora.names()
        there = f"There {'is' if len(names) == 1 else 'are'}: {', '.join(names)}." if names else "There is none yet."
        raise WrongUsage(f"There is no corpus called {name}. {there}")
    return named


def _open(store: Store, named: NamedCorpus) -> StoredCorpus | None:
    try:
        return store.open_version(named.version) if named.version else None
    except VersionGone:
        return None


def _object(named: NamedCorpus) -> dict[str, Any]:
    return {
        "name": named.name,
        "paths": list(named.paths),
        "left_out": list(named.left_out),
        "documents": named.documents,
        "characters": named.characters,
        "tokens": named.tokens,
        "updated": named.updated_at,
    }


def _figures(corpus: StoredCorpus) -> dict[str, Any]:
    return {"documents": len(corpus.documents), "characters": corpus.characters, "tokens": corpus.tokens}


def _skipped(corpus: StoredCorpus) -> dict[str, Any]:
    return {"skipped": skipped_objects(corpus.skipped), "skipped_count": len(corpus.skipped)}


def _size_of(named: NamedCorpus) -> str:
    if not named.version:
        return "not read yet"
    read_at = local(named.updated_at).strftime("%Y-%m-%d %H:%M")
    return f"{_size(named.documents, named.characters, named.tokens)}, read {read_at}"


def _size(documents: int, characters: int, tokens: int) -> str:
    return f"{wording.plural(documents, 'document')}, {characters:,} characters, about {wording.tokens(tokens)}"
