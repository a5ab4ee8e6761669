"""`consent doctor --page`: tags of others that run before a choice, and marks that fail."""

import pytest
from hypothesis import given
from hypothesis.strategies import text

from consent.doctor.page.reading import read
from tests.doctor.conftest import line_of, seen, to_do

META = """<script>
!function(f,b,e,v,n,t,s){n=f.fbq=function(){n.queue.push(arguments)};n.queue=[];t=b.createElement(e);
t.async=!0;t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}
(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');
fbq('init','1');fbq('track','PageView')
</script>"""

# Each with the company it is of and its marked form, a line each.
LOOSE = [
    """<script async src="https://connect.facebook.net/en_US/fbevents.js?a=1&amp;b=2"></script>
Meta Pixel
<script type="text/plain" data-consent="targeting" data-consent-vendor="meta" async ASRC></script>
""".replace("ASRC", 'src="https://connect.facebook.net/en_US/fbevents.js?a=1&amp;b=2"'),
    """<script type="module" nonce="abc" src="//static.hotjar.com/c.js"></script>
Hotjar
<script type="text/plain" data-consent="performance" data-consent-vendor="hotjar" MORE></script>
""".replace("MORE", 'data-type="module" nonce="NONCE" src="//static.hotjar.com/c.js"'),
    """<iframe title="Film" src="https://www.youtube.com/embed/1" width=560></iframe>
YouTube
<iframe data-consent="functional" data-consent-vendor="youtube" title="Film" MORE></iframe>
""".replace("MORE", 'data-src="https://www.youtube.com/embed/1" width="560"'),
    """<img alt="" src="https://www.facebook.com/tr" srcset="https://www.facebook.com/a 1x, /b 2x">
Meta Pixel
<img data-consent="targeting" data-consent-vendor="meta" alt="" MORE>
""".replace(
        "MORE",
        'data-src="https://www.facebook.com/tr" data-srcset="https://www.facebook.com/a 1x, /b 2x"',
    ),
    """<link rel="stylesheet" href="https://use.typekit.net/x.css">
Adobe Fonts
<link data-consent="functional" data-consent-vendor="adobe-fonts" rel="stylesheet" MORE>
""".replace("MORE", 'data-href="https://use.typekit.net/x.css"'),
    """<video controls poster="https://www.youtube.com/p.jpg" src="/own.mp4"></video>
YouTube
<video data-consent="functional" data-consent-vendor="youtube" controls MORE>
""".replace("MORE", 'data-poster="https://www.youtube.com/p.jpg" data-src="/own.mp4"'),
    """<object data="https://e.issuu.com/1"></object>
Issuu
<object data-consent="functional" data-consent-vendor="issuu" MORE></object>
""".replace("MORE", 'data-data="https://e.issuu.com/1"'),
]
LOOSE = [tuple(each.strip().split("\n")) for each in LOOSE]
STYLE = "<style>@import url('https://use.typekit.net/x.css');</style>"
WAITING_STYLE = '<template data-consent="functional" data-consent-vendor="adobe-fonts">'
LOOSE.append((STYLE, "Adobe Fonts", f"{WAITING_STYLE}{STYLE}</template>"))
WAITING_META = '<script type="text/plain" data-consent="targeting" data-consent-vendor="meta">'
LOOSE.append((META, "Meta Pixel", META.replace("<script>", WAITING_META)))


@pytest.mark.parametrize(("tag", "name", "right"), LOOSE, ids=lambda each: each[:24])
def test_a_companys_unmarked_tag_is_found_and_its_marked_form_given(
    look, write, shop, tag, name, right
):
    [found] = to_do(look(body=tag))
    assert (found.name, found.status, found.paste) == ("tag", "failed", (right,))
    assert name in found.text
    assert found.lines == (line_of(shop.url + "/page", shop, tag.splitlines()[0]),)


@pytest.mark.parametrize(("tag", "_name", "right"), LOOSE, ids=lambda each: each[:24])
def test_what_is_given_holds_when_it_stands_in_the_page(look, tag, _name, right):
    assert to_do(look(body=right)) == []


def test_of_a_long_script_the_beginning_is_shown(look):
    [found] = to_do(look(body=META.replace("fbq('init'", "/*" + "x" * 5000 + "*/fbq('init'")))
    assert len(found.paste[0]) < 500
    assert found.paste[0].endswith("as it stands there ...\n</script>")


def test_many_of_one_kind_are_one_finding_with_a_few_examples(look):
    [found] = to_do(look(body='<img alt="" src="https://www.facebook.com/x">\n' * 9))
    assert len(found.lines) == 9
    assert found.paste[-1] == "... and 6 more alike"


@pytest.mark.parametrize(
    ("tag", "status", "category"),
    [
        ('<script src="https://cdn.stranger.example/x.js"></script>', "failed", "targeting"),
        ('<iframe src="https://stranger.example/"></iframe>', "failed", "functional"),
        ('<img alt="" src="https://stranger.example/x.png">', "warning", "targeting"),
        ('<link rel="stylesheet" href="https://stranger.example/x">', "warning", "functional"),
        (META.replace("connect.facebook.net", "cdn.stranger.example"), "failed", "targeting"),
    ],
)
def test_a_third_party_that_is_not_listed_is_named_with_what_to_list(look, tag, status, category):
    [found] = to_do(look(body=tag))
    assert (found.status, "stranger.example" in found.text) == (status, True)
    assert "notice" in found.advice
    assert f'data-consent="{category}"' in found.paste[0]
    assert "data-consent-vendor" not in found.paste[0]


def test_a_host_below_that_of_a_company_is_its_and_should_be_listed(look):
    [found] = to_do(look(body='<script src="https://eu.connect.facebook.net/x.js"></script>'))
    assert "Meta Pixel" in found.text
    assert found.advice.startswith("Add the host eu.connect.facebook.net")


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://js.stripe.com/v3"></script>',
        '<script src="/own.js"></script><img alt="" src="own.png">',
        '<template><script src="https://connect.facebook.net/x.js"></script></template>',
        '<!-- <script src="https://connect.facebook.net/x.js"></script> -->',
        '<script type="application/ld+json">{"@context": "https://schema.org/"}</script>',
        '<a href="https://www.facebook.com/shop">Find us there</a>',
        '<link rel="canonical" href="https://elsewhere.example/">',
        '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        '<script>const link = "https://stranger.example/about"</script>',
    ],
)
def test_what_needs_no_choice_is_left_alone(look, tag):
    assert to_do(look(body=tag)) == []


def test_other_hosts_of_the_site_may_be_named(doctors_town, write):
    url = write(body='<script src="https://assets.elsewhere.example/x.js"></script>')
    assert to_do(seen(doctors_town, url))
    assert to_do(seen(doctors_town, url, own=("elsewhere.example",))) == []


def test_a_pixel_for_browsers_without_scripts_is_to_be_taken_out(look):
    pixel = '<noscript><img alt="" src="https://www.facebook.com/tr?noscript=1"></noscript>'
    [found] = to_do(look(body=pixel))
    assert "without scripts" in found.text
    assert found.advice.startswith("Take it out")


def test_hints_that_connect_early_are_found(look):
    hints = """<link rel="preconnect" href="https://static.hotjar.com" crossorigin>
<link rel="dns-prefetch" href="//connect.facebook.net"><link rel="preconnect" href="/">"""
    found = to_do(look(head=hints))
    assert [each.name for each in found] == ["hint", "hint"]
    assert "static.hotjar.com" in found[0].text


MISTAKES = [
    ('<script data-consent="targeting" src="/a.js"></script>', "runs at once",
     '<script type="text/plain" data-consent="targeting" src="/a.js"></script>'),
    ('<script type="module" data-consent="targeting">1</script>', "runs at once",
     '<script type="text/plain" data-consent="targeting" data-type="module">1</script>'),
    ('<iframe data-consent="functional" src="https://www.youtube.com/1"></iframe>',
     "with src loads at once",
     '<iframe data-consent="functional" data-src="https://www.youtube.com/1"></iframe>'),
    ('<img alt="" data-consent="targeting" src="/p.png" data-src="/p.png">',
     "with src loads at once",
     '<img data-consent="targeting" alt="" data-src="/p.png">'),
    ('<link data-consent="functional" rel="stylesheet" href="/x.css">', "with href loads at once",
     '<link data-consent="functional" rel="stylesheet" data-href="/x.css">'),
    ('<script type="text/plain" data-consent="marketing">1</script>', "'marketing'", "targeting"),
    ('<script type="text/plain" data-consent="performence">1</script>', "'performence'",
     "performance"),
    ('<script type="text/plain" data-consent="functional zzz">1</script>', "'zzz'",
     "necessary, functional, targeting, performance"),
    ('<script type="text/plain" data-consent="">1</script>', "empty", "category"),
    ('<script type="text/plain" data-consent="targeting" data-consent-vendor="metta">1</script>',
     "no company 'metta'", "'meta'"),
    ('<script type="text/plain" data-consent="functional" data-consent-vendor="meta">1</script>',
     "does not stand in functional", "'targeting'"),
    ('<script type="text/plain" data-consent-vendor="meta">1</script>', "holds nothing back",
     "data-consent"),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "what", "right"), MISTAKES, ids=lambda each: each[:40])
def test_a_mark_that_does_not_do_what_was_meant_is_found(look, tag, what, right):
    found = to_do(look(body=tag), "mark")
    assert [what in each.text for each in found] == [True]
    assert found[0].paste == (right,) if found[0].paste else right in found[0].advice


@pytest.mark.parametrize(
    "tag",
    [
        '<script type="text/plain" data-consent="!performance" data-src="/c.js"></script>',
        '<script TYPE="Text/Plain" data-consent="targeting functional">1</script>',
        '<template data-consent="performance"><iframe src="https://e.issuu.com/1"></iframe></template>',
        "<div data-consent-status></div><div data-consent-cookie-table></div>",
        '<audio controls data-consent="functional" data-src="https://w.soundcloud.com/a"></audio>',
    ],
)
def test_marks_that_are_right_are_left_alone(look, tag):
    assert to_do(look(body=tag)) == []


def test_a_page_with_nonsense_is_read_to_its_end(look):
    hostile = (
        '<script src="http://[::1/x.js"></script><img src="http://a b:x/" srcset=" , ,x"><iframe'
        ' src="javascript:0"></iframe><base href="http://["><![if IE]><![x[ <p>'
        '<script src="https://connect.facebook.net/x.js"></script><script>'
    )
    assert any("Meta Pixel" in each.text for each in to_do(look(body=hostile), "tag"))


@given(text())
def test_whatever_a_page_holds_reading_it_ends(page):
    document = read(page, "https://shop.example/")
    for element in document.elements:
        list(document.addresses(element))
