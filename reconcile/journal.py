"""The journal of a ledger: who acted on a claim, in what order, and which claims count.

A claim is in the state of its last act; one without a line in the journal is accepted. Each line is
chained to the line of the same claim before it and to the claim's row as it was at that moment, so
that a line altered, put in or taken out from the middle is found, and so is a row changed since.
Lines taken from the end of a chain, or a chain made anew as a whole, leave no trace here: git has
them, and so has whoever noted the digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from reconcile.finding import Address, Finding, Text
from reconcile.ledger import LAST_ACT, Ledger
from reconcile.rules import rules
from reconcile.tables import TABLES

ACCEPTED = "accepted"
"""The state in which a claim counts."""

IN_DOUBT = "in-doubt"
"""The state of a claim of whose journal a line breaks a law; it does not count."""

MOVES = {
    "": ("draft", "submitted", "retracted"),
    "draft": ("submitted",),
    "submitted": ("accepted", "returned"),
    "returned": ("submitted",),
    "accepted": ("retracted",),
    "retracted": (),
}
"""What may come after each act; the empty one is that of a claim without a line."""

NAMES = {
    "draft": Text("recorded as a draft", "notée comme brouillon"),
    "submitted": Text("submitted", "soumise"),
    "accepted": Text("accepted", "acceptée"),
    "returned": Text("returned", "renvoyée"),
    "retracted": Text("retracted", "rétractée"),
}
"""What a claim is after each act, in words."""

_REASONS = ("waiting", "retracted", IN_DOUBT, "repeating")
_WHY = {**dict.fromkeys(("draft", "submitted", "returned"), "waiting"), ACCEPTED: "repeating"}
_CHAINED = ("claim", "act", "by", "on", "because")
_BETWEEN = "\x1f"  # No cell holds it: it is a control character.


@dataclass(frozen=True)
class Act:
    """A line of the journal and where it stands; `on` is a moment of universal time."""

    claim: str
    act: str
    by: str
    on: str
    because: str
    chain: str
    at: Address


def history(ledger: Ledger, claim: str) -> tuple[Act, ...]:
    """What was done with a claim, in the order of the journal; nothing for one without a line."""
    lines = ledger.tables["journal"]
    lines = lines[lines["claim"] == claim]
    told = lines[[*_CHAINED, "chain"]].to_dict("records")
    return tuple(
        Act(**{str(name): str(cell) for name, cell in cells.items()}, at=ledger.address(int(row)))
        for row, cells in zip(lines.index, told, strict=True)
    )


def chained(previous: str, seal: str, line: Mapping[str, str]) -> str:
    """The cell `chain` of a line: `previous` is that of the claim's line before it, or empty.

    `seal` is the seal of the claim's row, as `seals` gives it.
    """
    told = (previous, seal, *(line[name] for name in _CHAINED))
    return f"{seal}:{_digest(_BETWEEN.join(told))}"


def seals(figures: pd.DataFrame) -> pd.Series[str]:
    """The SHA-256 of each claim's filled cells, in the order of the format.

    How a file is written does not matter: the order of its columns, its quotes and line breaks.
    """
    told = pd.Series("", figures.index, dtype="object")
    for column in TABLES["figures"].columns:
        cells = figures[column.name]
        if column.kind == "date":
            cells = cells.dt.strftime("%Y-%m-%d")
        filled = f"{column.name}=" + cells.astype("object").astype("str") + _BETWEEN
        told += filled.where(cells.notna(), "")
    return told.map(_digest).astype("str")


def digest(journal: pd.DataFrame) -> str:
    """The SHA-256 of the last line of every claim: another one after any act, and after a loss."""
    last = sorted(journal.drop_duplicates("claim", keep="last")["chain"])
    return _digest("\n".join(last))


def retracted(journal: pd.DataFrame) -> frozenset[str]:
    """The claims whose last act is that they were retracted."""
    last = journal.drop_duplicates("claim", keep="last")
    return frozenset(last.loc[last["act"] == "retracted", "claim"])


def unbroken(journal: pd.DataFrame) -> pd.Series[bool]:
    """Whether each line is chained to the one before; false at the first of a claim that is not."""
    before = journal.groupby("claim")["chain"].shift().fillna("")
    seal = journal["chain"].str.split(":").str[0]
    told = before + _BETWEEN + seal
    for name in _CHAINED:
        told += _BETWEEN + journal[name]
    wrong = seal + ":" + told.map(_digest, na_action="ignore") != journal["chain"]
    return ~(wrong & (wrong.groupby(journal["claim"]).cumsum() == 1))


def in_turn(journal: pd.DataFrame) -> pd.Series[bool]:
    """Whether each act may come after the one before; not asked where the chain is broken."""
    before = journal.groupby("claim")["act"].shift().fillna("")
    lawful = {f"{one} {other}" for one, others in MOVES.items() for other in others}
    known = journal["act"].isin(MOVES) & before.isin(MOVES)
    return _unless_altered(journal, ~known | (before + " " + journal["act"]).isin(lawful))


def by_another(journal: pd.DataFrame) -> pd.Series[bool]:
    """Whether nobody accepts what the same one submitted, once a second person is named.

    Not asked where the chain is broken. Capitals make no other person.
    """
    by = journal["by"].str.casefold()
    several = (~by.duplicated()).cumsum() > 1
    submitted = by.where(journal["act"] == "submitted").groupby(journal["claim"]).ffill()
    own = several & (journal["act"] == ACCEPTED) & (by == submitted)
    return _unless_altered(journal, ~own)


def _unless_altered(journal: pd.DataFrame, lawful: pd.Series[bool]) -> pd.Series[bool]:
    if lawful.all():
        return lawful
    return lawful | journal["claim"].isin(journal.loc[~unbroken(journal), "claim"])


def settle(ledger: Ledger, journal: pd.DataFrame) -> Ledger:
    """The ledger of the claims that count; the other lawful ones are in `withheld`.

    `ledger` keeps the laws, `journal` are its lines as they were read, also those refused. A claim
    does not count unless it is accepted and no line on it breaks a law, and neither does what
    repeats one that does not: a statement read twice would otherwise be two. A row that changed
    after the last act on it is a finding.
    """
    if journal.empty:
        return ledger
    last = journal.drop_duplicates("claim", keep="last").set_index("claim")
    lines = pd.Series(journal.drop_duplicates("claim", keep="last").index, last.index)
    doubtful = journal.loc[~journal.index.isin(ledger.tables["journal"].index), "claim"]
    last["state"] = last["act"].mask(last.index.isin(doubtful), IN_DOUBT)
    figures = ledger.tables["figures"]
    out = repeating(figures, set(last.index[last["state"] != ACCEPTED]) & set(figures["claim"]))
    aside = figures["claim"].isin(out)
    withheld = figures[aside]
    beside = last.reindex(withheld["claim"])[list(LAST_ACT)].set_axis(withheld.index)
    beside["state"] = beside["state"].fillna(ACCEPTED)
    changed = _changed(ledger, last, lines)
    return replace(
        ledger,
        tables=ledger.tables.without({"figures": withheld.index.to_numpy()}),
        withheld=pd.concat([withheld, beside], axis=1),
        findings=(*ledger.findings, *changed),
    )


def repeating(figures: pd.DataFrame, claims: Iterable[str]) -> set[str]:
    """These claims and all of `figures` that repeat one of them, also through others."""
    told: set[str] = set()
    fresh = set(claims)
    while fresh:
        told |= fresh
        fresh = set(figures.loc[figures["repeats"].isin(fresh), "claim"]) - told
    return told


def standing_aside(ledger: Ledger) -> dict[str, int]:
    """How many lawful claims do not count, by the reason for it.

    `waiting` for review, `retracted`, `in-doubt` for a broken journal, `repeating` one of these.
    """
    why = ledger.withheld["state"].replace(_WHY)
    told = why.value_counts()
    return {name: int(told[name]) for name in _REASONS if name in told}


def _changed(ledger: Ledger, last: pd.DataFrame, lines: pd.Series[int]) -> Iterable[Finding]:
    """A finding for each row that is not the one sealed by the last act on it."""
    figures = ledger.tables["figures"]
    sealed = figures[figures["claim"].isin(last.index[last["state"] != IN_DOUBT])]
    now = seals(sealed)
    then = last["chain"].reindex(sealed["claim"]).str.split(":").str[0]
    for row in sealed.index[(now != then.set_axis(sealed.index)).to_numpy()]:
        claim = str(sealed.at[row, "claim"])
        told = {name: str(last.at[claim, name]) for name in ("by", "on")}
        told_act = NAMES[str(last.at[claim, "act"])]
        yield Finding(
            rules()["claim-changed-since"],
            "figures",
            (claim, now[row][:16]),
            ledger.address(int(row)),
            {"claim": claim, "act": told_act, **told},
            (ledger.address(int(lines[claim])),),
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
