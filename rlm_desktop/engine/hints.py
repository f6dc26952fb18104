"""What the root LM is told when a reply leads nowhere, in the words of what its code can reach."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """One way of saying it."""

    look_first: str
    """An answer came before any code had looked at the text."""
    no_code_yet: str
    """An answer in prose came before any code had run."""
    no_code: str

    @property
    def empty_reply(self) -> str:
        """The reply was empty."""
        return f"Your reply was empty. {self.no_code}"


WITH_CONTEXT = Hints(
    look_first=(
        "The answer was not taken: no code has looked at the context yet. Look at it first (print a piece of "
        "`context`, use `grep` or `search`), then set the answer again."
    ),
    no_code_yet=(
        "An answer in prose counts only after code has run. Look at `context` with a `repl` block first, then set "
        "`answer`."
    ),
    no_code=(
        "Your reply held no code to run. Go on: write a fenced block tagged `repl` that looks at `context`, or, when "
        'you know the answer, one that sets `answer["content"]` and `answer["ready"] = True`.'
    ),
)
SEARCH_ONLY = Hints(
    look_first=(
        "The answer was not taken: no code has searched the documents yet. Use `search` first and print what it "
        "finds, then set the answer again."
    ),
    no_code_yet=(
        "An answer in prose counts only after code has run. Use `search` in a `repl` block first, then set `answer`."
    ),
    no_code=(
        "Your reply held no code to run. Go on: write a fenced block tagged `repl` that calls `search`, or, when you "
        'know the answer, one that sets `answer["content"]` and `answer["ready"] = True`.'
    ),
)


def hints_for(*, search_only: bool) -> Hints:
    """Choose the words."""
    return SEARCH_ONLY if search_only else WITH_CONTEXT
