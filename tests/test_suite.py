"""Suites are read strictly: whatever is wrong with a file ends the run and names it."""

import pytest
from ledgers import ledger_at
from suites_as_text import GOOD, between, expectation, own, put

import reconcile
from reconcile.expectation import judge
from reconcile.finding import ReconcileError
from reconcile.suite import suites

pytestmark = pytest.mark.untraced

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
    "a condition on a missing column, for a type": (
        expectation(
            "expect_column_values_to_be_of_type",
            column='"source"',
            type_='"str"',
            row_condition="\"sied == 'insurgent'\"",
            condition_parser='"pandas"',
        ),
        "sied",
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
def test_a_faulty_suite_ends_the_run_and_its_file_is_named(text, told, known_base, tmp_path):
    with pytest.raises(ReconcileError, match=rf"(?s)expectations/standing\.toml: .*({told})"):
        put(tmp_path, known_base, text)


@pytest.mark.parametrize("relation", ["standings", "address", "asking", "reading", "finding"])
def test_a_suite_for_no_table_or_view_ends_the_run(relation, known_base, tmp_path):
    told = rf"expectations/{relation}\.toml: there is no table or view {relation}"
    with pytest.raises(ReconcileError, match=told):
        put(tmp_path, known_base, GOOD, relation)


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
