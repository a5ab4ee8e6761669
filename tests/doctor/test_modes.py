"""`consent doctor --page`: consent modes of others, and what stands before our tag."""

import json
import uuid

import pytest

from consent import notices, sites, snippet
from tests.doctor.conftest import line_of, seen, to_do

GTAG = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'
GTAG_JS = "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}\n"
CONFIG = f"<script>{GTAG_JS}gtag('js',new Date());\ngtag('config','G-1')</script>"
UET = """<script>(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[];n=d.createElement(t);n.src=r;
f=function(){new UET({ti:'1'})}})
(window,document,'script','//bat.bing.com/bat.js','uetq')</script>"""
CLARITY = """<script>(function(c,l,a,r,i,t,y){t=l.createElement(r);
t.src="https://www.clarity.ms/tag/"+i})(window,document,"clarity","script","1")</script>"""
GTM = """<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':
new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],
j=d.createElement(s);j.async=true;j.src=
'https://www.googletagmanager.com/gtm.js?id='+i;f.parentNode.insertBefore(j,f);
})(window,document,'script','dataLayer','GTM-1');</script>"""
ALL = "ad_storage:'denied',ad_user_data:'denied',ad_personalization:'denied',"
ALL += "analytics_storage:'denied'"


def default(words: str = ALL + ",wait_for_update:500") -> str:
    return f"<script>{GTAG_JS}gtag('consent','default',{{{words}}})</script>"


def waits(tag: str) -> str:
    return tag.replace("<script", '<script type="text/plain" data-consent="performance"')


@pytest.mark.parametrize("tags", [GTAG + "\n" + CONFIG, GTM])
def test_a_tag_that_runs_without_a_default_is_found_with_what_to_put_before_it(look, tags):
    [found] = to_do(look(head=tags), "google")
    assert (found.status, "nobody said denied" in found.text) == ("failed", True)
    assert "gtag('consent','default'" in found.paste[0]
    assert to_do(look(head=found.paste[0] + tags), "google") == []


@pytest.mark.parametrize(
    "tags",
    [f"{GTAG}\n{default()}\n{CONFIG}", f"{GTM}\n{default()}", f"{CONFIG}\n{default()}"],
)
def test_a_default_after_the_tag_or_a_command_is_too_late(look, write, shop, tags):
    [found] = to_do(look(head=tags), "google")
    assert (found.status, "comes after its tag" in found.text) == ("failed", True)
    assert f"line {line_of(shop.url + '/page', shop, 'default')}" in found.text


@pytest.mark.parametrize("tags", [f"{default()}{GTAG}{CONFIG}", default() + GTM])
def test_a_default_before_everything_holds_and_the_tag_is_only_warned_of(look, tags):
    found = look(head=tags)
    assert to_do(found, "google") == []
    assert [each.status for each in to_do(found, "tag")] == ["warning"]
    assert "signals without cookies" in to_do(found, "tag")[0].text
    assert any(each.status == "ok" and each.name == "google" for each in found)


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (ALL.replace("'denied'", "'granted'", 1) + ",wait_for_update:1", "failed",
         "grants ad_storage"),
        (ALL.replace("'denied'", "'granted'", 1) + ",wait_for_update:1,region:['US']", "warning",
         "outside the regions"),
        (ALL, "warning", "no wait_for_update"),
        ("ad_storage:'denied',analytics_storage:'denied',wait_for_update:500", "warning",
         "does not name ad_user_data, ad_personalization"),
    ],
)  # fmt: skip
def test_what_a_default_says_is_looked_at(look, words, status, text):
    [found] = to_do(look(head=default(words) + GTM), "google")
    assert (found.status, text in found.text) == (status, True)


def test_security_storage_may_be_granted(look):
    words = ALL + ",security_storage:'granted',wait_for_update:500"
    assert to_do(look(head=default(words) + GTM), "google") == []


def test_tags_that_wait_need_no_default_and_are_told_of_the_option(look):
    found = look(head=waits(GTAG) + waits(CONFIG))
    assert to_do(found) == []
    [said] = [each for each in found if each.name == "google"]
    assert (said.status, '"consent_modes": ["google"]' in said.advice) == ("note", True)


@pytest.mark.parametrize(("key", "tag"), [("uet", UET), ("clarity", CLARITY)])
def test_microsofts_modes_are_looked_at_alike(look, key, tag):
    [found] = to_do(look(head=tag), key)
    assert found.status == "failed"
    assert to_do(look(head=found.paste[0] + tag), key) == []
    [late] = to_do(look(head=tag + "\n" + found.paste[0]), key)
    assert "comes after" in late.text


@pytest.fixture
def telling(doctors_town, write):
    """Give a function that looks at a page of a site whose loader serves Google's mode."""
    service = doctors_town.service.url
    key = f"telling-{uuid.uuid4().hex[:8]}"
    with doctors_town.database.transaction() as session:
        site = sites.create(session, key, "Telling", [doctors_town.shop])
        document = json.loads(doctors_town.version.document)
        document["options"] = {**document.get("options", {}), "consent_modes": ["google"]}
        notices.draft(session, site, document)
        version = notices.publish(session, site)
        snippet.release(session, site, version, snippet.core(), service)

    def looking(how: str, head: str):
        tag = f'<script src="{service}/v1/sites/{key}/loader.js"{how}></script>'
        return seen(doctors_town, write(snippet=tag, head=head))

    return looking


@pytest.mark.parametrize("here", ["", " async"])
def test_a_loader_that_serves_the_mode_is_early_enough_without_async_alone(telling, here):
    found = telling(here, GTM)
    if here:
        [late] = to_do(found, "google")
        assert (late.status, "async, so too late" in late.text) == ("failed", True)
        assert to_do(telling(here, late.paste[0] + GTM), "google") == []
    else:
        assert to_do(found, "google") == []
        assert [each.status for each in to_do(found, "tag")] == ["warning"]
    waiting = [each for each in telling(here, waits(GTM)) if each.name == "google"]
    assert waiting == []


def test_a_page_without_their_tags_hears_nothing_of_modes(look):
    assert {each.name for each in look()} & {"google", "uet", "clarity"} == set()


def test_what_stands_before_the_snippet_is_named(look, doctors_town):
    tag = f'<script src="{doctors_town.service.url}/v1/sites/demo/loader.js"></script>'
    before = '<script src="/own.js"></script>\n<script>document.cookie="a=1"</script>\n'
    found = look(snippet=before + tag)
    [early, how] = [each for each in found if each.name == "order" and each.status == "note"]
    assert (early.lines, "before the snippet" in early.text) == ((5, 6), True)
    assert "without async" in how.text
    [how] = [each for each in look() if each.name == "order" and each.status == "note"]
    assert "loaded async" in how.text


STUB = f"<script>{snippet.stub(())}</script>"


@pytest.mark.parametrize("call", ["consent.q.push(['open'])", "consent.ready.then(go)"])
def test_a_call_before_the_snippet_is_there_needs_the_stub(look, call):
    [found] = to_do(look(body=f"<script>{call}</script>"), "order")
    assert found.paste == (STUB,)
    assert to_do(look(head=STUB, body=f"<script>{call}</script>"), "order") == []


def test_a_call_after_a_snippet_without_async_needs_none(look, doctors_town):
    tag = f'<script src="{doctors_town.service.url}/v1/sites/demo/loader.js"></script>'
    assert to_do(look(snippet=tag, body="<script>consent.q.push(['open'])</script>")) == []
