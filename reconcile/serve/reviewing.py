"""The claims that do not count, as pages show them, and what each person may do with a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reconcile.database import rows_of
from reconcile.journal import ACCEPTED, IN_DOUBT, MOVES, Act
from reconcile.model import Quantity
from reconcile.review import accepts_own
from reconcile.serve.people import Role
from reconcile.serve.writing import role_for

if TYPE_CHECKING:
    from reconcile.ledger import Ledger
    from reconcile.serve.people import Person

WAITING = ("submitted", "returned", "draft")
"""The states in which a claim waits for somebody, those that wait for a reviewer first."""

_ASIDE = """
SELECT c.*, d.publisher, d.title, d.archive_url, e.name AS event_name, a.file, a.line,
  r.state, r."by", r."on", r.because
FROM claim AS c
INNER JOIN review AS r ON r.claim = c.claim
INNER JOIN documents AS d ON d.document = c.document
INNER JOIN events AS e ON e.event = c.event
LEFT JOIN address AS a ON a.row = c.row
WHERE {condition} ORDER BY e.starts_on DESC, c.event, c.row LIMIT $most
"""
_BESIDE = """
SELECT c.*, d.publisher, d.archive_url FROM claim AS c
INNER JOIN standing AS s ON s.claim = c.claim
INNER JOIN documents AS d ON d.document = c.document
WHERE c.event = $event AND c.measure = $measure AND c.victims = $victims AND c.claim <> $claim
ORDER BY c.side, c.source_name, c.known_on, c.claim
"""


@dataclass(frozen=True)
class Move:
    """An act that may follow, and why somebody may not do it: `unknown`, `role` or `own`."""

    act: str
    role: Role
    refused: Literal["unknown", "role", "own"] | None


def spoken(row: Mapping[str, Any]) -> dict[str, Any]:
    """A claim with its interval, as the words for what a voice says want it."""
    said = row["low"] is not None and row["stance"] in ("figure", "vague")
    quantity = Quantity(row["low"], row["high"], row["named"]) if said else None
    return {**row, "quantity": quantity}


def aside(cursor: Any, states: Sequence[str], most: int) -> list[dict[str, Any]]:
    """The claims that do not count and are in one of these states, with the last act on each.

    `cursor` is one of `Snapshot.aside`.
    """
    query = _ASIDE.format(condition="list_contains($states, r.state)")
    return [spoken(row) for row in rows_of(cursor, query, {"states": list(states), "most": most})]


def one_aside(cursor: Any, claim: str) -> dict[str, Any] | None:
    """A claim that does not count; None where there is no such."""
    query = _ASIDE.format(condition="c.claim = $claim")
    told = next(rows_of(cursor, query, {"claim": claim, "most": 1}), None)
    return None if told is None else spoken(told)


def beside(cursor: Any, claim: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What others say, and stand by, of the same victims; `apart` is how far from this claim.

    It is None where one of the two gives no figure.
    """
    wanted = {name: claim[name] for name in ("event", "measure", "victims", "claim")}
    voices = [spoken(row) for row in rows_of(cursor, _BESIDE, wanted)]
    for one in voices:
        both = one["stance"] == claim["stance"] == "figure"
        one["apart"] = one["quantity"].gap(claim["quantity"]) if both else None
    return voices


def corrected(cursor: Any, ledger: Ledger, claim: str) -> list[dict[str, Any]]:
    """What a claim that waits would take the place of: the earlier claims of its source."""
    cells = ledger.withheld.loc[ledger.withheld["claim"] == claim, "supersedes"].dropna()
    named = [one.strip() for cell in cells for one in cell.split(";")]
    query = "SELECT * FROM claim WHERE list_contains($named, claim) ORDER BY row"
    return [spoken(row) for row in rows_of(cursor, query, {"named": named})]


def moves(ledger: Ledger, acts: Sequence[Act], state: str, person: Person | None) -> list[Move]:
    """What may be done with a claim in this state, and whether this person may."""
    if state == IN_DOUBT:
        return []
    last = acts[-1].act if acts else ACCEPTED
    return [Move(act, role_for(act), _refused(ledger, acts, act, person)) for act in MOVES[last]]


def _refused(
    ledger: Ledger, acts: Sequence[Act], act: str, person: Person | None
) -> Literal["unknown", "role", "own"] | None:
    if person is None:
        return "unknown"
    if not person.may(role_for(act)):
        return "role"
    return "own" if act == ACCEPTED and accepts_own(ledger, acts, person.name) else None
