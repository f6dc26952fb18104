"""Which vocabulary a model counts with, as far as one is on this computer; nothing here uses the network."""

import re
from collections.abc import Callable
from hashlib import sha1, sha256
from importlib.util import find_spec
from pathlib import Path

from rlm_desktop.corpus.errors import VocabularyMissing

CountTokens = Callable[[str], int]

# From tiktoken's table (tiktoken/model.py) and, for DeepSeek, litellm's choice of tokenizer (litellm/utils.py).
# gpt-oss adds special tokens to o200k_base, which no document has. Claude's and Gemini's vocabularies are not public.
_FAMILIES = (
    (r"(chatgpt-|ft:)?gpt-(4o|4\.1|4\.5|5|oss)", "o200k_base"),
    (r"o[134](-|$)", "o200k_base"),
    (r"(ft:)?gpt-(4|3\.5|35)", "cl100k_base"),
    (r"deepseek[-_.](chat[-_.])?v[34]|deepseek-(chat|reasoner|flash)(:free)?$", "deepseek"),
)


def vocabulary_of(model: str) -> str:
    """Name the vocabulary of a model; empty when it is not known."""
    name = model.rsplit("/", 1)[-1].lower()
    return next((vocabulary for family, vocabulary in _FAMILIES if re.match(family, name)), "")


def load_vocabulary(name: str) -> CountTokens:
    """Load a vocabulary, which takes a moment and 100 MB; raises `VocabularyMissing`."""
    try:
        return _load_deepseek(_folder()) if name == "deepseek" else _load_tiktoken(name)
    except (ImportError, OSError, ValueError) as error:
        raise VocabularyMissing(f"The vocabulary {name} is not there as it should be: {error}.") from error


def _folder() -> Path:
    """Find the vocabularies in litellm's package without importing it, which takes seconds."""
    package = find_spec("litellm")
    places = (package.submodule_search_locations if package else None) or ()
    for place in places:
        folder = Path(place, "litellm_core_utils", "tokenizers")
        if folder.is_dir():
            return folder
    raise VocabularyMissing("The package litellm, which has the vocabularies, is not there.")


def read_vocabularies_here() -> None:
    """Have tiktoken, in all of this process, read vocabularies from litellm's package.

    By itself it downloads what it does not find, and removes what it finds changed.
    """
    import tiktoken.load  # noqa: PLC0415 -- only the processes that count need it

    tiktoken.load.read_file_cached = _read


def _load_tiktoken(name: str) -> CountTokens:
    import tiktoken  # noqa: PLC0415 -- as above

    read_vocabularies_here()
    encoding = tiktoken.get_encoding(name)
    return lambda text: len(encoding.encode_ordinary(text))


def _load_deepseek(folder: Path) -> CountTokens:
    from tokenizers import Tokenizer  # noqa: PLC0415 -- as above

    tokenizer = Tokenizer.from_str((folder / "deepseek_tokenizer.json").read_text("utf-8"))
    return lambda text: len(tokenizer.encode(text, add_special_tokens=False))


def _read(blobpath: str, expected_hash: str | None = None) -> bytes:
    """Read a vocabulary's file, which is named by the digest of its address on the web."""
    file = _folder() / sha1(blobpath.encode(), usedforsecurity=False).hexdigest()
    # litellm's package for Windows has it with the ends of line of Windows.
    content = file.read_bytes().replace(b"\r\n", b"\n")
    if expected_hash is not None and sha256(content).hexdigest() != expected_hash:
        raise ValueError(f"its file {file} was changed")
    return content
