"""Suites of expectations as text, for tests: one expectation, and what a suite of it finds.

put(tmp_path, known_base, between(column='"low"', max_value="31"))
"""

from ledgers import ledger_at

from reconcile.expectation import judge
from reconcile.suite import suites


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


def own(home):
    return [suite for suite in suites(home) if not suite.bundled]


def put(home, known_base, text, relation="standing"):
    """What the one suite of a workspace finds in the base."""
    home = ledger_at(home, suites={relation: text})
    return list(judge(*known_base, own(home)))
