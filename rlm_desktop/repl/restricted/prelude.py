"""What is run in the interpreter before model code: its own side of the names of the REPL.

The interpreter knows no inheritance, properties or `del`. Built-in functions are bound as defaults, because model code
may use their names for something else.
"""

from collections.abc import Iterable

CORPUS = """
def len(thing, _len=len):
    try:
        return _len(thing)
    except TypeError:
        if hasattr(thing, "__len__"):
            return thing.__len__()
        raise


class Pages:
    def __init__(self, text, starts):
        self._text = text
        self._starts = starts

    def __len__(self):
        return len(self._starts)

    def __getitem__(self, place):
        if isinstance(place, int):
            number = range(len(self._starts))[place]
            last = number + 1 == len(self._starts)
            return self._text[self._starts[number] : None if last else self._starts[number + 1]]
        return [self[number] for number in list(range(len(self._starts)))[place]]

    def __iter__(self):
        return iter([self[number] for number in range(len(self._starts))])

    def __str__(self):
        return str(len(self._starts))

    def __repr__(self):
        return f"<{len(self._starts)} pages>"


class Document:
    def __init__(self, facts, whole):
        self.name = facts["name"]
        self.path = facts["path"]
        self.kind = facts["kind"]
        self.start = facts["start"]
        self.end = facts["end"]
        is_all = self.start == 0 and self.end == len(whole)
        self.text = whole if is_all else whole[self.start : self.end]
        self.page_offsets = list(facts["page_starts"] or [])
        self.pages = Pages(self.text, self.page_offsets)

    def page_at(self, offset):
        page = 0
        for begin in self.page_offsets:
            if begin <= offset:
                page = page + 1
        return max(page, 1) if self.page_offsets else None

    def __len__(self):
        return self.end - self.start

    def __repr__(self):
        pages = f", {len(self.page_offsets)} pages" if self.page_offsets else ""
        return f"<Document {self.name!r}: {self.kind}{pages}, {len(self):,} characters>"


class Documents:
    def __init__(self, items):
        self._items = items
        self._by_name = {document.name: document for document in items}
        self.names = [document.name for document in items]

    def get(self, name):
        return self._by_name.get(name)

    def where(self, offset):
        return where(offset)

    def __len__(self):
        return len(self._items)

    def __iter__(self):
        return iter(self._items)

    def __contains__(self, thing):
        return thing in (self._by_name if isinstance(thing, str) else self._items)

    def __getitem__(self, key):
        if not isinstance(key, str):
            return self._items[key]
        if key not in self._by_name:
            raise KeyError(f"no document is named {key!r}; documents.names lists them")
        return self._by_name[key]

    def __repr__(self):
        shown = [f"{number}: {document!r}" for number, document in enumerate(self._items[:50])]
        more = [f"… and {len(self._items) - 50:,} more"] if len(self._items) > 50 else []
        return "\\n".join(shown + more) or "<no documents>"

    def __str__(self):
        return repr(self)


class Place:
    def __init__(self, fields):
        self._fields = fields
        self.document, self.page, self.line, self.offset_in_document, self.part = fields

    def __getitem__(self, place):
        return self._fields[place]

    def __iter__(self):
        return iter(self._fields)

    def __repr__(self):
        names = ("document", "page", "line", "offset_in_document", "part")
        return f"Place({', '.join([f'{name}={value!r}' for name, value in zip(names, self._fields)])})"

    def __str__(self):
        return repr(self)


def where(offset):
    return Place(__rlm_where(offset))


class Hit:
    def __init__(self, fields):
        self._fields = fields
        for name in fields:
            setattr(self, name, fields[name])

    def __getitem__(self, name):
        return self._fields[name]

    def __contains__(self, name):
        return name in self._fields

    def __iter__(self):
        return iter(list(self._fields))

    def get(self, name, default=None):
        return self._fields.get(name, default)

    def keys(self):
        return self._fields.keys()

    def items(self):
        return self._fields.items()

    def __repr__(self):
        page = f" page {self.page}" if self.page else f" {self.part}" if self.part else ""
        score = f" score {self.score:.2f}" if "score" in self._fields else ""
        excerpt = " ".join(self.text.split())
        shown = excerpt if len(excerpt) <= 500 else excerpt[:500] + " …"
        return f"[{self.document}{page} line {self.line} offset {self.offset}{score}] {shown}"

    def __str__(self):
        return repr(self)


def grep(pattern, ignore_case=False, max_matches=200, around=120):
    flags = 0
    if hasattr(pattern, "pattern"):
        flags = pattern.flags
        pattern = pattern.pattern
    return [Hit(hit) for hit in __rlm_grep(pattern, flags, ignore_case, max_matches, around)]


def search(query, k=10):
    return [Hit(hit) for hit in __rlm_search(query, k)]


def input(prompt=""):
    raise RuntimeError("input() cannot be used here: nobody is there to type. Work with `context` instead.")


documents = Documents(
    [Document(facts, context if facts["whole"] is None else __rlm_texts[facts["whole"]]) for facts in __rlm_documents]
)
__rlm_texts = __rlm_documents = None
"""

ANSWER = """
answer = {"content": "", "ready": False}
__rlm_state = {"given": None, "refused": None, "names": []}


def __rlm_begin(draft, names, _isinstance=isinstance, _dict=dict):
    global answer
    if not _isinstance(answer, _dict):
        answer = {"content": draft}
    answer.setdefault("content", "")
    answer["ready"] = False
    __rlm_state["given"] = __rlm_state["refused"] = None
    __rlm_state["names"] = names


def __rlm_give(content, source, _isinstance=isinstance, _dict=dict, _str=str):
    global answer
    if content is None or not _str(content).strip():
        __rlm_state["refused"] = [source, "none" if content is None else "empty"]
        return
    if not _isinstance(answer, _dict):
        answer = {}
    answer["content"] = content
    answer["ready"] = True
    __rlm_state["given"] = [content, source]


def FINAL(content):
    __rlm_give(content, "final")


def FINAL_VAR(name, _eval=eval, _isinstance=isinstance, _str=str):
    key = name.strip().strip("\\"'`") if _isinstance(name, _str) else ""
    if not key.isidentifier():
        __rlm_give(name, "final-var")
        return
    try:
        value = _eval(key)
    except NameError:
        __rlm_state["refused"] = ["final-var", key]
        return
    __rlm_give(value, "final-var")


def __rlm_settle(_isinstance=isinstance, _dict=dict, _str=str, _bool=bool):
    is_shaped = _isinstance(answer, _dict)
    content = answer.get("content") if is_shaped else answer
    given = __rlm_state["given"]
    return {
        "ready": is_shaped and _bool(answer.get("ready")),
        "text": None if content is None else _str(content),
        "source": given[1] if given is not None and given[0] is content else "variable",
        "refused": __rlm_state["refused"],
    }
"""

VARIABLES = """
def __rlm_size(value, _isinstance=isinstance, _str=str, _type=type, _bytes=bytes, _len=len):
    if _isinstance(value, _str):
        return f"{_len(value):,} characters"
    if _isinstance(value, _bytes):
        return f"{_len(value):,} bytes"
    kind = _type(value).__name__
    if kind in ("list", "tuple", "set", "frozenset", "dict", "deque", "defaultdict", "Counter"):
        return f"{kind} of {_len(value):,}"
    return ""


def __rlm_some(value, most, _enumerate=enumerate):
    some = []
    for number, item in _enumerate(value):
        if number >= most:
            break
        some.append(item)
    return some


def __rlm_look(value, depth, _isinstance=isinstance, _type=type, _repr=repr, _len=len, _str=str, _int=int):
    kind = _type(value).__name__
    if kind in ("str", "bytes"):
        return _repr(value[:200])
    if kind == "int":
        return _repr(value) if -(10**150) < value < 10**150 else "<a very long number>"
    if kind in ("float", "bool", "NoneType", "complex", "date", "datetime", "timedelta", "Decimal"):
        return _repr(value)
    if kind in ("list", "tuple", "set", "frozenset", "deque"):
        if depth == 0:
            return "…"
        shown = [__rlm_look(item, depth - 1) for item in __rlm_some(value, 8)]
        inner = ", ".join(shown + (["…"] if _len(value) > 8 else []))
        if kind == "list":
            return f"[{inner}]"
        if kind == "tuple":
            return f"({inner},)" if _len(value) == 1 else f"({inner})"
        return f"{{{inner}}}" if kind == "set" and inner else f"{kind}({inner})"
    if kind in ("dict", "defaultdict", "Counter"):
        if depth == 0:
            return "…"
        shown = [
            f"{__rlm_look(key, depth - 1)}: {__rlm_look(value[key], depth - 1)}" for key in __rlm_some(value, 8)
        ]
        inner = ", ".join(shown + (["…"] if _len(value) > 8 else []))
        return f"{{{inner}}}" if kind == "dict" else f"{kind}({{{inner}}})"
    if kind == "function":
        return _repr(value).split(" at 0x")[0].replace("'", "") + ">"
    return _repr(value) if kind in ("type", "Hit", "Document", "Documents") else f"<{kind}>"


def __rlm_sample(value, room, _type=type, _repr=repr, _len=len, _id=id, _max=max):
    if room[0] <= 0:
        return ""
    room[0] = room[0] - 1
    kind = _type(value).__name__
    if kind in ("str", "bytes"):
        size = _len(value)
        if size < 3000:
            return f"{kind}{value}"
        return f"{kind}{size}{value[:1000]}{value[-1000:]}{value[:: size // 1000]}"
    if kind in ("list", "tuple", "set", "frozenset", "deque"):
        parts = [__rlm_sample(item, room) for item in __rlm_some(value, 200)]
        if kind in ("list", "tuple") and _len(value) > 200:
            parts = parts + [__rlm_sample(item, room) for item in value[-100:]]
        return f"{kind}{_len(value)}" + "|".join(parts)
    if kind in ("dict", "defaultdict", "Counter"):
        parts = [
            __rlm_sample(key, room) + "=" + __rlm_sample(value[key], room) for key in __rlm_some(value, 200)
        ]
        return f"{kind}{_len(value)}" + "|".join(parts)
    if kind in ("int", "float", "bool", "NoneType", "complex", "date", "datetime", "timedelta", "Decimal"):
        return kind + __rlm_look(value, 0)
    return _repr(value) if kind in ("function", "type") else f"{kind}{_id(value)}"


def __rlm_is_own(name, value, _type=type, _repr=repr):
    if name in __rlm_reserved or name.startswith("__"):
        return False
    kind = _type(value).__name__
    if kind in ("module", "builtin_function_or_method"):
        return False
    return not (kind == "type" and (value.__name__ in __rlm_types or "." in _repr(value)))


def __rlm_notes(names, _type=type):
    notes = []
    for name in names:
        value = names[name]
        if __rlm_is_own(name, value):
            look, sample = __rlm_look(value, 3), __rlm_sample(value, [600])
            notes.append([name, _type(value).__name__, __rlm_size(value), look, sample])
    return notes


def SHOW_VARS(_eval=eval, _type=type):
    lines = []
    for name in __rlm_state["names"]:
        try:
            value = _eval(name)
        except NameError:
            continue
        if __rlm_is_own(name, value):
            size = __rlm_size(value)
            lines.append(f"{name}: {_type(value).__name__}" + (f", {size}" if size else ""))
    return "\\n".join(lines) or "no variables yet"


__rlm_locals = locals
__rlm_types = ["Counter", "defaultdict", "deque", "Decimal", "date", "datetime", "timedelta", "timezone", "Path"]
"""


def keeping(names: Iterable[str]) -> str:
    """Write code that keeps these names, and a function that puts them back."""
    listed = sorted(names)
    kept = ", ".join(f"{name!r}: {name}" for name in listed)
    back = "\n".join(f"    {name} = __rlm_kept[{name!r}]" for name in listed)
    return (
        f"__rlm_kept = {{{kept}}}\n__rlm_reserved = {[*listed, 'answer']!r}\n"
        f"def __rlm_restore():\n    global {', '.join(listed)}\n{back}\n"
    )
