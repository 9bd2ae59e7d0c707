"""Every rule has a ledger in `tests/wrong` in which it is found, once, and nothing else is.

A folder there holds only the files of `claims/` that differ from the base; its file `taken-away`
names those that are to be missing. For a rule of the room "import" it holds a file from outside,
named for its format, that is tried on the base. `found.toml` says what is found, where, and in
which words.
"""

import datetime as dt
import shutil
import string
import tomllib
from pathlib import Path

import pytest
from ledgers import BASE, ledger_at

import reconcile
from reconcile.exchange import propose
from reconcile.exchange.package import plan as plan_of_packages
from reconcile.exchange.plan import plan
from reconcile.rules import rules
from reconcile.suite import suites

pytestmark = pytest.mark.untraced

WRONG = Path(__file__).parent / "wrong"
FOUND = tomllib.loads((WRONG / "found.toml").read_text("utf-8"))
TODAY = dt.date(2026, 6, 1)


def every_rule():
    expected = (rule for suite in suites(BASE) for rule in suite.rules().values())
    return {rule.name: rule for rule in (*rules().values(), *expected)}


RULES = every_rule()


def wrong_ledger(home, rule):
    ledger_at(home)
    shutil.copytree(WRONG / rule, home / "claims", dirs_exist_ok=True)
    gone = home / "claims" / "taken-away"
    if gone.exists():
        for name in gone.read_text("utf-8").split():
            (home / "claims" / name).unlink()
        gone.unlink()
    return home


def placeholders(message):
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def unfilled(finding):
    """Placeholders without a value, and values that are no words."""
    told = [
        word
        for language in ("en", "fr")
        for word in finding.message_in(language).split()
        if "{" in word or word in {"nan", "None", "<NA>", "NaT"}
    ]
    texts = (finding.rule.message.en, finding.rule.message.fr)
    return told + [name for text in texts for name in placeholders(text) - set(finding.values)]


def test_nothing_is_found_in_the_base(tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path))

    assert list(reconcile.check(ledger, today=TODAY)) == []
    assert ledger.left_out == {}
    assert not any(count.refused for count in ledger.counts.values())


def test_every_rule_has_a_wrong_ledger_and_every_wrong_ledger_a_rule():
    assert {folder.name for folder in WRONG.iterdir() if folder.is_dir()} == set(RULES)
    assert set(FOUND) == set(RULES)


def found_in_its_place(tmp_path, monkeypatch, rule):
    if RULES[rule].room != "import":
        return list(reconcile.check(reconcile.read(wrong_ledger(tmp_path, rule)), today=TODAY))
    monkeypatch.chdir(WRONG / rule)
    (file,) = Path().iterdir()
    home = ledger_at(tmp_path)
    if file.stem == "package":
        return list(plan_of_packages(home, [file]).findings)
    return list(plan(home, file.stem, propose(file.stem, [file], reconcile.read(home))).findings)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_in_its_wrong_ledger_a_rule_is_found_and_nothing_else(tmp_path, monkeypatch, rule):
    findings = found_in_its_place(tmp_path, monkeypatch, rule)

    assert [finding.rule.name for finding in findings] == [rule]
    (finding,) = findings
    assert unfilled(finding) == []
    assert {
        "at": str(finding.at),
        "relation": finding.relation,
        "key": list(finding.key),
        "en": finding.message_in("en"),
        "fr": finding.message_in("fr"),
    } == FOUND[rule]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_says_what_is_wrong_why_and_what_to_do_in_both_languages(rule):
    told = RULES[rule]
    for text in (told.message, told.reason, told.example, told.answer):
        assert text.en.strip() and text.fr.strip()
    for text in (told.message, told.reason, told.answer):
        assert text.fr != text.en
    assert placeholders(told.message.en) == placeholders(told.message.fr)
