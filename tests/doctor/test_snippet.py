"""`consent doctor --page`: our own tag is there, once, and loads what was released."""

import json
import re
import uuid
from urllib.parse import urlsplit

import pytest

from consent import notices, sites, snippet
from tests.doctor.conftest import seen, to_do
from tests.doctor.servers import Page, Proxy, proxy

JAVASCRIPT = [("Content-Type", "text/javascript")]


@pytest.fixture
def loader(doctors_town) -> str:
    return f"{doctors_town.service.url}/v1/sites/demo/loader.js"


@pytest.fixture
def released(doctors_town):
    """The loader of the newest version."""
    with doctors_town.database.reading() as session:
        url = doctors_town.service.url
        version = notices.in_force(session, doctors_town.site.id)
        return snippet.released(session, doctors_town.site, version, snippet.core(), url)


def ok(findings, name):
    return [each.text for each in findings if each.name == name and each.status == "ok"]


def test_a_page_with_nothing_to_do_says_what_was_seen(look):
    found = look()
    assert to_do(found) == []
    [text] = ok(found, "snippet")
    assert "site demo, the newest release" in text
    assert any("bytes are those" in each and "version 1" in each for each in ok(found, "release"))
    assert "tags that scripts insert later" in found[-1].text


def test_a_page_without_the_snippet_is_told_the_tag(doctors_town, write, loader):
    url = write(snippet="")
    [found, *_] = seen(doctors_town, url, site_key="demo", service=doctors_town.service.url)
    assert (found.name, found.status) == ("snippet", "failed")
    assert found.paste == (f'<script src="{loader}" async></script>',)
    [found, *_] = seen(doctors_town, url, here=False)
    assert found.paste == (
        '<script src="https://CONSENT-SERVICE/v1/sites/KEY/loader.js" async></script>',
    )


def test_a_snippet_that_stands_there_twice_is_found_with_both_lines(look, loader):
    [found] = to_do(look(body=f'<script src="{loader}"></script>'), "snippet")
    assert (found.text, len(found.lines)) == (
        "The snippet stands in the page more than once.", 2,
    )  # fmt: skip


def test_the_snippet_of_another_site_is_found(doctors_town, write):
    [found] = to_do(seen(doctors_town, write(), site_key="other"), "snippet")
    assert "'demo', not 'other'" in found.text


@pytest.mark.parametrize(
    ("attributes", "status"),
    [('type="text/plain" data-consent="necessary"', "failed"), ('type="module"', "warning")],
)
def test_a_type_by_which_the_snippet_does_not_work_is_found(look, loader, attributes, status):
    found = to_do(look(snippet=f'<script {attributes} src="{loader}" async></script>'))
    assert [each.status for each in found if each.name == "snippet"] == [status]
    assert found[0].paste == (f'<script src="{loader}" async></script>',)


def test_an_address_that_gives_no_loader_is_said(look, doctors_town, loader):
    service = doctors_town.service.url
    [found] = to_do(look(snippet=f'<script src="{service}/v1/sites/nobody/loader.js"></script>'))
    assert "gives no loader (status 404)" in found.text
    [found, *_] = to_do(look(snippet='<script src="http://127.0.0.1:9/v1/sites/demo/loader.js">'))
    assert "nothing takes connections there" in found.text


def test_an_integrity_value_on_the_floating_loader_is_a_mistake(look, loader, released):
    tag = '<script src="{}" integrity="{}" crossorigin async></script>'
    [found] = to_do(look(snippet=tag.format(loader, snippet.integrity(released.body))))
    assert (found.status, "next publication" in found.text) == ("failed", True)


@pytest.mark.parametrize(
    ("value", "more", "problems"),
    [
        ("{}", "crossorigin", []),
        ("{}", "", ["needs crossorigin"]),
        ("sha256-" + "A" * 43 + "=", "crossorigin", ["not those that integrity names"]),
        ("sha384-AAAA {}", "crossorigin", ["not those that integrity names"]),
        ("sha256-AAAA {}", "crossorigin", []),
    ],
)
def test_the_integrity_of_a_frozen_release_is_held_against_its_bytes(
    look, loader, released, value, more, problems
):
    frozen = loader.replace("loader.js", released.name)
    value = value.format(snippet.integrity(released.body))
    found = to_do(look(snippet=f'<script src="{frozen}" integrity="{value}" {more}></script>'))
    assert len(found) == len(problems)
    assert all(text in each.text for text, each in zip(problems, found, strict=True))


def test_a_frozen_release_without_integrity_is_told_the_value(look, loader, released):
    found = look(snippet=f'<script src="{loader.replace("loader.js", released.name)}"></script>')
    assert to_do(found) == []
    assert any(snippet.integrity(released.body) in each.advice for each in found)


def served_by(how: Proxy, loader: str) -> str:
    return f'<script src="{how.url}{urlsplit(loader).path}" async></script>'


def test_bytes_that_nobody_released_are_found(look, doctors_town, loader):
    how = Proxy(doctors_town.service.url, change=lambda _headers, body: body + b"//evil\n")
    with proxy(how):
        found = to_do(look(snippet=served_by(how, loader)), "release")
    assert [each.status for each in found] == ["failed"]
    assert "none that this installation released" in found[0].text


def test_another_file_for_telephones_alone_is_found(look, doctors_town, loader):
    """As polyfill.io did it."""

    def change(headers, body):
        return body + b"//evil\n" if "iPhone" in headers["User-Agent"] else body

    how = Proxy(doctors_town.service.url, change=change)
    with proxy(how):
        found = to_do(look(snippet=served_by(how, loader)), "release")
    assert ["another file for a phone." in each.text for each in found] == [True]
    assert found[0].status == "failed"


@pytest.fixture
def twice_published(doctors_town):
    """Another site: its first loader, which is no longer the newest, and its address."""
    url, loaders = doctors_town.service.url, []
    with doctors_town.database.transaction() as session:
        site = sites.create(session, f"older-{uuid.uuid4().hex[:8]}", "Older", [doctors_town.shop])
        for layout in ("center", "tab"):
            document = json.loads(doctors_town.version.document) | {"layout": layout}
            notices.draft(session, site, document)
            version = notices.publish(session, site)
            loaders.append(snippet.release(session, site, version, snippet.core(), url))
    return loaders[0], f"{url}/v1/sites/{site.key}/loader.js"


def test_an_earlier_release_from_a_cache_is_told_apart_from_a_strange_one(
    look, doctors_town, twice_published
):
    first, address = twice_published
    stale = Proxy(doctors_town.service.url, change=lambda _headers, _body: first.body)
    with proxy(stale):
        found = to_do(look(snippet=served_by(stale, address)), "release")
    assert [each.status for each in found[:1]] == ["warning"]
    assert "an earlier release (version 1, the newest 2)" in found[0].text


@pytest.mark.parametrize("here", [True, False])
def test_a_frozen_release_that_is_not_the_newest_is_said(
    doctors_town, write, twice_published, here
):
    first, address = twice_published
    frozen = f'<script src="{address.replace("loader.js", first.name)}"></script>'
    [found] = to_do(seen(doctors_town, write(snippet=frozen), here=here), "release")
    assert found.status == "warning"
    assert "version 1" in found.text
    assert "frozen address of the newest" in found.advice


def test_elsewhere_the_service_itself_is_asked(doctors_town, write, loader, released):
    found = seen(doctors_town, write(), here=False)
    assert to_do(found) == []
    assert any("those of the notice its service publishes" in each for each in ok(found, "release"))
    frozen = loader.replace("loader.js", released.name)
    found = seen(doctors_town, write(snippet=f'<script src="{frozen}"></script>'), here=False)
    assert any("what its service serves now" in each for each in ok(found, "release"))


@pytest.fixture
def bundle(shop, doctors_town, tmp_path):
    """Copies that the shop serves itself; the tags that the command says to use."""
    base, output = f"{shop.url}/own/", str(tmp_path / "own")
    words = ("site", "bundle", "demo", "--output", output, "--base-url", base)
    said = doctors_town.service.command(*words)
    for file in (tmp_path / "own").iterdir():
        shop.put(f"/own/{file.name}", file.read_bytes(), headers=JAVASCRIPT)
    return re.findall(r"<script .*</script>", said)


OWN = '<script src="/own/{}" async></script>'


def test_the_tag_that_bundling_says_to_use_has_nothing_to_do(look, bundle):
    assert bundle
    for tag in bundle:
        found = look(snippet=tag)
        assert to_do(found) == []
        assert "one frozen release, in copies that the site serves" in ok(found, "snippet")[0]
        assert "what bundling version 1, the newest, gives" in ok(found, "release")[0]


@pytest.mark.parametrize("name", ["loader.js", "ours.js"])
def test_a_copy_is_known_by_what_is_in_it_here_and_elsewhere(
    doctors_town, write, shop, bundle, name
):
    shop.pages[f"/own/{name}"] = shop.pages["/own/loader.js"]
    url = write(snippet=OWN.format(name))
    for here, text in ((True, "what bundling version 1"), (False, "version, digest, code inside")):
        found = seen(doctors_town, url, here=here)
        assert to_do(found) == []
        assert "the newest release, whatever it is, in copies" in ok(found, "snippet")[0]
        assert text in ok(found, "release")[0]


def test_copies_on_a_strange_host_are_found_though_their_bytes_are_right(
    doctors_town, write, shop, bundle
):
    """Whoever puts them there can change them tomorrow."""
    strange = shop.url.replace("127.0.0.1", "localhost")
    page = shop.pages["/own/loader.js"]
    page.body = page.body.replace(f"{shop.url}/own/".encode(), f"{strange}/own/".encode())
    url = write(snippet=OWN.format("loader.js"))
    [found] = to_do(seen(doctors_town, url))
    assert "lie at localhost" in found.text
    assert to_do(seen(doctors_town, url, own=("localhost",))) == []


def test_integrity_on_the_copy_that_changes_is_a_mistake(look, shop, bundle):
    value = snippet.integrity(shop.pages["/own/loader.js"].body)
    tag = OWN.format("loader.js").replace(" async", f' integrity="{value}" crossorigin')
    [found] = to_do(look(snippet=tag))
    assert (found.status, "the next bundle breaks it" in found.text) == ("failed", True)


def test_a_bundle_that_lacks_a_file_or_has_an_altered_one_is_found(look, shop, bundle):
    name = next(each for each in shop.pages if re.fullmatch(r"/own/center\.[^.]+\.js", each))
    kept = shop.pages.pop(name)
    [found] = to_do(look(snippet=OWN.format("loader.js")), "release")
    assert name.removeprefix("/own/") in found.text
    shop.pages[name] = Page(kept.body + b" ", headers=JAVASCRIPT)
    [found] = to_do(look(snippet=OWN.format("loader.js")), "release")
    assert (found.status, "missing or altered" in found.text) == ("failed", True)


def test_an_altered_copy_of_the_loader_is_found(look, shop, bundle):
    shop.pages["/own/loader.js"].body += b"//evil\n"
    [found] = to_do(look(snippet=OWN.format("loader.js")), "release")
    assert "other bytes than bundling that gives" in found.text


def test_a_bundle_of_an_earlier_version_is_to_be_made_again(look, shop, bundle):
    page = shop.pages["/own/loader.js"]
    page.body = re.sub(rb'"version":\d+', b'"version":999', page.body)
    [found] = to_do(look(snippet=OWN.format("loader.js")), "release")
    assert "version 999" in found.text
    assert "consent site bundle" in found.advice


def test_the_tags_that_embed_prints_have_nothing_to_do(look, doctors_town):
    said = doctors_town.service.command("site", "embed", "demo")
    tags = re.findall(r"<script src.*</script>", said)
    assert len(tags) == 2
    for tag in tags:
        assert to_do(look(snippet=tag)) == []
