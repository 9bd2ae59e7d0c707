"""The report: the same bytes on every run, whatever stands in the ledger."""

import itertools
import os
import re
import subprocess
import sys

import pytest
from ledgers import BASE, base, claim, document, event, ledger_at, source
from markdown_it import MarkdownIt

import reconcile
from reconcile.bundled import content
from reconcile.escape import terminal
from reconcile.selection import Selection

pytestmark = pytest.mark.untraced

PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SHIPPED = content("claims").parent


def report_of(home, selection=None, expectations=True):
    ledger = reconcile.read(home)
    database = reconcile.connect(ledger)
    findings = reconcile.check(ledger, database, expectations=expectations)
    return reconcile.report(ledger, findings, database, selection=selection)


@pytest.fixture(scope="module")
def shipped():
    return report_of(SHIPPED)


def tables(page):
    """The tables of a page, each a list of rows of cells, as a reader sees the cells."""
    found, tokens = [], PAGE.parse(page)
    for at, one in enumerate(tokens):
        if one.type == "table_open":
            found.append([])
        elif one.type == "tr_open":
            found[-1].append([])
        elif one.type in ("td_open", "th_open"):
            found[-1][-1].append(shown(tokens[at + 1]))
    return found


def shown(inline):
    return "".join(one.content for one in inline.children if one.type in ("text", "code_inline"))


def widths(page):
    """For each line of a table, its cells by counting the pipes that are not escaped."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1 for line in lines]


def assert_whole(page):
    """No raw HTML, no image, no link but to the web, and tables whose rows are as wide as their
    heads."""
    flat = [one for token in PAGE.parse(page) for one in (token, *(token.children or ()))]
    assert {one.type for one in flat} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text"),
        *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
        *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close", "softbreak"),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
        *("ordered_list_open", "ordered_list_close", "strong_open", "strong_close"),
        *("link_open", "link_close", "code_inline"),
    }
    for one in flat:
        if one.type == "link_open":
            assert re.match(r"https?://", one.attrs["href"], re.I)
    rows = [len(row) for table in tables(page) for row in table]
    heads = [len(table[0]) for table in tables(page) for _ in table]
    assert rows == heads
    seen = [len(table[0]) for table in tables(page) for _ in range(len(table) + 1)]
    assert widths(page) == seen


def test_the_report_of_the_shipped_ledger_is_whole(shipped):
    assert_whole(shipped)


def test_the_same_ledger_gives_the_same_bytes_in_every_process(tmp_path):
    home = hostile_ledger(tmp_path, "words")
    told = {
        subprocess.run(
            [sys.executable, "-m", "reconcile", "report", str(home), "--no-expectations"],
            capture_output=True,
            check=True,
            cwd=BASE.parent.parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert told.pop().startswith(b"# Discrepancies\n")


def test_a_report_written_again_is_the_same(tmp_path):
    home = hostile_ledger(tmp_path, "words")
    ledger = reconcile.read(home)
    findings = reconcile.check(ledger)
    assert reconcile.report(ledger, findings) == reconcile.report(ledger, findings)


def test_the_report_has_no_machine_and_no_clock_in_it(shipped):
    assert str(SHIPPED) not in shipped
    assert "/tmp" not in shipped


def test_every_contested_event_has_its_proof_and_its_table(shipped):
    database = reconcile.connect(reconcile.read(SHIPPED))
    names = database.execute(
        "SELECT name FROM event_overview WHERE contested ORDER BY starts_on, event"
    ).fetchall()
    sections = shipped.partition("## Contested events")[2].partition("## Other events")[0]
    told = sections.split("\n### ")[1:]
    assert len(told) == len(names)
    for (name,), section in zip(names, told, strict=True):
        assert shown(PAGE.parseInline(section.splitlines()[0])[0]).startswith(name)
        proof = r"^[^|-][^|]* says [^|]*, [^|]* says [^|]*; \d+ apart\.|^[^|-].* denies the figure"
        assert re.search(proof, section, re.M), section
        assert len(tables(section)) == 1


def test_every_standing_claim_is_in_the_report(shipped):
    database = reconcile.connect(reconcile.read(SHIPPED))
    contested = shipped.partition("## Contested events")[2].partition("## Other events")[0]
    (count,) = database.execute(
        "SELECT COUNT(*) FROM claim WHERE (claim IN (SELECT claim FROM standing)"
        " OR claim IN (SELECT superseded FROM claim_revision)) AND event IN"
        " (SELECT event FROM event_conflict WHERE status = 'conflicting'"
        " UNION SELECT event FROM standing WHERE stance = 'denies-figure' AND answers <> '')"
    ).fetchone()
    assert sum(len(table) - 1 for table in tables(contested)) == count


def test_a_report_can_be_of_a_selection():
    told = report_of(SHIPPED, Selection(event="dioura"), expectations=False)
    assert "Dioura camp attack" in told
    assert "Djibo" not in told
    assert told.startswith("# Discrepancies\n\n1 events") or "\n1 event" in told


def test_the_report_totals_many_events_with_their_range(tmp_path):
    figures = [
        claim("a", low=8, best=8, high=8),
        claim("j", low=20, source="jnim"),
        claim("b", low=3, best=3, high=3, event="market-2025-06-10"),
        claim("c", low=1, best=1, high=1, victims="civilians"),
    ]
    home = ledger_at(tmp_path, figures=figures, attributions=[], event_parts=[])
    page = report_of(home, expectations=False)
    (told,) = [one for one in tables(page) if "By the rules" in one[0]]
    assert told[1:] == [
        [
            "Soldiers killed",
            "2 of 2 events",
            "11 to 23",
            "11 on 2 events, there 11 to 23 by the rules",
            "20 on 1 event, there 8 to 20 by the rules",
        ]
    ]
    alone = report_of(home, Selection(event="bridge"), expectations=False)
    assert "By the rules" in page and "By the rules" not in alone


def test_an_event_of_which_only_relays_tell_is_in_the_report(tmp_path):
    figures = [
        claim("root", low=60, best=60, high=60),
        claim("moved", event="market-2025-06-10", repeats="root", document="wire-2025-06-03"),
    ]
    told = report_of(ledger_at(tmp_path, figures=figures, attributions=[]), expectations=False)
    assert "Market day" in told
    assert "Only relays of what was said of another event." in told
    assert "there of Attack on the bridge" in told


def test_french_is_set_as_french_is():
    ledger = reconcile.read(BASE)
    text = reconcile.report(ledger, reconcile.check(ledger), language="fr")
    assert re.findall(r".*[^\s-]: .*", text) == []
    assert "1er juin 2025" in text
    assert re.findall(r"\b1 juin", text) == []


def test_a_report_as_of_a_day_names_it_and_counts_what_is_left_out(tmp_path):
    documents = [*base("documents"), document("bare", published_on="")]
    figures = [
        claim("a", low=8),
        claim("b", low=9, source="jnim", asserted_on="2025-06-04"),
        claim("c", low=7, source="monitors", asserted_on="", document="bare"),
    ]
    ledger = reconcile.read(ledger_at(tmp_path, documents=documents, figures=figures))
    database = reconcile.connect(ledger, "2025-06-03")
    findings = reconcile.check(ledger, database, expectations=False)
    told = reconcile.report(ledger, findings, database)
    assert "1 claim" in told.splitlines()[2]
    assert "What had been said by 3 Jun 2025;" in told
    assert re.search(r"\b1\b[^.|]*(without a date|no date|undated)[^.|]*left out", told)


HOSTILE = {
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)><!--",
    "pipes": "a | b || \\| c \\",
    "backticks": "`one ``two ```three",
    "links": "[here](javascript:alert(1)) ![i](data:text/html,x) <javascript:alert(1)>",
    "references": "[a]: https://example.org [b][a] [^1]",
    "stars": "**bold** __b__ *i* _i_ ~~s~~ ***",
    "templates": "{{ 7 * 7 }} {% for x in y %} {# gone #} ${x} %s {0}",
    "heads": "# head ## head --- === 1. one - two > three",
    "entities": "&lt;b&gt; &amp;amp; &copy; &#60;i&#62;",
    "mentions": "@someone #12 !3 $m$",
    "quotes": "\"double\" 'single' “curly” «guillemets»",
    "Arabic": "ما لا يقل عن جنديا",
}
ADDRESSES = {
    "javascript:alert(1)": None,
    " JavaScript:alert(1)": None,
    "data:text/html,<script>alert(1)</script>": None,
    "//example.org/x": None,
    "file:///etc/passwd": None,
    "https:alert(1)": None,
    "https://example.org/a|b?c=(d)&e=[f]#g": "https://example.org/a%7Cb?c=%28d%29&e=%5Bf%5D#g",
    "https://example.org/>)[x](javascript:alert(1))": (
        "https://example.org/%3E%29%5Bx%5D%28javascript:alert%281%29%29"
    ),
    "HTTPS://example.org/é ` \\": "HTTPS://example.org/%C3%A9%20%60%20%5C",
    'https://example.org/"onmouseover="x': "https://example.org/%22onmouseover=%22x",
    "https://example.org/?a=1&lt;=2&copy;=3": "https://example.org/?a=1&lt;=2&copy;=3",
}


def hostile_ledger(home, text, *urls):
    """A contested ledger in which every free text is `text`; the words of a claim hold no digit.

    Each of the `urls` is that of a document in which a claim was read.
    """
    words = re.sub(r"\d", "x", text)
    sources = [
        source("s1", "government", name=f"{text} one", party="mali", note=text, affiliation=text),
        source("s2", "insurgent", name=f"{text} two", party="jnim", note=text),
    ]
    told = {"publisher": text, "title": text}
    documents = [document("d", url="" if urls else "https://example.org", **told)]
    documents += [document(f"d{at}", url=url, **told) for at, url in enumerate(urls)]
    told = {"admin1": text, "place": text, "kind": text, "attacker": text, "target": text}
    events = [event("e", name=text, note=text, **told), event("f", name=text)]
    cells = {"document": "d", "note": text, "victims": "soldiers"}
    figures = [
        claim("a", event="e", source="s1", low=8, high=8, stated=f"{words} a", **cells),
        claim("b", event="e", source="s2", low=70, stated=f"{words} b", **cells),
        claim("c", event="e", source="s1", stance="denies-figure", stated=f"{words} c", **cells),
        claim("d", event="f", source="s2", stance="vague", stated=f"{words} d", **cells),
    ]
    figures += [
        claim(f"d{at}", event="f", source="s2", low=at + 1, **(cells | {"document": f"d{at}"}))
        for at in range(len(urls))
    ]
    victims = [row | {"name": text, "name_fr": text} for row in base("victims")]
    measures = [row | {"name": text, "name_fr": text} for row in base("measures")]
    parties = [row | {"name": text} for row in base("parties")]
    return ledger_at(
        home,
        sources=sources,
        documents=documents,
        events=events,
        figures=figures,
        victims=victims,
        measures=measures,
        parties=parties,
        event_parts=[],
        attributions=[
            {"event": "e", "source": "s2", "document": "d", "party": "jnim", "says": "claims"}
            | {"note": text}
        ],
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_shown_as_it_stands_and_breaks_nothing(text, tmp_path):
    home = hostile_ledger(tmp_path, text)
    assert not reconcile.read(home).findings
    told = report_of(home, expectations=False)
    assert_whole(told)
    contested = tables(told.partition("## Contested events")[2])[0]
    by_side = {row[1]: row for row in contested[1:]}
    assert by_side["insurgent"][2] == f"{text} two"
    words = re.sub(r"\d", "x", text)
    assert f"{words} b".startswith(by_side["insurgent"][4].removesuffix("…"))
    headings = [shown(PAGE.parse(line)[1]) for line in told.splitlines() if line.startswith("### ")]
    assert headings == [f"{text}, 1 Jun 2025, Mali"] * 2
    speakers = next(table for table in tables(told) if "Mali" in table[0])
    assert speakers[1][0] == text


def test_hostile_text_in_a_finding_breaks_nothing_either(tmp_path):
    told = report_of(hostile_ledger(tmp_path, " ".join(HOSTILE.values())))
    assert_whole(told)
    assert "(figures-apart, " in told


def test_a_page_links_to_the_web_and_nowhere_else(tmp_path):
    home = hostile_ledger(tmp_path, "words", *ADDRESSES)
    told = report_of(home, expectations=False)
    assert_whole(told)
    links = {}
    for token in PAGE.parse(told):
        for one, words in itertools.pairwise(token.children or ()):
            if one.type == "link_open":
                links.setdefault(words.content, set()).add(one.attrs["href"])
    assert links == {f"d{at}": {to} for at, to in enumerate(ADDRESSES.values()) if to}


TURNING = [
    "abc\u202edcba",
    "a\u2066b\u2069",
    "a\u200bb",
    "a\u2028b",
    "a\x1b[31mb",
    "a\x85b",
    "a\tb",
]


@pytest.mark.parametrize("text", TURNING, ids=ascii)
def test_no_character_of_the_ledger_steers_the_page(text, tmp_path):
    told = report_of(hostile_ledger(tmp_path, text), expectations=False)
    assert_whole(told)
    assert "".join(told.splitlines()) == terminal("".join(told.splitlines()))


def test_a_refused_row_is_named_on_the_first_page(tmp_path):
    home = ledger_at(tmp_path, figures=[*base("figures"), claim("wrong", low=9, high=3)])
    told = report_of(home, expectations=False)
    assert "**1 row of the ledger is refused, 0 left out because of that: not in this" in told
    assert_whole(told)


def test_what_was_left_out_is_told_in_french_whatever_the_numbers(tmp_path):
    wrong = [claim(name, low=9, high=3) for name in ("one", "two")]
    ledger = reconcile.read(ledger_at(tmp_path, figures=[*base("figures"), *wrong]))
    told = reconcile.report(ledger, reconcile.check(ledger, expectations=False), language="fr")
    assert "2 lignes du registre sont refusées, 0 laissée de côté pour cette raison :" in told


def test_a_waived_finding_is_not_told_again(tmp_path):
    waiver = {
        "rule": "document-without-address",
        "relation": "documents",
        "key": "bare",
        "because": "A radio broadcast",
        "accepted_by": "Desk",
        "accepted_on": "2025-06-10",
    }
    documents = [*base("documents"), document("bare", url="")]
    for waivers, found in (([], True), ([waiver], False)):
        told = report_of(ledger_at(tmp_path, documents=documents, waivers=waivers))
        assert (r"document-without-address" in told) == found


def test_the_findings_of_an_event_stand_with_it(tmp_path):
    figures = [
        claim("a", low=8, best=8, high=8),
        claim("b", source="jnim", low=70, best=70, high=70),
    ]
    told = report_of(ledger_at(tmp_path, figures=figures))
    section = told.partition("### Attack on the bridge")[2].partition("## Other")[0]
    assert "- warning: bridge-2025-06-01, soldiers killed: Malian army says 8, JNIM says 70" in (
        section
    )
    assert "(figures-apart, claims/figures.csv:3, claims/figures.csv:2)" in section


def test_an_event_on_which_a_figure_is_denied_is_contested(shipped):
    contested = shipped.partition("## Contested events")[2].partition("## Other events")[0]
    djibo = contested.partition("### Djibo attack, 11 May 2025")[2].partition("\n### ")[0]
    assert "denies the figure of djibo-2025-05-11--jnim--killed--soldiers--2" in djibo


def test_a_report_of_a_selection_says_so():
    ledger = reconcile.read(SHIPPED)
    told = reconcile.report(ledger, reconcile.check(ledger), selection=Selection(event="dioura"))
    assert "Only events whose id or name holds dioura." in told
    assert "in the whole ledger" not in told
