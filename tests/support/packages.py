"""Small office files, made in the test."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Zip these parts; the type of a book or an OpenDocument file is stored as it is."""
    whole = BytesIO()
    with ZipFile(whole, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content, ZIP_STORED if name == "mimetype" else ZIP_DEFLATED)
    return whole.getvalue()


def relations(*found: tuple[str, str, str]) -> str:
    """Say what a part refers to: id, last word of the type, target."""
    inner = "".join(f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{name}"/>' for key, kind, name in found)
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def w(name: str, inner: str) -> str:
    """An element of WordprocessingML as the root of a part."""
    return (
        f'<w:{name} xmlns:w="{_W}" xmlns:a="{_A}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
        f' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{inner}</w:{name}>'
    )


def docx(body: str, parts: Mapping[str, str | bytes] | None = None, *links: tuple[str, str, str]) -> bytes:
    """A Word document with this body."""
    return zipped(
        {
            "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": w("document", f"<w:body>{body}</w:body>"),
            "word/_rels/document.xml.rels": relations(*links),
            **(parts or {}),
        }
    )


def p(name: str, inner: str, attributes: str = "") -> str:
    """An element of PresentationML as the root of a part."""
    return f'<p:{name} xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{OFFICE}" {attributes}>{inner}</p:{name}>'


def shape(text: str, placeholder: str = "") -> str:
    """A shape of a slide with a line of text."""
    ph = f'<p:nvPr><p:ph type="{placeholder}"/></p:nvPr>' if placeholder else ""
    return f"<p:sp>{ph}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def pptx(slides: Mapping[str, str], order: list[str], parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A presentation of slides by their names, shown in this order."""
    ids = "".join(f'<p:sldId id="{number + 256}" r:id="{name}"/>' for number, name in enumerate(order))
    return zipped(
        {
            "_rels/.rels": relations(("rId1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": p("presentation", f"<p:sldIdLst>{ids}</p:sldIdLst>"),
            "ppt/_rels/presentation.xml.rels": relations(*((name, "slide", f"slides/{name}.xml") for name in order)),
            **{f"ppt/slides/{name}.xml": xml for name, xml in slides.items()},
            **(parts or {}),
        }
    )


def xlsx(sheets: Mapping[str, str]) -> bytes:
    """A workbook; each sheet is the inside of its `sheetData`."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    links = [(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(names) + 1)]
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(*links),
            **{
                f"xl/worksheets/sheet{number}.xml": f'<worksheet xmlns="{_S}"><sheetData>{rows}</sheetData></worksheet>'
                for number, rows in enumerate(sheets.values(), 1)
            },
        }
    )


def cell(place: str, value: str) -> str:
    """A cell with text written into it."""
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def odf(kind: str, body: str, manifest: str = "") -> bytes:
    """An OpenDocument file of this kind: text, presentation or spreadsheet."""
    names = ("office", "text", "table", "draw", "presentation")
    spaces = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in names)
    content = f"<office:document-content {spaces}><office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"{content}</office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{manifest}'
            "</manifest:manifest>",
        }
    )


def epub(items: Mapping[str, str], order: list[str], parts: Mapping[str, str | bytes]) -> bytes:
    """A book: items by id with their file names, the ids in reading order, and the files."""
    listed = "".join(
        f'<item id="{key}" href="{name}" media-type="application/xhtml+xml"/>' for key, name in items.items()
    )
    spine = "".join(f'<itemref idref="{key}"/>' for key in order)
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": f'<container xmlns="{_ODF}:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf">'
            f"<manifest>{listed}</manifest><spine>{spine}</spine></package>",
            **{name if "/" in name else f"OEBPS/{name}": content for name, content in parts.items()},
        }
    )
