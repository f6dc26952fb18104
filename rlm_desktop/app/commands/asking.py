"""The options of `ask`, and the run they describe."""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from rlm_desktop.app.commands.usage import Parser, WrongUsage, amount, amount_or_zero, count, count_or_zero
from rlm_desktop.corpus.places import place_given
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.trace.facts import CacheMode, Limits, Strategy
from rlm_desktop.trace.wording import NANO


def parser() -> Parser:
    """Make the reader of the words after `ask`."""
    made = Parser("ask", "Ask one question of documents; progress on stderr, the answer on stdout.")
    made.add_argument("question", metavar="QUESTION")
    made.add_argument("paths", nargs="*", type=place_given, metavar="PATH", help="files and folders")
    _add_models(made)
    _add_limits(made)
    _add_money(made)
    made.add_argument("--corpus", metavar="NAME", help="ask about the files of this named corpus")
    made.add_argument("--schema", type=Path, metavar="FILE", help="a JSON Schema that the answer must satisfy")
    made.add_argument("--quiet", action="store_true", help="no progress")
    made.add_json()
    made.add_data_dir()
    return made


def _add_models(made: Parser) -> None:
    group = made.add_argument_group("models")
    group.add_argument("--root", metavar="MODEL", help="writes the code, such as openai/gpt-5-mini")
    group.add_argument("--worker", metavar="MODEL", help="answers the code's questions about parts")
    group.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible server that has the models")
    group.add_argument("--api-key-env", metavar="NAME", help="the environment variable that holds the key")
    group.add_argument("--strategy", choices=get_args(Strategy))
    price = "per million tokens, for a model with no known price"
    group.add_argument("--price-in", type=amount_or_zero, metavar="USD", help=price)
    group.add_argument("--price-out", type=amount_or_zero, metavar="USD", help="likewise, of the reply")


def _add_limits(made: Parser) -> None:
    group = made.add_argument_group("limits")
    group.add_argument("--max-cost", type=amount, metavar="USD")
    group.add_argument("--max-turns", type=count, metavar="N")
    group.add_argument("--max-calls", type=count, metavar="N", help="sub-calls")
    group.add_argument("--max-seconds", type=amount, metavar="S")
    group.add_argument("--max-tokens", type=count, metavar="N")
    group.add_argument("--max-depth", type=count_or_zero, metavar="N", help="of child runs")
    group.add_argument("--turn-seconds", type=amount, metavar="S", help="for one block of code")
    group.add_argument("--concurrency", type=count, metavar="N", help="calls at once")


def _add_money(made: Parser) -> None:
    group = made.add_argument_group("money")
    meaning = "use replies of earlier runs to the very same prompts, or nothing else (default: what the settings say)"
    group.add_argument("--cache", choices=get_args(CacheMode), help=meaning)
    meaning = "ask before many calls at once that are expected to cost more, and at a limit; on a terminal only"
    group.add_argument("--ask-above", type=amount_or_zero, metavar="USD", help=meaning)


def spec_of(wanted: argparse.Namespace, chosen: Preferences) -> RunSpec:
    """Describe the run: what the options say, else what the settings say. Raises `WrongUsage`."""
    if not wanted.question.strip():
        raise WrongUsage('The question is empty. Write one: rlm-desktop ask "…" PATH…')
    if not wanted.paths and wanted.corpus is None:
        raise WrongUsage('There are no documents. Name files or folders after the question: rlm-desktop ask "…" PATH…')
    if (wanted.price_in is None) != (wanted.price_out is None):
        raise WrongUsage("A price has two parts: give --price-in and --price-out together.")
    return RunSpec(
        question=wanted.question,
        paths=tuple(str(path.absolute()) for path in wanted.paths),
        corpus=wanted.corpus,
        root=_named(wanted.root, chosen.root, "--root"),
        worker=_named(wanted.worker, chosen.worker, "--worker"),
        base_url=wanted.base_url or chosen.base_url,
        api_key_env=wanted.api_key_env or chosen.api_key_env,
        strategy=wanted.strategy or chosen.strategy,
        limits=_limits(wanted, chosen),
        cache=wanted.cache or chosen.cache,
        servers=chosen.servers,
        prices=chosen.prices,
        others=chosen.others,
        stronger_root=chosen.stronger_root,
        local_only=chosen.local_only,
        code_hints=chosen.code_hints,
        ask_above_usd=wanted.ask_above,
        ask_at_limits=wanted.ask_above is not None,
        price_in_usd=wanted.price_in,
        price_out_usd=wanted.price_out,
        answer_schema=None if wanted.schema is None else _schema_in(wanted.schema),
    )


def _named(option: str | None, setting: str, name: str) -> str:
    model = setting if option is None else option.strip()
    if not model:
        raise WrongUsage(f"{name} names no model. `rlm-desktop models` lists what can be used here.")
    return model


def _schema_in(file: Path) -> dict[str, Any]:
    try:
        schema = json.loads(file.read_bytes())
    except OSError as error:
        raise WrongUsage(f"The schema {file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise WrongUsage(f"The schema {file} is not JSON: {error}.") from error
    if not isinstance(schema, dict):
        raise WrongUsage(f"The schema {file} is not a JSON object, as a JSON Schema must be.")
    return schema


def _limits(wanted: argparse.Namespace, chosen: Preferences) -> Limits:
    cost = wanted.max_cost if wanted.max_cost is not None else chosen.max_cost_usd
    given = {
        "turns": wanted.max_turns or chosen.max_turns,
        "depth": wanted.max_depth if wanted.max_depth is not None else chosen.max_depth,
        "seconds": wanted.max_seconds or chosen.max_seconds,
        "cost_nano_usd": None if cost is None else round(cost * NANO),
        "tokens": wanted.max_tokens,
        "sub_calls": wanted.max_calls,
        "concurrency": wanted.concurrency or chosen.concurrency,
        "block_seconds": wanted.turn_seconds,
    }
    return replace(Limits(), **{name: value for name, value in given.items() if value is not None})
