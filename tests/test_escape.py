"""Hostile text: what a terminal, a Markdown page and a spreadsheet make of it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconcile.escape import markdown, spreadsheet, terminal

pytestmark = pytest.mark.untraced

SPECIAL = list(
    "=+-@\t\r\n\x1b\x00\x07\x85\u2028\u202e\u2066\u200f\ufeff<>&|`*_[]()#~!$\\'\" ax1;:/"
)
HOSTILE = st.lists(
    st.one_of(st.sampled_from(SPECIAL), st.sampled_from(SPECIAL), st.characters()), max_size=20
).map("".join)
PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def control(text: str) -> list[str]:
    """The characters of a text that move a cursor, turn the direction or break a line."""
    bad = ("Cc", "Cs", "Zl", "Zp")
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    return [one for one in text if unicodedata.category(one) in bad or one in turning]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("34 soldiers", "34 soldiers"),
        ("près d'une cinquantaine – 40 “héros”", "près d'une cinquantaine – 40 “héros”"),
        ("ما لا يقل عن 40 جنديا", "ما لا يقل عن 40 جنديا"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("one\ntwo\r\n", "one\\ntwo\\r\\n"),
        ("\x9b2J", "\\x9b2J"),
        ("abc\u202edcba", "abc\\u202edcba"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("a\u2028b", "a\\u2028b"),
        ("\ufeffbom", "\\ufeffbom"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        (34, "34"),
        (None, "None"),
    ],
)
def test_a_terminal_shows_what_would_steer_it(text, shown):
    assert terminal(text) == shown


@given(HOSTILE)
def test_whatever_is_printed_is_one_line_without_control_characters(text):
    shown = terminal(text)
    assert not control(shown)
    assert len(shown.splitlines()) <= 1
    assert terminal(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M", "Zs"])))
def test_text_without_control_characters_is_printed_as_it_stands(text):
    assert terminal(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- gone -->",
        "<https://example.org>",
        "&lt;b&gt; &amp; &copy;",
        "[words](javascript:alert(1))",
        "![image](https://example.org/x.png)",
        "**bold** __bold__ *it* _it_ ~~gone~~",
        "`code` ``code``",
        "a | b || c",
        "a \\| b \\",
        "[ref]: https://example.org",
        "{{ 7 * 7 }} {% raw %}",
        "# head",
        "@someone #12 $x^2$",
        "[x][y] [z]",
    ],
)
def test_a_page_shows_markup_as_it_stands(text):
    (inline,) = PAGE.parseInline(markdown(text))
    assert [(one.type, one.content) for one in inline.children] == [("text", text)]


@given(HOSTILE)
def test_a_page_shows_any_text_as_text_and_nothing_else(text):
    (inline,) = PAGE.parseInline(markdown(text).strip() or "-")
    assert {one.type for one in inline.children} == {"text"}
    assert inline.children[0].content == (terminal(text).strip() or "-")


@pytest.mark.parametrize("text", ["<!-- gone", "<script", "<?php", "<!DOCTYPE", "<div", "<a b"])
def test_no_line_of_a_page_begins_with_markup_of_the_web(text):
    assert [one.type for one in PAGE.parse(markdown(text))] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]


@given(HOSTILE, HOSTILE)
@example("a | b", "c")
@example("a \\", "| b")
@example("a \\| b \\\\| c", "`|`")
def test_a_cell_never_leaves_its_column(first, second):
    page = f"| a | b |\n| --- | --- |\n| {markdown(first)} | {markdown(second)} |\n"
    tokens = PAGE.parse(page)
    cells = [tokens[at + 1].content for at, one in enumerate(tokens) if one.type == "td_open"]
    assert len(cells) == 2
    shown = [PAGE.parseInline(cell)[0].children for cell in cells]
    texts = ["".join(one.content for one in told or []) for told in shown]
    assert texts == [terminal(first).strip(), terminal(second).strip()]
    assert tokens[-1].type == "table_close"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ('=HYPERLINK("https://example.org")', '\'=HYPERLINK("https://example.org")'),
        ("-3", "-3"),
        ("+3", "+3"),
        ("-3.5", "-3.5"),
        (-3, "-3"),
        (34, "34"),
        (None, ""),
        ("", ""),
        ("au moins 40", "au moins 40"),
        ("8=8", "8=8"),
        ("--", "'--"),
    ],
)
def test_a_spreadsheet_takes_no_text_for_a_formula(text, cell):
    assert spreadsheet(text) == cell


@pytest.mark.parametrize(
    "before", ["\t", "\r", "\n", " ", "\xa0", "\ufeff", "\u200b", "\x00", "  "]
)
def test_nothing_before_a_formula_hides_it(before):
    assert spreadsheet(f"{before}=1+1")[0] in "'\\"


@given(HOSTILE)
def test_a_cell_escaped_twice_is_escaped_once(text):
    assert spreadsheet(spreadsheet(text)) == spreadsheet(text)


@given(HOSTILE)
def test_no_cell_of_a_spreadsheet_begins_a_formula(text):
    cell = spreadsheet(text)
    assert not cell.lstrip().startswith(("=", "@", "＝", "＋", "＠"))
    if cell.lstrip().startswith(("+", "-", "－")):
        float(cell)


@given(HOSTILE)
def test_no_cell_of_a_spreadsheet_holds_a_control_character(text):
    assert not control(spreadsheet(text))


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_plain_words_stay_plain_everywhere(text):
    assert terminal(text) == markdown(text) == spreadsheet(text) == text
