"""The guide's pages as HTML: one page for the window, or all in one file that loads nothing."""

from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML

from rlm_desktop.export.inert_html import CodeRenderer
from rlm_desktop.viewmodel.guide import GuidePage, linked_page

_TITLE = "RLM Desktop: guide"


def page_html(page: GuidePage) -> str:
    """Give a page for the window; links lead to `costs.md`, as they are written."""
    return str(_parser(CodeRenderer).render(page.markdown))


def whole_html(pages: Sequence[GuidePage]) -> str:
    """Give all pages as one file: no script, nothing to load, light or dark as the reader's system is."""
    entries = "".join(f'<li><a href="#{page.name}">{escape(page.title)}</a></li>' for page in pages)
    sections = "".join(f'<section id="{page.name}">\n{_section(page)}</section>\n' for page in pages)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_TITLE}</title>\n<style>{_STYLE}</style></head>\n"
        f'<body><nav aria-label="Contents"><p>RLM Desktop</p><ol>{entries}</ol></nav>\n'
        f"<main>\n{sections}</main></body></html>\n"
    )


def _section(page: GuidePage) -> str:
    """Lead links between the pages to places in the one file."""
    parser = _parser(RendererHTML)
    tokens = parser.parse(page.markdown)
    for token in tokens:
        for child in token.children or ():
            name = linked_page(str(child.attrs.get("href", "")))
            if name is not None:
                child.attrs["href"] = f"#{name}"
    return str(parser.renderer.render(tokens, parser.options, {}))


def _parser(renderer: type[RendererHTML]) -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}, renderer_cls=renderer).enable("table")


_STYLE = """
:root { color-scheme: light dark; --window: #f6f7f9; --base: #fff; --raised: #eef0f4; --line: #d5d9e0; --text: #1b1f27;
  --muted: #565e6c; --accent: #2f5fd0; --code: #8a4b08; }
@media (prefers-color-scheme: dark) { :root { --window: #14161b; --base: #1a1d23; --raised: #23272f; --line: #343a45;
  --text: #e6e9ef; --muted: #a0a8b6; --accent: #7ea6ff; --code: #e5a663; } }
* { box-sizing: border-box; }
body { margin: 0; display: flex; background: var(--window); color: var(--text);
  font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
nav { position: sticky; top: 0; align-self: flex-start; width: 15rem; max-height: 100vh; overflow: auto;
  padding: 1.5rem 1rem; flex: none; }
nav p { margin: 0 0 .75rem; font-weight: 600; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav li { margin: .35rem 0; }
main { flex: 1; min-width: 0; padding: 1rem 2.5rem 4rem; background: var(--base); border-left: 1px solid var(--line); }
section { max-width: 46rem; padding-bottom: 2rem; }
section + section { border-top: 1px solid var(--line); }
h1 { font-size: 1.6rem; font-weight: 500; } h2 { font-size: 1.15rem; font-weight: 600; margin-top: 1.8rem; }
a { color: var(--accent); }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font: .9em ui-monospace, "JetBrains Mono", "DejaVu Sans Mono", monospace; color: var(--code); }
pre { background: var(--raised); padding: .75rem 1rem; border-radius: 6px; overflow: auto; }
pre code { color: inherit; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 400; }
@media (max-width: 60rem) { body { display: block; } nav { position: static; width: auto; max-height: none; }
  main { border-left: 0; border-top: 1px solid var(--line); padding: 1rem; } td { overflow-wrap: anywhere; } }
@media print { nav { display: none; } main { border: 0; } }
"""
