"""`rlm-desktop models`: what can be used here."""

import os
from collections.abc import Sequence

from rlm_desktop.app.commands.terminal import out, out_json
from rlm_desktop.app.commands.usage import DONE, Parser
from rlm_desktop.lm.catalogue import usable_models


def run(words: Sequence[str]) -> int:
    """List the models that can be used with what is set up here."""
    parser = Parser("models", "Models that can be used here: the built-in one, and those whose key is set.")
    parser.add_json()
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    choices = usable_models(os.environ)
    if wanted.json:
        out_json([{"model": choice.name, "note": choice.note, "goes_to": choice.goes_to} for choice in choices])
        return DONE
    width = max(len(choice.name) for choice in choices)
    out("\n".join(f"{choice.name:<{width}}  {choice.goes_to:<16}  {choice.note}" for choice in choices))
    return DONE
