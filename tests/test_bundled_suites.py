"""The bundled suites: their texts, and that each of their rules can be broken."""

import string

import pytest
from ledgers import BASE, base, claim, document, event, ledger_at, source

import reconcile
from reconcile.finding import Finding
from reconcile.rules import TEXTS, rules
from reconcile.suite import suites
from reconcile.tables import TABLES
from reconcile.view import views

pytestmark = pytest.mark.untraced


def bundled():
    return [suite for suite in suites(BASE) if suite.bundled]


@pytest.mark.parametrize("suite", bundled(), ids=lambda suite: suite.relation)
class TestABundledSuite:
    def test_says_everything_in_english_and_french(self, suite):
        for told in suite.told["expectations"]:
            meta = told["meta"]
            assert set(meta) == {"rule", *TEXTS, *(f"{text}_fr" for text in TEXTS)}
            for text in TEXTS:
                assert meta[text].strip() and meta[f"{text}_fr"].strip()
                assert meta[text] != meta[f"{text}_fr"]

    def test_fills_the_same_values_in_both_languages(self, suite):
        for told in suite.told["expectations"]:
            meta = told["meta"]
            assert placeholders(meta["message"]) == placeholders(meta["message_fr"]) != set()

    def test_is_never_critical(self, suite):
        assert {told["severity"] for told in suite.told["expectations"]} <= {"warning", "info"}

    def test_tests_a_relation_that_is_there(self, suite):
        assert suite.relation in views() or suite.relation in TABLES


def placeholders(message):
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_rules_of_suites_and_laws_have_names_of_their_own():
    names = [rule for suite in bundled() for rule in suite.rules()]
    assert len(names) == len(set(names))
    assert not set(names) & set(rules())


@pytest.fixture(scope="module")
def disputed(tmp_path_factory):
    """A ledger in which every bundled rule finds something."""
    sources = [*base("sources"), source("ministry", "government", party="mali")]
    figures = [
        claim("gov", low=9, best=9, high=9, stated="8 soldiers", supersedes="first"),
        claim("first", low=100, best=100, high=100, asserted_on="2025-05-20"),
        claim("rebels", source="jnim", low=70, best=70, high=70, stated="70 soldiers"),
        claim("video", source="jnim", low=90, best=90, high=90, stated="90 soldiers"),
        claim(
            "copy",
            source="gazette",
            low=71,
            stated="over 70 soldiers",
            repeats="rebels",
            document="wire-2025-06-03",
        ),
        claim("older", source="ministry", asserted_on="", document="late-paper", measure="wounded"),
        claim("newer", source="ministry", measure="wounded", supersedes="older"),
        claim("late", source="monitors", low=9, asserted_on="2025-06-03", measure="wounded"),
        claim("undated", source="residents", asserted_on="", document="bare", low=300, high=300),
        claim("open", source="jnim", event="alone", low=5),
        claim("whole", event="parts", measure="casualties", low=9, high=9),
        claim("part", event="parts", source="jnim", low=12, high=12),
        claim("sum", event="parts", victims="people", low=15, high=15, source="monitors"),
        claim("addend", event="parts", victims="civilians", low=8, high=8, source="gazette"),
        claim("voice", event="echo", low=41, high=41),
        claim("echo", event="echo", source="monitors", low=41, document="gazette-2025-06-05"),
    ]
    documents = [*base("documents"), document("bare", url="", published_on="")]
    documents.append(document("late-paper", published_on="2025-07-01"))
    home = tmp_path_factory.mktemp("disputed")
    ledger_at(
        home,
        sources=sources,
        figures=figures,
        documents=documents,
        events=[*base("events"), event("alone"), event("parts"), event("echo")],
        attributions=[
            {
                "event": "echo",
                "source": "monitors",
                "document": "bare",
                "party": "mali",
                "says": "accuses",
            }
        ],
    )
    ledger = reconcile.read(home)
    assert not ledger.findings
    return ledger, reconcile.check(ledger)


def test_every_bundled_rule_can_be_broken(disputed):
    names = {rule for suite in bundled() for rule in suite.rules()}
    assert {one.rule.name for one in disputed[1]} == names


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_message_is_filled(language, disputed):
    for one in disputed[1]:
        message = one.message_in(language)
        assert not {"{", "}", "?", "–"} & set(message), message
        assert "nan" not in message.lower().split()
        assert "None" not in message


MESSAGES = {
    "numbers-against-words": [
        'gov: the coder has low 9, best 9, high 9, the words "8 soldiers" say 8',
    ],
    "figures-apart": [
        "bridge-2025-06-01, soldiers killed: Malian army says 8, JNIM says 90, 82 apart",
        "bridge-2025-06-01, soldiers killed: JNIM says 70, Residents says 300, 230 apart",
        "bridge-2025-06-01, soldiers killed: Malian army says 8, Residents says 300, 292 apart",
    ],
    "self-contradiction": [
        "bridge-2025-06-01, soldiers killed: JNIM says 70 and also 90, and corrects neither",
    ],
    "late-revision": [
        "bridge-2025-06-01, soldiers killed: Malian army corrects 100 to 8 after 13 days",
    ],
    "relay-distortion": [
        'wire-2025-06-03 repeats rebels and changes its claimant, bound: "70 soldiers"'
        ' (soldiers killed) of JNIM becomes "over 70 soldiers" (soldiers killed) of The Gazette',
    ],
    "one-sided-event": ["alone: only one side gives a figure (insurgent)"],
    "claim-without-date": ["undated has no date, and neither has its document"],
    "claim-before-event": ["first is of 2025-05-20, before the event began on 2025-06-01"],
    "claim-after-document": ["late was said on 2025-06-03, after gazette-2025-06-02 came out"],
    "document-without-address": ["bare (Gazette) has no address"],
    "unanswered-claim": ["alone: figures of an insurgent group for losses of Mali: 1; "],
    "round-figure": ["bridge-2025-06-01, soldiers killed: Residents gives a round figure, 300"],
}


@pytest.mark.parametrize(("rule", "messages"), MESSAGES.items(), ids=MESSAGES)
def test_a_finding_says_what_is_so_with_its_values(rule, messages, disputed):
    told = [one.message for one in disputed[1] if one.rule.name == rule]
    assert len(told) == len(messages)
    for message in messages:
        assert any(one.startswith(message) for one in told), told


FAR = {
    # the army names, JNIM names; who names fewer, who names more
    "the higher claim names more": ({"low": 8}, {"low": 70}, ("Malian army", "JNIM")),
    "the higher claim names fewer": (
        {"high": 100},
        {"low": 10, "best": 10, "high": 10},
        ("JNIM", "Malian army"),
    ),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("army", "jnim", "order"), FAR.values(), ids=FAR)
def test_figures_far_apart_are_not_told_in_the_wrong_direction(
    army, jnim, order, language, tmp_path
):
    figures = [claim("a", **army), claim("b", source="jnim", **jnim)]
    found = reconcile.check(reconcile.read(ledger_at(tmp_path, figures=figures)))
    (far,) = [one for one in found if one.rule.name == "figures-far-apart"]
    message = far.message_in(language)
    directed = "times as many" in message or "fois plus" in message
    fewer, more = order
    assert message.index(fewer) < message.index(more) or not directed


def test_the_key_of_a_finding_is_what_proves_it(disputed):
    told = {one.rule.name: one for one in disputed[1]}
    assert told["self-contradiction"].key == ("rebels", "video")
    assert told["late-revision"].key == ("gov", "first")
    assert told["relay-distortion"].key == ("copy", "rebels")
    assert told["document-without-address"].key == ("bare",)
    assert all(isinstance(one, Finding) and one.relation for one in disputed[1])


def test_a_row_added_above_makes_no_old_finding_new(tmp_path):
    figures = [
        claim("gov", low=8, best=8, high=8),
        claim("rebels", source="jnim", low=70, best=70, high=70),
    ]
    other = claim("aside", event="market-2025-06-10", source="monitors", low=3, victims="civilians")
    prints = []
    for rows in (figures, [other, *reversed(figures)]):
        findings = reconcile.check(reconcile.read(ledger_at(tmp_path, figures=rows)))
        prints.append({one.fingerprint for one in findings if "rebels" in one.key})
    assert prints[0] == prints[1] != set()
