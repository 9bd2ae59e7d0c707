"""A ledger held to its laws, and what was broken, for tests."""

from ledgers import ledger_at

import reconcile


def held(home, **tables):
    return reconcile.read(ledger_at(home, **tables))


def broken(ledger):
    """The line, the law and the last part of the key of each finding."""
    findings = reconcile.check(ledger, expectations=False)
    return [(one.at.line, one.rule.name, one.key[-1]) for one in findings]


def laws(ledger):
    return [(line, law) for line, law, _ in broken(ledger)]


def claims(ledger):
    return ledger.tables["figures"]["claim"].tolist()
