"""What the window and the engine process say to each other: commands go down, facts come up."""

from dataclasses import dataclass

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.model_messages import ModelCommand, ModelFact
from rlm_desktop.service.reask_messages import ReaskCommand, ReaskFact
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.facts import Decision, Strategy
from rlm_desktop.trace.ids import ChoiceId, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocuments:
    """Read the files at and below these paths, and tell about each under this number."""

    request: int
    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    again: bool = False
    """Look at every file anew, even one that seems unchanged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReading:
    """Read no further file of a request; what is ready stays, and `DocumentsRead` tells of it."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewDocument:
    """Tell a stretch of a document's text, as a run sees it: of the newest version, or of a run's `corpus`."""

    request: int
    path: str
    name: str
    start: int
    characters: int
    corpus: str = ""
    """The digest of the version that a run saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTokens:
    """Count the tokens of a version exactly, as this model counts; `TokensCounted` follows when that is done."""

    corpus: str
    """The digest that `DocumentsRead` told."""
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCorpora:
    """Tell which named corpora there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCorpus:
    """Keep paths under a name, in place of what had it; `CorporaListed` follows."""

    name: str
    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveCorpus:
    """Forget a named corpus; the user's files stay. `CorporaListed` follows."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Begin a run under an id that the window chose."""

    spec: RunSpec
    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRun:
    """Stop a run, or what is asked again of one, now; what was paid for is kept."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRun:
    """Let a run end with what it has."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRun:
    """Answer what a run asked by `ChoiceAsked`."""

    run: RunId
    choice: ChoiceId
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRun:
    """Tell what such a run would cost over a corpus of this size; `RunEstimated` follows under this number."""

    request: int
    spec: RunSpec
    tokens: int
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearCache:
    """Forget all cached replies; `CacheTold` follows. With `only_tell`, forget nothing."""

    only_tell: bool = False


DocumentCommand = ReadDocuments | StopReading | PreviewDocument | CountTokens | ListCorpora | SaveCorpus | RemoveCorpus
RunCommand = StartRun | StopRun | FinishRun | DecideRun
Command = DocumentCommand | RunCommand | ReaskCommand | ModelCommand | EstimateRun | ClearCache


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineReady:
    """The engine takes commands. `interrupted` names the runs that an earlier engine left unfinished."""

    isolation: str
    """How model code is held here, in words."""
    isolation_meaning: str
    """What that stops and what it does not."""
    can_run_code: bool
    interrupted: tuple[RunId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsSeen:
    """What became of documents of a request since the last such message; 2,000 at most."""

    request: int
    seen: tuple[FileSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many files of a kind there are, and how large they are together."""

    kind: str
    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanDone:
    """What lies at and below the paths of a request; reading begins now. `tokens` is an estimate from the sizes."""

    request: int
    files: int
    size_bytes: int
    kinds: tuple[KindCount, ...] = ()
    tokens: int = 0
    duplicates: int = 0
    """Likely ones, by size and name."""
    left_out: int = 0
    """Files and folders that rules, links or permissions keep out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingProgress:
    """How far a request is, by files and by bytes; `seconds_left` is None while that cannot be told."""

    request: int
    done: int
    of: int
    done_bytes: int
    of_bytes: int
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsRead:
    """Every file of a request is ready or failed, or reading was stopped. These figures are of what is ready."""

    request: int
    documents: int = 0
    characters: int = 0
    tokens: int = 0
    """An estimate; `CountTokens` gets the exact number."""
    digest: str = ""
    """Of the version that a run started now would see; empty when there is nothing to read."""
    problem: str = ""
    """Why reading ended before its end, in a sentence; what is ready is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMark:
    """Where a page, sheet, slide or chapter begins in a document's text, and the words that name it."""

    start: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """A stretch of a document's text from `start` on; without a text, `problem` says in a sentence why."""

    request: int
    text: str
    start: int
    characters_in_all: int = 0
    first_line: int = 1
    """The number of the line that `start` stands in."""
    page_starts: tuple[int, ...] | None = None
    marks: tuple[PartMark, ...] = ()
    """The parts that begin in this stretch, by their places in the whole text."""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensCounted:
    """How many tokens a version has for a model; an estimate when no vocabulary is known for it (`""`)."""

    corpus: str
    model: str
    tokens: int
    vocabulary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusListed:
    """A named corpus, as it was when it was last read."""

    name: str
    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    documents: int = 0
    characters: int = 0
    tokens: int = 0
    updated_at: float = 0.0
    version: str = ""
    """The version last read, as runs name it; empty when there is none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorporaListed:
    """The named corpora, by name."""

    corpora: tuple[CorpusListed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAccepted:
    """The run is in the journal; its entries follow."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRefused:
    """The run did not begin; `reason` is a sentence for the user. Nothing else follows about it."""

    run: RunId
    reason: str
    error_kind: str = ""
    """The name of the error's class, by which the window knows what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What happened in a run since the last message; already in the journal, but for streamed pieces of replies."""

    run: RunId
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over and nothing more comes of it."""

    run: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEstimated:
    """What a run would cost and take, from the least to the most that is likely; an unknown price makes None."""

    request: int
    strategy: Strategy = "auto"
    strategy_reason: str = ""
    low_nano_usd: int | None = None
    high_nano_usd: int | None = None
    low_calls: int = 0
    high_calls: int = 0
    low_seconds: float | None = None
    high_seconds: float | None = None
    basis: str = ""
    """What the estimate rests on, in a sentence."""
    goes_to: tuple[str, ...] = ()
    """Where the text would go: this computer, or which companies."""
    problem: str = ""
    """Why this run would be refused, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheTold:
    """How many replies are cached, and how large they are."""

    replies: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFault:
    """Something went wrong in the engine. With `has_ended` the process is gone and its runs with it."""

    text: str
    has_ended: bool = False


DocumentFact = DocumentsSeen | ScanDone | ReadingProgress | DocumentsRead | DocumentText | TokensCounted | CorporaListed
RunFact = RunAccepted | RunRefused | Entries | RunEnded
Fact = DocumentFact | RunFact | ReaskFact | ModelFact | RunEstimated | CacheTold | EngineReady | EngineFault
