"""The pages that set things beside each other: two voices, two days, the ledger and its checks."""

# Annotations are values here, as in `reconcile.serve.api`.

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from reconcile.database import rows_of
from reconcile.finding import Finding, Findings
from reconcile.pages.account import EventAccount
from reconcile.pages.cell import Cell, Voice
from reconcile.pages.changes import changed_between
from reconcile.pages.discrepancies import rules_found
from reconcile.pages.shown import show
from reconcile.reading.table import near
from reconcile.serve.api import next_page, service
from reconcile.serve.api_views import rows_asked
from reconcile.serve.filters import Day, FindingsAsked, Identity, Side, missing
from reconcile.serve.frame import PageAsked, Told, nothing, page, routes
from reconcile.serve.pages import _following, choices
from reconcile.serve.problem import wrong
from reconcile.serve.service import SECONDS
from reconcile.serve.snapshot import Basis, Snapshot

_SIDES = get_args(Side)
_EVENTS = 60
_FINDINGS = 200
_BOTH = """
SELECT c.event FROM claim AS c INNER JOIN events AS e ON e.event = c.event
WHERE c.claim IN (SELECT claim FROM standing)
GROUP BY c.event, c.measure, c.victims, e.starts_on
HAVING COUNT_IF({one} = $one) > 0 AND COUNT_IF({other} = $other) > 0
"""
_APART = """
SELECT COUNT(DISTINCT (f.event, f.measure, f.victims)) FROM standing AS f
INNER JOIN standing AS o ON o.event = f.event AND o.measure = f.measure AND o.victims = f.victims
WHERE f.stance = 'figure' AND o.stance = 'figure' AND f.{one} = $one AND o.{other} = $other
  AND f.victims_party IS NOT DISTINCT FROM o.victims_party
  AND (f.low > o.high OR o.low > f.high)
"""
_PAIRS = """
SELECT interest, other_interest, events, cells, disjoint, higher, other_higher
FROM source_pair WHERE source = $one AND other_source = $other
UNION ALL
SELECT other_interest, interest, events, cells, disjoint, other_higher, higher
FROM source_pair WHERE source = $other AND other_source = $one
ORDER BY 3 DESC, 1, 2
"""


class ComparePage(PageAsked):
    """Which two sources or sides are set beside each other."""

    one: Identity | None = Field(None, description="A source or a side.")
    other: Identity | None = Field(None, description="Another source or side.")


class FindingsPage(FindingsAsked, PageAsked):
    """Which findings a page shows."""


class ChangesPage(PageAsked):
    """Since which day."""

    since: Day | None = Field(None, description="What has been said after this day.")


@dataclass(frozen=True)
class Beside:
    """What each of two says of one cell."""

    account: EventAccount
    cell: Cell
    one: list[Voice]
    other: list[Voice]


def router() -> APIRouter:
    """The routes of these pages."""
    return routes(
        ("/compare", compare, ComparePage),
        ("/findings", findings, FindingsPage),
        ("/changes", changes, ChangesPage),
    )


def compare(request: Request, asked: Annotated[ComparePage, Query()]) -> Response:
    """What two sources, or two sides, say of the same victims."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        given: dict[str, Any] = {"choices": choices(cursor), "asked": asked}
        if asked.one is None or asked.other is None:
            return "live_compare.html", nothing(basis), {**given, "one": "", "other": ""}
        columns = {
            "one": _column(cursor, "one", asked.one),
            "other": _column(cursor, "other", asked.other),
        }
        both = {"one": asked.one, "other": asked.other}
        cells = cursor.execute(_BOTH.format(**columns) + " ORDER BY e.starts_on DESC, 1", both)
        events = list(dict.fromkeys(one for (one,) in cells.fetchall()))
        leaves = basis.leaves(cursor, events[:_EVENTS])
        told = show(leaves, Findings.of(()), basis.names, basis.question, with_evidence=False)
        (apart,) = cursor.execute(_APART.format(**columns), both).fetchone()
        sources = columns == {"one": "source", "other": "source"}
        given |= {
            "one": _called(cursor, columns["one"], asked.one),
            "other": _called(cursor, columns["other"], asked.other),
            "events_counted": len(events),
            "apart": apart,
            "pairs": list(rows_of(cursor, _PAIRS, both)) if sources else [],
            "beside": list(_beside(told.accounts, columns, asked.one, asked.other)),
        }
        return "live_compare.html", told, given

    return page(service(request), request, asked, make)


def _column(cursor: Any, parameter: str, voice: str) -> str:
    """Whether a voice is a side or a source; what is neither is refused with the nearest."""
    if voice in _SIDES:
        return "side"
    if missing(cursor, "sources", "source", voice) is not None:
        told = {one for (one,) in cursor.execute("SELECT source FROM sources").fetchall()}
        raise wrong(
            parameter, f"{voice} is no source and no side{near(voice, told | {*_SIDES}).en}"
        )
    return "source"


def _called(cursor: Any, column: str, voice: str) -> str:
    if column == "side":
        return voice
    told = cursor.execute("SELECT name FROM sources WHERE source = $voice", {"voice": voice})
    return str(told.fetchone()[0])


def _beside(
    accounts: Iterable[EventAccount], columns: dict[str, str], one: str, other: str
) -> Iterable[Beside]:
    """The cells of which both speak, the latest events first."""
    for account in sorted(accounts, key=lambda told: (told.starts_on, told.event), reverse=True):
        for cell in account.cells:
            by = [
                [voice for voice in cell.voices if getattr(voice, columns[name]) == wanted]
                for name, wanted in (("one", one), ("other", other))
            ]
            if all(by):
                yield Beside(account, cell, *by)


def findings(request: Request, asked: Annotated[FindingsPage, Query()]) -> Response:
    """What the checks found, by rule; while they run, a page that asks again."""
    told = service(request)
    current = told.keeper.current
    found = told.judge.findings(current, asked.as_of)

    def waiting(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        return "live_findings.html", nothing(basis), {"again": 2, "asked": asked}

    if found is None:
        headers = {"Retry-After": "2"}
        return page(
            told, request, asked, waiting, more="waiting", of=current, status=202, headers=headers
        )

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        bare = asked.model_copy(update={"language": None})
        rows = rows_asked(found, bare, snapshot.digest)
        keys = [[at] for at, _ in rows[: _FINDINGS + 1]]
        token = next_page(snapshot, "findings", bare, keys, _FINDINGS)
        given = {
            "rules": rules_found(found, None),
            "found": [one for _, one in rows[:_FINDINGS]],
            "asked": asked,
            "reason": _reason(found, asked.rule),
            "following": _following(request, token),
        }
        return "live_findings.html", nothing(basis), given

    return page(told, request, asked, make, more="found", of=current)


def _reason(found: Iterable[Finding], rule: str | None) -> object:
    return next((one.rule.reason for one in found if one.rule.name == rule), "")


def changes(request: Request, asked: Annotated[ChangesPage, Query()]) -> Response:
    """What has been said since a day."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        told = nothing(basis)
        if asked.since is not None:
            newest = asked.as_of or snapshot.newest
            if newest is not None and asked.since >= newest:
                raise wrong("since", f"{asked.since} is not before {newest}")
            then, now = snapshot.basis(asked.since), snapshot.basis(newest)
            with then.reading(SECONDS) as before, now.reading(SECONDS) as after:
                changed = changed_between(snapshot.ledger, before, after, asked.since)  # type: ignore[arg-type]
            told = replace(told, changes=changed)
        return "live_changes.html", told, {"asked": asked}

    return page(service(request), request, asked, make)
