"""Every message of the pages is in every language, and nothing is said outside a message."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from reconcile.pages.catalogue import LANGUAGES, messages
from reconcile.pages.messages.renew import main, template_of

PAGES = Path(str(files("reconcile.pages")))
OTHERS = LANGUAGES[1:]


def held(language):
    with (PAGES / "messages" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(message):
    """The message or its forms, as a tuple."""
    return message if isinstance(message, tuple) else (message,)


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_missing_in_a_language(language):
    asked = {one.id for one in template_of() if one.id}
    told = {one.id: one for one in held(language) if one.id}
    assert len(asked) > 150
    assert asked == set(told)
    for identity in asked:
        assert all(texts(told[identity].string)), identity
        assert not told[identity].fuzzy, identity


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_the_same_places(language):
    for one in held(language):
        if one.id:
            places = {frozenset(re.findall(r"\{(\w+)\}", text)) for text in texts(one.id)}
            for text in texts(one.string):
                assert set(re.findall(r"\{(\w+)\}", text)) in map(set, places), one.id


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_begins_and_ends_as_the_message_does(language):
    for one in held(language):
        for message, text in zip(texts(one.id), texts(one.string), strict=True) if one.id else ():
            assert text.startswith(" ") == message.startswith(" "), message
            assert (text[-1] in ".:;") == (message[-1] in ".:;"), message


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_is_as_renewed(language, capsys):
    path = PAGES / "messages" / f"{language}.po"
    before = path.read_bytes()
    main()
    assert path.read_bytes() == before


def test_a_page_speaks_the_language_asked_for():
    assert messages("fr").gettext("Discrepancies") == "Divergences"
    assert messages("en").gettext("Discrepancies") == "Discrepancies"
    assert messages("fr").ngettext("{n} claim", "{n} claims", 0) == "{n} affirmation"
    assert messages("en").ngettext("{n} claim", "{n} claims", 0) == "{n} claims"


OF_VIEWS = ("not recorded", "no toll given", "different parties")
TEMPLATES = sorted(
    one for one in (PAGES / "templates").iterdir() if one.suffix in (".html", ".jinja", ".md")
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_nothing_is_said_outside_a_message(template):
    text = template.read_text("utf-8")
    text = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(style|script)>.*?</\1>", " ", text, flags=re.S
    )
    text = re.sub(r"<[^>]*>|\w+=\"", " ", text)
    assert re.findall(r"[A-Za-z]{2,}", text) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_no_words_stand_in_an_expression_outside_a_message(template):
    told = re.findall(r"\{[{%](.*?)[%}]\}", template.read_text("utf-8"), re.S)
    for expression in told:
        without = re.sub(r"(_|ngettext)\((\"[^\"]*\"(, )?)+", "(", expression)
        for literal in re.findall(r"\"([^\"]*)\"", without):
            assert not re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", literal) or literal in OF_VIEWS


@pytest.mark.parametrize("name", ["event.md", "report.md"])
def test_no_template_sets_a_colon_or_a_semicolon_itself(name):
    text = (PAGES / "templates" / name).read_text("utf-8")
    shown = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", re.sub(r"\{\{.*?\}\}", "…", text, flags=re.DOTALL))
    assert "…" in shown
    assert re.findall(r".*…[*)]*[:;] .*", shown) == []
