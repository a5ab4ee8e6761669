"""What the snippet is told of whom to ask again."""

import json

from consent import notices, snippet
from consent.snippet import Core
from tests.factories import a_notice, a_published_site
from tests.web.test_loader import config_of

CORE = Core("L(", "C", "P", "M(")
ZETA = {**a_notice()["vendors"][0], "key": "zeta", "name": "Zeta"}


def released(session, demo, ask_again="nobody", **changes):
    """Publish, and return the loader's configuration and what comes with the texts."""
    notices.draft(session, demo.site, a_notice(**changes))
    notices.publish(session, demo.site, ask_again=ask_again)
    loader, parts = snippet.files(
        session, demo.site, CORE, "https://consent.example", "https://f.example/"
    )
    text = next(part for part in parts if part.name.startswith("text.en."))
    return config_of(loader.body.decode()), json.loads(text.body)


def test_a_notice_that_asks_nobody_says_nothing_of_it(session, demo):
    config, speech = released(session, demo, layout="tab")
    assert "asked" not in config
    assert not {"asks", "everybody"} & speech.keys()


def test_everybody_is_one_number(session, demo):
    config, speech = released(session, demo, "everybody")
    assert (config["asked"], speech["everybody"]) == (2, 2)


def test_a_new_company_is_named_and_withheld(session, demo):
    vendors = [*a_notice()["vendors"], ZETA]
    config, speech = released(session, demo, "changed", vendors=vendors)
    assert config["asked"] == 2
    both = ["consent", "legitimate_interest"]
    assert config["vendors"] == [
        [["targeting"], both, ["acme"]],
        [["performance", "functional"], ["consent"], ["metrics"]],
        [["targeting"], both, ["zeta"], {"targeting": 2}],
    ]
    assert speech["asks"] == [[2, "Zeta", "targeting", "zeta", True]]


def test_a_new_category_is_named_in_the_language(session, demo):
    noise = a_published_site(session, "noise", "https://noise.example")
    assert noise.version.asks == {}
    texts = {"en": {"category_video_name": "Video", "category_video_text": "Films."}}
    categories = [*a_notice()["categories"], {"key": "video"}]
    _, speech = released(session, demo, texts=texts, categories=categories)
    assert speech["asks"] == [[2, "Video", "video"]]
