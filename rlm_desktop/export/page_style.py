"""How a web page that leaves looks: the window's colours, light or dark as the reader's system is, plain on paper."""

from typing import get_args

from rlm_desktop.export.colours import COLOURS, Scheme
from rlm_desktop.trace.tints import Tint


def _colours(scheme: Scheme) -> str:
    return "".join(f"--{role}:{shade};" for role, shade in COLOURS[scheme].items())


_INKS = "".join(f".ink-{tint}{{color:var(--{tint})}}" for tint in get_args(Tint))

STYLE = f"""
:root{{color-scheme:light dark;{_colours("light")}}}
@media (prefers-color-scheme:dark){{:root{{{_colours("dark")}}}}}
@media (prefers-contrast:more){{:root{{{_colours("contrast-light")}}}}}
@media (prefers-contrast:more) and (prefers-color-scheme:dark){{:root{{{_colours("contrast-dark")}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--window);color:var(--text);
font:16px/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;overflow-wrap:anywhere}}
main{{max-width:820px;margin:0 auto;padding:32px 24px 48px;background:var(--base);min-height:100vh}}
h1{{font-size:1.5em;line-height:1.3;margin:0 0 8px;font-weight:600}}
h2{{font-size:1em;margin:0;font-weight:600}}
h3,h4{{font-size:1.2em;margin:1.4em 0 .5em;font-weight:600}}
h5,h6{{font-size:1em;margin:1.2em 0 .4em;font-weight:600}}
p,ul,ol,blockquote,pre,table{{margin:0 0 .8em}}
.muted,.summary{{color:var(--muted)}}
.summary,.small{{font-size:.875em}}
.words{{white-space:pre-wrap}}
a{{color:var(--accent)}}
code,pre,kbd,.figure{{font-family:"JetBrains Mono",ui-monospace,"Cascadia Mono",Menlo,"DejaVu Sans Mono",monospace;
font-size:.875em;font-variant-ligatures:none}}
code{{color:var(--code)}}
pre{{background:var(--raised);padding:12px;border-radius:6px;white-space:pre-wrap}}
blockquote{{margin-left:0;margin-right:0;padding-inline-start:16px;border-inline-start:3px solid var(--line);
color:var(--muted)}}
table{{border-collapse:collapse;width:100%}}
th,td{{padding:6px 8px;border-bottom:1px solid var(--line);text-align:start;vertical-align:top}}
th{{color:var(--muted);font-weight:400}}
th[align=right],td[align=right]{{text-align:right}}
th[align=center],td[align=center]{{text-align:center}}
article{{border-top:1px solid var(--line);padding-top:16px;margin-top:16px}}
article>:first-child{{margin-top:0}}
hr{{border:0;border-top:1px solid var(--line);margin:1.2em 0}}
.dead{{text-decoration:line-through}}
.address{{color:var(--muted);font-size:.875em}}
.mark a{{font-size:.8em;color:var(--answer);border:1px solid;border-radius:4px;padding:0 4px;margin-inline-start:2px;
text-decoration:none}}
.mark a.lost{{color:var(--warn);border-style:dashed}}
.card{{border:1px solid var(--line);border-radius:6px;margin:20px 0 0;overflow:hidden}}
.card>header{{display:flex;gap:12px;align-items:baseline;padding:8px 12px;border-bottom:1px solid var(--line)}}
.card>header h2{{color:var(--answer)}}
.card.plain>header h2{{color:var(--muted)}}
.card>:not(header):not(table){{margin:12px}}
.card table{{margin:0}}
.card tbody tr:last-child>*{{border-bottom:0}}
.card th{{font-size:.875em}}
.card td:first-child,.card th:first-child{{padding-inline-start:12px}}
.card .facts th{{font-size:inherit;white-space:nowrap}}
.facts .figure{{min-width:17em}}
.evidence th,.evidence .figure,.evidence .found,.evidence .lost{{white-space:nowrap}}
.evidence bdi{{overflow-wrap:break-word}}
.found{{color:var(--answer)}}
.lost{{color:var(--warn)}}
tr:target{{background:var(--raised)}}
.warning{{border:1px solid var(--warn);border-radius:6px;padding:8px 12px;margin:16px 0;color:var(--warn)}}
.note{{border:1px solid var(--line);border-radius:6px;padding:8px 12px;margin:16px 0}}
.bar{{display:block;width:calc(100% - 24px);height:10px;border-radius:5px;background:var(--line)}}
.bar .worker{{fill:var(--worker)}}.bar .root{{fill:var(--root)}}.bar .line{{fill:var(--line)}}
{_INKS}
@media (max-width:600px){{main{{padding:20px 16px}}.evidence .found,.evidence .lost{{white-space:normal}}
.facts .figure{{min-width:0}}}}
@media print{{
:root{{color-scheme:light;{_colours("light")}--window:#fff;--base:#fff}}
@page{{margin:18mm}}
body{{font-size:10.5pt}}
main{{max-width:none;padding:0}}
.card,.warning,.note,tr,pre,blockquote{{break-inside:avoid}}
h1,h2,h3,h4,h5,h6,.card>header{{break-after:avoid}}
.bar{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
}}
"""
