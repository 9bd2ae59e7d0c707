"""Claims recorded and reviewed: every act writes its line in the journal, with the rows it is on.

    record(home, {"documents": [{...}], "figures": [{...}]}, by="Awa", because="Read", on=now)
    accept(home, "djibo--jnim--1", by="Ibrahim", because="As printed", on=now)

What an act rests on is read while no other writer can come between, so that of two who act on one
claim at once the second is refused. Whatever is refused leaves every file as it was.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable, Sequence

import pandas as pd

from reconcile.finding import Address, Finding, ReconcileError, Severity
from reconcile.journal import ACCEPTED, MOVES, NAMES, Act, chained, history, seals
from reconcile.ledger import Ledger
from reconcile.pipeline import read
from reconcile.reading.cells import Fault
from reconcile.reading.table import near, shown, value
from reconcile.record import Rows, append, cell_text, newest_file
from reconcile.rules import rules
from reconcile.tables import TABLES
from reconcile.trial import held

Workspace = str | os.PathLike[str]


class OutOfTurn(ReconcileError):
    """A claim is not in the state or not in the hands for an act; perhaps somebody came first."""


class Overtaken(OutOfTurn):
    """Somebody acted on a claim since the one who acts saw it."""


class Unlawful(ReconcileError):
    """Rows that would break a law that is kept now; `findings` say which and where."""

    def __init__(self, why: str, findings: Iterable[Finding] = ()) -> None:
        super().__init__(why)
        self.findings = tuple(findings)


def record(
    workspace: Workspace,
    rows: Rows,
    *,
    by: str,
    because: str,
    on: dt.datetime,
    act: str = "submitted",
) -> dict[str, tuple[Address, ...]]:
    """Add new claims, with the documents, sources and events they need, and a line for each.

    `rows` are given as to `reconcile.record.append`; `act` is `submitted` or `draft`, so that none
    of the claims counts yet. What comes back are the addresses of the rows by the keys of `rows`,
    and of the lines of the journal under its key. Raises Unlawful where a law would be broken that
    is kept now, and ReconcileError where there is no claim among the rows, a row cannot be written,
    or the journal itself is broken; nothing is written then.
    """
    if act not in ("draft", "submitted"):
        raise ReconcileError(f"a new claim is a draft or submitted, not {act}")
    asked = {key: told for key, told in rows.items() if told}
    if any(key.partition("/")[0] in ("journal", "waivers") for key in asked):
        raise ReconcileError("the journal and the waivers take no rows with a claim")
    if not any(key.partition("/")[0] == "figures" for key in asked):
        raise ReconcileError("there is no claim among the rows")

    def compose() -> Rows:
        claims = _lawful(workspace, asked)
        lines = []
        for claim, seal in zip(claims["claim"], seals(claims), strict=True):
            line = _line(str(claim), act, by, because, on)
            lines.append(line | {"chain": chained("", seal, line)})
        return {**asked, newest_file(workspace, "journal"): lines}

    return append(workspace, compose)


def draft(
    workspace: Workspace, rows: Rows, *, by: str, because: str, on: dt.datetime
) -> dict[str, tuple[Address, ...]]:
    """Add new claims that nobody is to look at yet; otherwise as `record`."""
    return record(workspace, rows, by=by, because=because, on=on, act="draft")


def act_on(
    workspace: Workspace,
    claim: str,
    act: str,
    *,
    by: str,
    because: str,
    on: dt.datetime,
    seen: str | None = None,
) -> Address:
    """Write the line of an act on a claim that is there; where it stands.

    `seen` is the chain of the claim's last line as the one who acts saw it, empty for a claim
    without a line: where another line has come since, the act is refused. Raises OutOfTurn where
    the act may not follow, where whoever submitted the claim would accept it although a second
    person is named in the journal, and where its row is not the one that was submitted; and
    ReconcileError where the claim is not there or breaks a law. Nothing is written then.
    """

    if act not in NAMES:
        raise ReconcileError(f"no act is called {act}; there are {', '.join(NAMES)}")

    def compose() -> Rows:
        ledger = read(workspace)
        _sound(ledger, {claim})
        row = _row(ledger, claim)
        acts, (seal,) = history(ledger, claim), seals(row)
        line = _line(claim, act, by, because, on)
        _may_follow(ledger, acts, line, seal, seen)
        chain = chained(acts[-1].chain if acts else "", seal, line)
        return {newest_file(workspace, "journal"): [line | {"chain": chain}]}

    ((address,),) = append(workspace, compose).values()
    return address


def submit(
    workspace: Workspace,
    claim: str,
    *,
    by: str,
    because: str,
    on: dt.datetime,
    seen: str | None = None,
) -> Address:
    """Give a draft, or a claim that was returned, to review; otherwise as `act_on`."""
    return act_on(workspace, claim, "submitted", by=by, because=because, on=on, seen=seen)


def accept(
    workspace: Workspace,
    claim: str,
    *,
    by: str,
    because: str,
    on: dt.datetime,
    seen: str | None = None,
) -> Address:
    """Let a submitted claim count; otherwise as `act_on`."""
    return act_on(workspace, claim, "accepted", by=by, because=because, on=on, seen=seen)


def return_(
    workspace: Workspace,
    claim: str,
    *,
    by: str,
    because: str,
    on: dt.datetime,
    seen: str | None = None,
) -> Address:
    """Give a submitted claim back to whoever submitted it; otherwise as `act_on`."""
    return act_on(workspace, claim, "returned", by=by, because=because, on=on, seen=seen)


def retract(
    workspace: Workspace,
    claim: str,
    *,
    by: str,
    because: str,
    on: dt.datetime,
    seen: str | None = None,
) -> Address:
    """Let an accepted claim count no more, for good; its row stays; otherwise as `act_on`."""
    return act_on(workspace, claim, "retracted", by=by, because=because, on=on, seen=seen)


def accepts_own(ledger: Ledger, acts: Sequence[Act], by: str) -> bool:
    """Whether `by` would accept what they submitted, though the journal names somebody else too."""
    submitted = next((one.by for one in reversed(acts) if one.act == "submitted"), "")
    people = set(ledger.tables["journal"]["by"].str.casefold())
    return len(people) > 1 and submitted.casefold() == by.casefold()


def _lawful(workspace: Workspace, rows: Rows) -> pd.DataFrame:
    """The new claims as they would be read. Raises Unlawful where a law would be broken."""
    told = held(workspace, rows)
    if told.findings:
        lines = [f"{one.message} [{one.rule.name}]" for one in told.findings]
        raise Unlawful("\n".join(["nothing was written:", *lines]), told.findings)
    if len(told.claims) < told.asked:
        raise Unlawful("nothing was written: a row refers to one that breaks a law; mend it first")
    _sound(told.before, set(told.claims["claim"]))
    return told.claims


def _line(claim: str, act: str, by: str, because: str, on: dt.datetime) -> dict[str, str]:
    """The cells of a line but for its chain. Raises ReconcileError where one would be refused."""
    if on.tzinfo is None:
        raise ReconcileError("a moment without a time zone may be any; give one with its zone")
    moment = on.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"claim": claim, "act": act, "by": by, "on": moment, "because": because}
    line = {name: cell_text(cell) for name, cell in told.items()}
    for column in TABLES["journal"].columns:
        if column.name in line and isinstance(read := value(line[column.name], column), Fault):
            values = {"column": column.name, "value": shown(line[column.name]), **read.values}
            fault = Finding(rules()[read.rule], "journal", (claim,), Address(""), values)
            raise ReconcileError(f"nothing was written: {fault.message}")
    return line


def _sound(ledger: Ledger, claims: Collection[str]) -> None:
    """Raise ReconcileError where a line that is on these claims, or may be, breaks a law."""
    for one in ledger.findings:
        broken = one.relation == "journal" and one.severity is Severity.ERROR
        if broken and (one.checked_by != "pandera" or one.key[0] in claims):
            raise ReconcileError(f"mend the journal first: {one.at}: {one.message}")


def _row(ledger: Ledger, claim: str) -> pd.DataFrame:
    """The row of a claim, whether it counts or not."""
    figures = ledger.tables["figures"]
    for frame in (figures, ledger.withheld[figures.columns]):
        if not (row := frame[frame["claim"] == claim]).empty:
            return row
    known = ledger.ids["figures"]
    if claim in known:
        raise ReconcileError(f"{claim} breaks a law, or refers to what does; mend that first")
    raise ReconcileError(f"no claim is called {claim}{near(claim, known).en}")


def _may_follow(
    ledger: Ledger, acts: tuple[Act, ...], line: dict[str, str], seal: str, seen: str | None
) -> None:
    """Raise OutOfTurn unless the act of `line` may come after those that there are."""
    claim, act = line["claim"], line["act"]
    last = acts[-1] if acts else None
    if seen is not None and seen != (last.chain if last else ""):
        done = f"{last.act} by {last.by} on {last.on}" if last else "taken out of the journal"
        raise Overtaken(f"{claim} was {done} in the meantime; look at it again")
    state = last.act if last else ACCEPTED
    if act not in MOVES[state]:
        after = " or ".join(NAMES[one].en for one in MOVES[state]) or "nothing more"
        told = f"{claim} is {NAMES[state].en} and cannot be {NAMES[act].en}"
        raise OutOfTurn(f"{told}; it can be {after}")
    if act != ACCEPTED:
        return
    if accepts_own(ledger, acts, line["by"]):
        raise OutOfTurn(f"{claim} was submitted by {acts[-1].by}; somebody else accepts it")
    if acts[-1].chain.partition(":")[0] != seal:
        raise OutOfTurn(
            f"the row of {claim} is not the one that was submitted; return it and submit it anew"
        )
