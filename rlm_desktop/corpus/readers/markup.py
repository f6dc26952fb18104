"""XML, read as it streams by; what could make it grow or nest without end is refused."""

from collections.abc import Iterable, Iterator
from typing import NoReturn, Protocol
from xml.parsers import expat

from rlm_desktop.corpus.errors import Unreadable

DEEPEST = 2_000
ENTITIES = "declares XML entities, which could grow without end, and is not read for safety"
TOO_DEEP = f"its XML nests deeper than {DEEPEST:,} levels, and is not read for safety"
DAMAGED_XML = "damaged: its XML breaks off or is malformed"

_OFFICE = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_PREFIXES = {
    f"{_OFFICE}wordprocessingml/2006/main": "w:",
    f"{_STRICT}wordprocessingml/main": "w:",
    f"{_OFFICE}presentationml/2006/main": "p:",
    f"{_STRICT}presentationml/main": "p:",
    f"{_OFFICE}drawingml/2006/main": "a:",
    f"{_STRICT}drawingml/main": "a:",
    f"{_OFFICE}officeDocument/2006/relationships": "r:",
    f"{_STRICT}officeDocument/relationships": "r:",
    f"{_OFFICE}officeDocument/2006/math": "m:",
    f"{_STRICT}officeDocument/math": "m:",
    f"{_OFFICE}markup-compatibility/2006": "mc:",
    "urn:schemas-microsoft-com:vml": "v:",
    "urn:schemas-microsoft-com:office:office": "o:",
}
_OPEN_DOCUMENT = ("urn:oasis:names:tc:opendocument:xmlns:", "http://openoffice.org/2000/")


class Listener(Protocol):
    """Hears the elements and texts of a stream of XML; names are short, such as `w:p`."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:  # noqa: ARG002 -- not everyone cares
        """An element ends."""
        return

    def text(self, data: str) -> None:  # noqa: ARG002 -- not everyone cares
        """A piece of text passes."""
        return


def parse(chunks: Iterable[bytes], listener: Listener) -> None:
    """Tell a listener what passes; raises `Unreadable` when the XML is damaged or dangerous."""
    names = _Names()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(TOO_DEEP)
        names.enter(attributes)
        listener.start(names.element(tag), {names.attribute(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        listener.end(names.element(tag))
        names.leave()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = listener.text
    parser.EntityDeclHandler = _refuse_entities
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as fault:
        raise Unreadable(DAMAGED_XML) from fault


def elements(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Give all elements of a small XML file in order, without their texts."""
    listener = _Collector()
    parse([data], listener)
    return iter(listener.found)


def attributes_of(data: bytes, tag: str) -> list[dict[str, str]]:
    """Give the attributes of each element of this name."""
    return [attributes for name, attributes in elements(data) if name == tag]


class _Collector(Listener):
    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.found.append((tag, attributes))


class _Names:
    """The short names of elements and attributes, by the namespaces declared around them.

    expat would do this, but refuses a prefix that nobody declared, which LibreOffice's own templates have.
    """

    def __init__(self) -> None:
        self._declared: dict[str, str] = {}
        self._outer: list[dict[str, str] | None] = []
        self._known: dict[str, str] = {}

    def enter(self, attributes: dict[str, str]) -> None:
        """Learn what an element declares."""
        own = {key[6:]: value for key, value in attributes.items() if key.startswith("xmlns")}
        self._outer.append(self._declared if own else None)
        if own:
            self._declared = self._declared | own
            self._known = {}

    def leave(self) -> None:
        """Forget what the element declared that ends."""
        outer = self._outer.pop()
        if outer is not None:
            self._declared = outer
            self._known = {}

    def element(self, name: str) -> str:
        """Shorten the name of an element."""
        if name not in self._known:
            prefix, _, local = name.rpartition(":")
            namespace = self._declared.get(prefix)
            self._known[name] = name if namespace is None else _prefix(namespace) + local
        return self._known[name]

    def attribute(self, name: str) -> str:
        """Shorten the name of an attribute; without a prefix it belongs to no namespace."""
        return self.element(name) if ":" in name else name


def _prefix(namespace: str) -> str:
    if namespace in _PREFIXES:
        return _PREFIXES[namespace]
    for start in _OPEN_DOCUMENT:
        if namespace.startswith(start):
            return namespace.removeprefix(start).split(":")[0] + ":"
    return ""


def _refuse_entities(*_: object) -> NoReturn:
    raise Unreadable(ENTITIES)
