"""From bytes to clean text, whatever the encoding."""

import codecs
import re

from charset_normalizer import from_bytes

from rlm_desktop.corpus.errors import Unreadable

_MARKS = (
    # UTF-32's little-endian mark begins with UTF-16's, so it is asked first.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 65_536
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1b")) + b"\x7f"
_MOST_CONTROLS = 0.02
_MOST_BROKEN = 0.1
_OLD_MAC = ["mac_cyrillic", "mac_greek", "mac_iceland", "mac_latin2", "mac_roman", "mac_turkish"]
_EAST_ASIAN = [
    *("big5", "big5hkscs", "cp932", "cp949", "cp950", "euc_jis_2004", "euc_jisx0213", "euc_jp", "euc_kr", "gb18030"),
    *("gb2312", "gbk", "johab", "shift_jis", "shift_jis_2004", "shift_jisx0213"),
]
BINARY = "a binary file, not text"

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_OVERSTRUCK = re.compile(r"[^\n]\x08")
_UNWANTED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode a file, by its mark, as UTF-8, as declared inside it, or by a guess; refuse what is no text."""
    if wide := wide_encoding(data):
        return clean(data.decode(wide, "replace").removeprefix("\ufeff"))
    data = data.removeprefix(codecs.BOM_UTF8)
    if _looks_binary(data):
        raise Unreadable(BINARY)
    return clean(_decode_narrow(data, declared))


def clean(text: str) -> str:
    """Make every line end in `\\n`, and take out what no reader would see: controls, escapes, half characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x0c" in text or "\x0b" in text:
        text = text.replace("\x0c", "\n").replace("\x0b", "\n")
    if _UNWANTED.search(text) is None:
        return text
    text = _ESCAPE_SEQUENCE.sub("", text)
    return _UNWANTED.sub("", _OVERSTRUCK.sub("", text))


def decode_on(data: bytes, guess: str | None) -> tuple[str, str | None]:
    """Decode a later piece of a text that is UTF-8, or else as guessed; gives the guess for what follows."""
    try:
        return clean(data.decode("utf-8")), guess
    except UnicodeDecodeError:
        guess = guess or _narrow_encoding(data, None)
        return clean(data.decode(guess, "replace")), guess


def wide_encoding(data: bytes) -> str | None:
    """Recognise UTF-16 and UTF-32, also without a mark: letters of most scripts have a high byte of little variety."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    return marked or _unmarked_wide_encoding(data)


def _unmarked_wide_encoding(data: bytes) -> str | None:
    sample = data[: _SAMPLE_BYTES - _SAMPLE_BYTES % 2]
    if len(data) % 2 or b"\0" not in sample:
        return None
    even, odd = sample[::2], sample[1::2]
    for encoding, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if high.count(0) > 0.6 * len(high) and low.count(0) < 0.02 * len(low):
            return encoding
    return None


def _looks_binary(data: bytes) -> bool:
    middle = len(data) // 2
    sample = data[:_SAMPLE_BYTES] + data[max(_SAMPLE_BYTES, middle) : middle + _SAMPLE_BYTES]
    controls = len(sample) - len(sample.translate(None, delete=_CONTROLS))
    return controls > _MOST_CONTROLS * len(sample) and controls > 2


def _decode_narrow(data: bytes, declared: str | None) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_narrow_encoding(data, declared), "replace")


def _narrow_encoding(data: bytes, declared: str | None) -> str:
    """Name the encoding of what is not all UTF-8: nearly UTF-8, what is declared, or a guess."""
    if declared:
        return declared
    mended = data[:1_000_000].decode("utf-8", "replace")
    beyond_ascii = sum(map(len, re.findall(r"[^\x00-\x7f]+", mended)))
    return "utf-8" if mended.count("\ufffd") <= _MOST_BROKEN * beyond_ascii else _guess(data)


def _guess(data: bytes) -> str:
    sample = _telling_sample(data)
    best = from_bytes(sample, cp_exclusion=_unlikely(sample)).best()
    return best.encoding if best is not None else "cp1252"


def _unlikely(sample: bytes) -> list[str]:
    """Name the encodings that a short text is mistaken for."""
    # Old Mac encodings differ from those of Windows in capitals only; old Mac line ends tell them apart.
    is_old_mac = b"\r" in sample and b"\n" not in sample
    # East Asian letters come as two bytes and in runs; accented letters stand alone between plain ones.
    runs = re.findall(rb"[\x80-\xff]+", sample)
    is_accented = sum(len(run) == 1 for run in runs) * 2 > len(runs)
    return ([] if is_old_mac else _OLD_MAC) + (_EAST_ASIAN if is_accented else [])


def _telling_sample(data: bytes) -> bytes:
    """Take the lines that tell encodings apart, those beyond ASCII; guessing on all of a big file is slow."""
    if len(data) <= _SAMPLE_BYTES:
        return data
    telling = b"\n".join(line for line in data[:4_000_000].splitlines() if not line.isascii())
    return (telling or data)[:_SAMPLE_BYTES]
