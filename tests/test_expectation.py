"""Expectations: read strictly, put to whole relations, each failing row with its address."""

import datetime as dt
import math
import string

import pytest
from ledgers import BASE, base, claim, document, event, ledger_at, source

import reconcile
from reconcile.bundled import content
from reconcile.expectation import judge
from reconcile.finding import Finding, ReconcileError, Severity
from reconcile.formats import render
from reconcile.formats.run import Checked, Run
from reconcile.relation import Relation
from reconcile.review import retract
from reconcile.rules import TEXTS, rules
from reconcile.suite import suites
from reconcile.tables import TABLES
from reconcile.view import views

pytestmark = pytest.mark.untraced

BUNDLED = {path.stem for path in content("expectations").glob("*.toml")}


def expectation(kind, severity='"warning"', rule="my-rule", message="{claim}", **kwargs):
    """An expectation as TOML; a keyword argument is given as TOML too."""
    told = ", ".join(f"{name} = {value}" for name, value in kwargs.items())
    return (
        f'[[expectations]]\ntype = "{kind}"\nseverity = {severity}\nkwargs = {{ {told} }}\n'
        f'[expectations.meta]\nrule = "{rule}"\nmessage = "{message}"\n'
    )


def between(**kwargs):
    return expectation("expect_column_values_to_be_between", **kwargs)


GOOD = between(column='"low"', max_value="31")


@pytest.fixture(scope="module")
def small():
    ledger = reconcile.read(BASE)
    return ledger, reconcile.connect(ledger)


def own(home):
    return [suite for suite in suites(home) if not suite.bundled]


def put(home, small, text, relation="standing"):
    """What the one suite of a workspace finds in the base."""
    home = ledger_at(home, suites={relation: text})
    return list(judge(*small, own(home)))


# loading ------------------------------------------------------------------------------------------

UNREADABLE = {
    "not TOML": ("[[expectations", "not readable as TOML"),
    "empty": ("", "holds nothing"),
    "a misspelt table": (GOOD.replace("[[expectations]]", "[[expectation]]"), "expectation"),
    "a key beside the expectations": ('name = "standing"\n' + GOOD, "holds expectations, name"),
    "a number": ("expectations = 3", r"holds \[\[expectations\]\]"),
    "a list of numbers": ("expectations = [1, 2]", "expectation 1"),
    "a misspelt key": (GOOD.replace("severity", "severty"), "lacks severity and has .* severty"),
    "no kwargs": (GOOD.replace("kwargs = { column", "kwarks = { column"), "lacks kwargs"),
    "no meta": (GOOD.partition("[expectations.meta]")[0], "lacks meta"),
    "a meta that is a word": (
        GOOD.partition("[expectations.meta]")[0] + 'meta = "rule"',
        "expectation 1.*meta|meta of expectation 1",
    ),
    "a meta that is a number": (
        GOOD.partition("[expectations.meta]")[0] + "meta = 3",
        "expectation 1.*meta|meta of expectation 1",
    ),
    "kwargs that are a word": (
        GOOD.replace('{ column = "low", max_value = 31 }', '"low"'),
        "kwargs",
    ),
    "a misspelt message": (GOOD.replace("message", "mesage"), "lacks message and .* mesage"),
    "no rule": (GOOD.replace('rule = "my-rule"\n', ""), "lacks rule"),
    "a rule that is no text": (GOOD.replace('"my-rule"', "3"), "rule"),
    "a message that is no text": (GOOD.replace('"{claim}"', "3"), "message"),
    "a message with an open brace": (GOOD.replace("{claim}", "{claim"), "message"),
    "a message with an unknown value": (GOOD.replace("{claim}", "{clam}"), "clam"),
    "an unknown severity": (GOOD.replace('"warning"', '"error"'), "severity 'error' is none of"),
    "a severity that is a list": (GOOD.replace('"warning"', '["warning"]'), "severity"),
    "a rule twice": (GOOD + GOOD, "the rule is there twice"),
    "a condition with a variable": (
        between(column='"low"', max_value="3", row_condition='"low > @os"'),
        "row_condition",
    ),
    "a type that is no text": (
        GOOD.replace('"expect_column_values_to_be_between"', "3"),
        "type|called 3",
    ),
    "an unknown expectation": (
        GOOD.replace("to_be_between", "to_be_betwixt"),
        "no expectation is called expect_column_values_to_be_betwixt",
    ),
    "a misspelt argument": (GOOD.replace("max_value", "maximum"), "no argument maximum"),
    "an argument too few": (GOOD.replace('column = "low", ', ""), "column"),
    "a bound that is a word": (GOOD.replace("31", '"thirty"'), "my-rule"),
    "bounds in reverse": (
        between(column='"low"', min_value="9", max_value="3"),
        "my-rule",
    ),
    "a share above one": (between(column='"low"', max_value="3", mostly="2"), "my-rule"),
    "a missing column": (GOOD.replace('"low"', '"lowest"'), "standing has no column lowest"),
    "a missing column of a pair": (
        expectation(
            "expect_column_pair_values_a_to_be_greater_than_b",
            column_A='"high"',
            column_B='"lower"',
        ),
        "standing has no column lower",
    ),
    "a missing column of several": (
        expectation("expect_compound_columns_to_be_unique", column_list='["claim", "clam"]'),
        "standing has no column clam",
    ),
    "a condition on a missing column": (
        between(
            column='"low"',
            max_value="3",
            row_condition="\"sied == 'insurgent'\"",
            condition_parser='"pandas"',
        ),
        "my-rule",
    ),
    "numbers asked of words": (between(column='"source"', min_value="0"), "my-rule"),
    "the whole relation, and it fails": (
        expectation("expect_table_row_count_to_be_between", max_value="1"),
        "judges the relation as a whole",
    ),
    "the whole relation, and it passes": (
        expectation("expect_table_row_count_to_be_between", min_value="1"),
        "judges the relation as a whole",
    ),
    "a mean": (
        expectation("expect_column_mean_to_be_between", column='"low"', max_value="1"),
        "judges the relation as a whole",
    ),
}


@pytest.mark.parametrize(("text", "told"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_faulty_suite_ends_the_run_and_its_file_is_named(text, told, small, tmp_path):
    with pytest.raises(ReconcileError, match=rf"(?s)expectations/standing\.toml: .*({told})"):
        put(tmp_path, small, text)


@pytest.mark.parametrize("relation", ["standings", "address", "asking", "reading", "finding"])
def test_a_suite_for_no_table_or_view_ends_the_run(relation, small, tmp_path):
    told = rf"expectations/{relation}\.toml: there is no table or view {relation}"
    with pytest.raises(ReconcileError, match=told):
        put(tmp_path, small, GOOD, relation)


def test_a_suite_that_is_not_utf8_ends_the_run(tmp_path):
    home = ledger_at(tmp_path, suites={"standing": GOOD})
    (home / "expectations" / "standing.toml").write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ReconcileError, match=r"expectations/standing\.toml: not readable"):
        suites(home)


def test_a_folder_where_a_suite_should_be_ends_the_run(tmp_path):
    home = ledger_at(tmp_path, suites={"standing": GOOD})
    (home / "expectations" / "relay.toml").mkdir()
    with pytest.raises(ReconcileError, match=r"expectations/relay\.toml"):
        suites(home)


def test_a_faulty_suite_never_passes_for_a_check(tmp_path):
    home = ledger_at(tmp_path, suites={"relay": GOOD.replace('"low"', '"lowest"')})
    with pytest.raises(ReconcileError, match=r"expectations/relay\.toml"):
        reconcile.check(reconcile.read(home))


def test_a_faulty_condition_on_a_relation_without_rows_ends_the_run(tmp_path):
    text, _ = UNREADABLE["a condition on a missing column"]
    home = ledger_at(tmp_path, suites={"self_contradiction": text})
    ledger = reconcile.read(home)
    database = reconcile.connect(ledger)
    assert database.execute("SELECT COUNT(*) FROM self_contradiction").fetchall() == [(0,)]
    with pytest.raises(ReconcileError, match=r"expectations/self_contradiction\.toml: my-rule"):
        list(judge(ledger, database, own(home)))


# judging ------------------------------------------------------------------------------------------


def test_a_suite_of_the_workspace_replaces_the_bundled_one_and_the_summary_says_so(tmp_path):
    low = between(column='"low"', max_value="40", severity='"critical"')
    more = between(column='"low"', max_value="40", message="{event}")
    home = ledger_at(tmp_path, suites={"standing": low, "event_side": more})
    ledger = reconcile.read(home)
    told = {(one.relation, one.severity, one.key) for one in reconcile.check(ledger)}
    side = ("killed", "people")
    assert told == {
        ("standing", Severity.ERROR, ("june--army--1",)),
        ("standing", Severity.ERROR, ("june--monitors--1",)),
        ("event_side", Severity.WARNING, ("june-2025", *side, "government")),
        ("event_side", Severity.WARNING, ("june-2025", *side, "observer")),
    }
    served = {suite.relation: suite.bundled for suite in suites(home)}
    run = Run((Checked(ledger, reconcile.check(ledger), suites=served),))
    assert (
        f"expectations put to {len(BUNDLED) + 1} relations: "
        f"{len(BUNDLED) - 1} bundled, 2 of this workspace"
    ) in render("text", run)


def test_where_a_workspace_has_none_the_bundled_suites_serve(tmp_path):
    told = suites(ledger_at(tmp_path))
    assert {suite.relation for suite in told} == BUNDLED
    assert all(suite.bundled for suite in told)


def test_the_suites_of_the_project_itself_count_as_bundled():
    assert all(suite.bundled for suite in suites(content("claims").parent))


def test_a_suite_may_speak_of_any_column_of_any_table(tmp_path):
    """Also of those of the journal that SQL has words for."""
    text = expectation(
        "expect_column_values_to_not_match_regex",
        message="{claim} by {by} on {on}",
        column='"by"',
        regex="'^A'",
    )
    home = ledger_at(tmp_path, suites={"journal": text})
    moment = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.UTC)
    retract(home, "bridge--army--1", by="Awa", because="Denied", on=moment)
    ledger = reconcile.read(home)
    (found,) = judge(ledger, reconcile.connect(ledger), own(home))
    assert found.message == "bridge--army--1 by Awa on 2026-06-01T09:30:00Z"
    assert (found.at.file, found.at.line) == ("claims/journal.csv", 2)


def test_every_failing_row_comes_back_with_its_address(tmp_path):
    documents = [document(f"d{at}", url="") for at in range(500)]
    figures = [claim(f"c{at}", document=f"d{at}", low=100 * at) for at in range(500)]
    text = between(column='"low"', max_value="0", message="{claim}: {figure}")
    home = ledger_at(
        tmp_path, documents=documents, figures=figures, attributions=[], suites={"standing": text}
    )
    findings = reconcile.check(reconcile.read(home))
    told = {
        rule: [one for one in findings if one.rule.name == rule]
        for rule in ("my-rule", "document-without-address")
    }
    assert sorted((one.at.line, one.key) for one in told["my-rule"]) == [
        (at + 2, (f"c{at}",)) for at in range(1, 500)
    ]
    assert {one.message for one in told["my-rule"]} == {
        f"c{at}: {100 * at} or more" for at in range(1, 500)
    }
    assert sorted((one.at.line, one.key) for one in told["document-without-address"]) == [
        (at + 2, (f"d{at}",)) for at in range(500)
    ]
    assert {one.at.file for one in told["my-rule"]} == {"claims/figures.csv"}
    assert len({one.fingerprint for one in findings}) == len(findings)


@pytest.mark.parametrize(
    ("kind", "kwargs", "found"),
    [
        (
            "expect_column_values_to_be_in_set",
            {"column": '"side"', "value_set": '["government", "insurgent", "security"]'},
            {"market--residents--1", "market--monitors--1", "june--monitors--1"},
        ),
        (
            "expect_column_values_to_not_be_null",
            {"column": '"high"'},
            {
                "bridge--jnim--1",
                "bridge--army--3",
                "market--army--1",
                "market--jnim--1",
                "june--monitors--1",
            },
        ),
        (
            "expect_column_values_to_match_regex",
            {"column": '"claim"', "regex": '"^(bridge|market)"'},
            {"june--monitors--1", "june--army--1"},
        ),
        (
            "expect_column_pair_values_to_be_equal",
            {
                "column_A": '"low"',
                "column_B": '"high"',
                "ignore_row_if": '"either_value_is_missing"',
            },
            {"bridge--security--1"},
        ),
        (
            "expect_column_values_to_be_between",
            {
                "column": '"low"',
                "max_value": "33",
                "row_condition": "\"side == 'government'\"",
                "condition_parser": '"pandas"',
            },
            {"bridge--army--2", "june--army--1"},
        ),
        (
            "expect_compound_columns_to_be_unique",
            {"column_list": '["event", "source"]'},
            {"bridge--army--2", "bridge--army--3"},
        ),
    ],
)
def test_any_expectation_that_judges_rows_serves(kind, kwargs, found, small, tmp_path):
    told = put(tmp_path, small, expectation(kind, **kwargs))
    assert {one.key for one in told} == {(one,) for one in found}
    assert {one.checked_by for one in told} == {"gx"}


@pytest.mark.parametrize(
    ("severity", "wanted"),
    [
        ('"critical"', Severity.ERROR),
        ('"warning"', Severity.WARNING),
        ('"info"', Severity.NOTE),
    ],
)
def test_the_suite_decides_how_much_a_finding_matters(severity, wanted, small, tmp_path):
    told = put(tmp_path, small, between(column='"low"', max_value="40", severity=severity))
    assert {one.severity for one in told} == {wanted}


def test_a_finding_names_all_rows_that_it_rests_on(tmp_path):
    text = between(column='"claims"', max_value="1", message="{event}, {cell}: {claims}, {figure}")
    figures = [claim("a", low=8, high=9), claim("b", low=12, high=14), claim("c", source="jnim")]
    home = ledger_at(tmp_path, figures=figures, suites={"event_side": text})
    (told,) = [one for one in reconcile.check(reconcile.read(home)) if one.rule.name == "my-rule"]
    assert told.message == "bridge-2025-06-01, soldiers killed: 2, 8 to 14"
    assert told.message_in("fr") == "bridge-2025-06-01, soldats tués: 2, 8 à 14"
    lines = sorted(one.line for one in (told.at, *told.also))
    assert (told.at.line, lines) == (3, [2, 3])


@pytest.mark.parametrize(
    ("relation", "message", "key", "english", "french"),
    [
        ("sources", "{party}, {note}", ("gazette",), "–, Its own tally", "–, Its own tally"),
        ("sources", "{party}, {collective}", ("army",), "Mali, False", "Mali, False"),
        ("standing", "{figure}", ("market--army--1",), "silence", "aucun bilan"),
        ("figures", "{figure}: {stated}", ("bridge--army--3",), "–: several soldiers", None),
        (
            "wording",
            "{coder}, {figure}",
            ("bridge--army--3",),
            "vague, 3 or more",
            "sans nombre, 3 ou plus",
        ),
        ("standing", "{figure}, {known_on}", ("june--army--1",), "48, 2025-07-01", None),
        (
            "event_gap",
            "{higher_side}, {ratio}, {low}",
            ("june--monitors--1", "june--army--1"),
            "government, 1.0, 46 or more",
            "gouvernement, 1,0, 46 ou plus",
        ),
        (
            "event_gap",
            "{higher_side}, {ratio}",
            ("bridge--jnim--1", "bridge--security--1"),
            "–, –",
            "–, –",
        ),
        (
            "event_gap",
            "{higher_side}, {ratio}",
            ("market--residents--1", "market--monitors--1"),
            "observer, 1",
            "observateurs, 1",
        ),
        (
            "event_party",
            "{party}: {accusers}, {denies_authorship}",
            ("market-2025-06-10", "jnim", "residents"),
            "JNIM: residents, 1",
            None,
        ),
        ("event_party", "{party}: {accusers}", ("june-2025", "mali", ""), "Mali: –", None),
        (
            "relay",
            "{from_cell}; {cell}; {from}",
            ("bridge--jnim--2", "bridge--jnim--1"),
            "soldiers killed; soldiers killed; 30 or more",
            "soldats tués; soldats tués; 30 ou plus",
        ),
    ],
)
def test_a_message_tells_a_row_in_words(relation, message, key, english, french, small, tmp_path):
    refusing = expectation("expect_column_values_to_be_null", column='"row"', message=message)
    (told,) = [one for one in put(tmp_path, small, refusing, relation) if one.key == key]
    assert told.message == english
    assert told.message_in("fr") == (french or english)


def test_a_finding_has_its_event_also_where_no_message_names_it(small, tmp_path):
    refusing = expectation("expect_column_values_to_be_null", column='"row"', message="{gap}")
    told = {one.key: one.values["event"] for one in put(tmp_path, small, refusing, "event_gap")}
    assert told["june--monitors--1", "june--army--1"] == "june-2025"
    assert set(told.values()) == {"bridge-2025-06-01", "market-2025-06-10", "june-2025"}


# the bundled suites -------------------------------------------------------------------------------


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


@pytest.mark.parametrize("name", ["not-utf8", "Bad Rule", ""])
def test_a_rule_of_a_suite_has_a_name_of_its_own(tmp_path, name):
    home = ledger_at(tmp_path)
    (home / "expectations").mkdir()
    (home / "expectations" / "standing.toml").write_text(
        '[[expectations]]\ntype = "expect_column_values_to_not_be_null"\nseverity = "info"\n'
        f'kwargs = {{ column = "low" }}\nmeta = {{ rule = "{name}", message = "x" }}\n'
    )
    with pytest.raises(ReconcileError, match=r"expectations/standing\.toml"):
        suites(home)


def test_a_suite_under_another_ending_is_not_passed_over(tmp_path):
    home = ledger_at(tmp_path)
    (home / "expectations").mkdir()
    (home / "expectations" / "standing.tml").write_text("")
    with pytest.raises(ReconcileError, match=r"expectations/standing\.tml"):
        suites(home)


def test_a_suite_is_put_to_the_columns_that_it_speaks_of(small, tmp_path):
    text = between(
        column='"low"', max_value="3", row_condition='"step == 1"', condition_parser='"pandas"'
    )
    _, database = small
    (suite,) = own(ledger_at(tmp_path, suites={"standing": text}))
    relation = Relation.of(database, suite)

    judged = relation.judged(database, suite)

    frame = judged.frame
    assert sorted(frame) == ["low", "step"]
    assert not frame.duplicated().any()
    count = 0
    for at in frame.index:
        cells = judged.cells(database, [at], ["low", "source"])
        assert list(cells) == ["low", "source"]
        assert all(cells["source"])
        lows = {math.nan if low is None else float(low) for low in cells["low"]}
        assert list(map(str, lows)) == [str(frame.at[at, "low"])]
        count += len(cells["low"])
    assert count == database.execute("SELECT COUNT(*) FROM standing").fetchall()[0][0]


ROW_BY_ROW = [
    between(column='"low"', max_value="31"),
    between(
        column='"low"', max_value="3", row_condition='"step == 1"', condition_parser='"pandas"'
    ),
    between(
        column='"low"', max_value="3", row_condition='"low > 2.5"', condition_parser='"pandas"'
    ),
    expectation("expect_column_values_to_not_be_null", column='"named"'),
    expectation("expect_column_values_to_be_in_set", column='"side"', value_set='["government"]'),
    expectation("expect_column_values_to_match_regex", column='"stated"', regex='"[0-9]"'),
    expectation(
        "expect_column_pair_values_a_to_be_greater_than_b", column_A='"low"', column_B='"high"'
    ),
    expectation("expect_column_values_to_not_be_null", column='"known_on"')
    + expectation("expect_column_values_to_be_null", rule="other-rule", column='"collective"'),
]
ALL_ROWS = [
    expectation("expect_column_values_to_be_unique", column='"low"'),
    expectation("expect_column_values_to_be_increasing", column='"low"'),
    expectation("expect_compound_columns_to_be_unique", column_list='["low", "side"]'),
    between(column='"low"', max_value="31", mostly="0.99"),
    *(
        between(
            column='"low"',
            max_value="3",
            row_condition=f'"{condition}"',
            condition_parser='"pandas"',
        )
        for condition in (
            "step == step.max()",
            "low > step.size",
            "ilevel_0 > 1",
            "index > 1",
            "source in source_party",
            "low > 1 and low in step",
        )
    ),
]


@pytest.mark.parametrize("text", ROW_BY_ROW)
def test_rows_alike_are_judged_once_and_each_is_named(text, small, tmp_path, monkeypatch):
    (suite,) = own(ledger_at(tmp_path, suites={"standing": text}))
    relation = Relation.of(small[1], suite)
    assert not relation.judged(small[1], suite).frame.duplicated().any()

    found = list(judge(*small, [suite]))

    monkeypatch.setattr("reconcile.relation.judges_each_by_itself", lambda _: False)
    told = sorted(one.fingerprint for one in judge(*small, [suite]))
    assert sorted(one.fingerprint for one in found) == told
    assert told


@pytest.mark.parametrize("text", ALL_ROWS)
def test_what_asks_of_other_rows_is_put_to_all_of_them(text, small, tmp_path):
    (suite,) = own(ledger_at(tmp_path, suites={"standing": text}))
    database = small[1]
    frame = Relation.of(database, suite).judged(database, suite).frame
    assert len(frame) == database.execute("SELECT COUNT(*) FROM standing").fetchall()[0][0]


@pytest.mark.parametrize("kind", ["not_be_null", "be_in_set", "be_unique"])
def test_a_column_is_judged_whatever_its_name(kind, tmp_path):
    """Beside the columns of a suite stands a number that no column may be taken for."""
    more = {"value_set": '["The bridge"]'} if kind == "be_in_set" else {}
    told = expectation(
        f"expect_column_values_to_{kind}", column='"place"', message="{event}", **more
    )
    events = [*base("events"), event("again", place="The bridge", starts_on="2025-06-02")]
    home = ledger_at(tmp_path, suites={"events": told}, events=events)
    ledger = reconcile.read(home)

    found = {one.key[0] for one in judge(ledger, reconcile.connect(ledger), own(home))}

    named = {one["event"]: one["place"] for one in events}
    assert (
        found
        == {
            "not_be_null": {event for event, place in named.items() if not place},
            "be_in_set": {
                event for event, place in named.items() if place not in ("", "The bridge")
            },
            "be_unique": {event for event, place in named.items() if place == "The bridge"},
        }[kind]
    )
    assert found


def test_no_column_has_the_name_of_the_number_beside_it():
    names = {column.name for table in TABLES.values() for column in table.columns}
    assert not names & {"row", "line"}
    names |= {name for view in views().values() for name in view.columns()}
    assert not names & {"nth", "rowid"}
