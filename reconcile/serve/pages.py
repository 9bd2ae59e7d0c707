"""The pages of events, sources and claims, and the ledger at a glance."""

# Annotations are values here, as in `reconcile.serve.api`.

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from reconcile.database import rows_of
from reconcile.finding import Findings, Text
from reconcile.journal import NAMES, history
from reconcile.ledger import Ledger
from reconcile.pages.shown import show, show_source
from reconcile.serve import asking
from reconcile.serve.api import next_page, paged, service
from reconcile.serve.filters import STATUSES, Events, Sources, known, missing
from reconcile.serve.frame import PageAsked, Told, findings_held, nothing, page, routes
from reconcile.serve.listing import EVENTS, SOURCES, Listing
from reconcile.serve.problem import ProblemError
from reconcile.serve.reviewing import one_aside, spoken
from reconcile.serve.snapshot import Basis, Snapshot

_EVENTS_AT_ONCE = 50
_SOURCES_AT_ONCE = 200
_EVENTS_OF_A_SOURCE = 100

_OF_SOURCE = """
SELECT e.event FROM events AS e
WHERE e.event IN (SELECT event FROM claim WHERE source = $source)
ORDER BY e.starts_on DESC, e.event
"""
CLAIM = """
SELECT c.*, d.publisher, d.title, d.archive_url, e.name AS event_name, a.file, a.line
FROM claim AS c INNER JOIN documents AS d ON d.document = c.document
INNER JOIN events AS e ON e.event = c.event LEFT JOIN address AS a ON a.row = c.row
WHERE c.claim = $claim
"""
"""The query for a claim that counts."""

_HISTORY = """
SELECT t.*, c.language FROM timeline AS t INNER JOIN claim AS c ON c.claim = t.claim
WHERE t.event = $event
  AND (t.source = $source OR c.root = $root OR t.answers IN
    (SELECT claim FROM claim WHERE event = $event AND source = $source))
ORDER BY t.place, t.claim
"""


class EventsPage(Events, PageAsked):
    """Which events a page lists."""


class SourcesPage(Sources, PageAsked):
    """Which sources a page lists."""


def router() -> APIRouter:
    """The routes of these pages."""
    return routes(
        ("/", overview, PageAsked),
        ("/events", events, EventsPage),
        ("/events/{event}", event, PageAsked),
        ("/sources", sources, SourcesPage),
        ("/sources/{source}", source, PageAsked),
        ("/claims/{claim}", claim, PageAsked),
    )


def overview(request: Request, asked: Annotated[PageAsked, Query()]) -> Response:
    """The ledger at a glance."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        told = replace(basis.drawn.glance(service(request).seconds), asked=basis.question)
        return "live_overview.html", told, {"selected": ""}

    return page(service(request), request, asked, make)


def events(request: Request, asked: Annotated[EventsPage, Query()]) -> Response:
    """The events on which something is said, each in a sentence."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        listed, counted, following = _listed(snapshot, cursor, EVENTS, asked, _EVENTS_AT_ONCE)
        leaves = basis.leaves(cursor, [row["event"] for row in listed])
        told = show(leaves, Findings.of(()), basis.names, basis.question, with_evidence=False)
        given = {"choices": choices(cursor), "asked": asked, "counted": counted}
        return "live_events.html", told, {**given, "following": _following(request, following)}

    return page(service(request), request, asked, make)


def sources(request: Request, asked: Annotated[SourcesPage, Query()]) -> Response:
    """The sources."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        listed, _, following = _listed(snapshot, cursor, SOURCES, asked, _SOURCES_AT_ONCE)
        given = {"rows": listed, "asked": asked, "following": _following(request, following)}
        return "live_sources.html", nothing(basis), given

    return page(service(request), request, asked, make)


def event(request: Request, event: str, asked: Annotated[PageAsked, Query()]) -> Response:
    """An event: all that is said of it."""
    told = service(request)
    current = told.keeper.current
    held = findings_held(told, current, asked)

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        found = Findings.of(snapshot.ledger.findings) if held is None else held
        leaves = basis.leaves(cursor, [event])
        name = leaves[0].account.name if leaves else _name(cursor, "events", "event", event)
        shown = show(leaves, found, basis.names, basis.question)
        given = {"heading": name, "judged": held is not None, "event": event}
        return "live_event.html", shown, given

    return page(told, request, asked, make, more=held is not None, of=current)


def source(request: Request, source: str, asked: Annotated[PageAsked, Query()]) -> Response:
    """A source: its record, and what it says on each event."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        name = _name(cursor, "sources", "source", source)
        spoken = [one for (one,) in cursor.execute(_OF_SOURCE, {"source": source}).fetchall()]
        latest = spoken[:_EVENTS_OF_A_SOURCE]
        leaves = basis.leaves(cursor, latest)
        shown = show(leaves, Findings.of(()), basis.names, basis.question, with_evidence=False)
        given = {
            "heading": name,
            "source": show_source(shown, cursor, source),
            "more_events": len(spoken) if len(spoken) > len(latest) else 0,
            "selected": "",
        }
        return "live_source.html", shown, given

    return page(service(request), request, asked, make)


def claim(request: Request, claim: str, asked: Annotated[PageAsked, Query()]) -> Response:
    """A claim, what its source said before and after, and where it was read again."""

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        told = next(rows_of(cursor, CLAIM, {"claim": claim}), None)
        counting = told is not None
        if told is None:
            with service(request).reading(snapshot.aside()) as other:
                told = one_aside(other, claim)
        if told is None:
            raise no_claim(cursor, snapshot.ledger, claim)
        asked_for = {name: told[name] for name in ("event", "source", "root")}
        said = [spoken(row) for row in rows_of(cursor, _HISTORY, asked_for)]
        shown = nothing(basis)
        cell = shown.names.cell(told["measure"], told["victims"])
        given = {
            "heading": Text(
                f"{told['source_name']}: {cell.en}", f"{told['source_name']} : {cell.fr}"
            ),
            "claim": spoken(told),
            "event_name": told["event_name"],
            "history": said,
            "counting": counting,
            "acts": history(snapshot.ledger, claim),
            "names": NAMES,
        }
        return "live_claim.html", shown, given

    return page(service(request), request, asked, make)


def no_claim(cursor: Any, ledger: Ledger, claim: str) -> ProblemError:
    """Why there is no page of a claim."""
    offer = missing(cursor, "figures", "claim", claim)
    if offer is None:
        return ProblemError(404, f"by then nobody said {claim}")
    if claim in ledger.ids["figures"]:
        return ProblemError(404, f"{claim} breaks a law, or refers to what does; see the findings")
    return ProblemError(404, f"figures has no {claim}{offer[0]}")


def _name(cursor: Any, table: str, column: str, wanted: str) -> str:
    query = f"SELECT name FROM {table} WHERE {column} = $wanted"
    told = cursor.execute(query, {"wanted": wanted}).fetchone()
    if told is None:
        (offer,) = missing(cursor, table, column, wanted) or ("",)
        raise ProblemError(404, f"{table} has no {wanted}{offer}")
    return str(told[0])


def _listed(
    snapshot: Snapshot, cursor: Any, listing: Listing, asked: Any, most: int
) -> tuple[list[dict[str, Any]], int, str | None]:
    """A page of a list, how many rows there are in all, and the token of the page that follows."""
    filters = asked.filters()
    known(cursor, filters)
    conditions = [*(listing.conditions[name] for name in filters), "claims > 0"]
    columns = list(listing.columns)
    query = asking.Query(listing.table, columns, listing.key, conditions, filters, plain=True)
    limit = asked.limit or most
    bare = asked.model_copy(update={"language": None})
    rows = list(paged(query, snapshot, listing.name, bare, limit + 1).rows(cursor))
    following = next_page(snapshot, listing.name, bare, [key for _, key in rows], limit)
    where = " AND ".join(conditions)
    counted = cursor.execute(
        f"SELECT COUNT(*) FROM {listing.table} AS t WHERE {where}", filters
    ).fetchone()
    items = [dict(zip(listing.columns, row, strict=True)) for row, _ in rows[:limit]]
    return items, int(counted[0]), following


def _following(request: Request, token: str | None) -> str | None:
    if token is None:
        return None
    url = request.url.include_query_params(page=token)
    return f"{url.path}?{url.query}"


def choices(cursor: Any) -> dict[str, Any]:
    """What the fields of a form offer."""

    def told(query: str) -> list[Any]:
        return list(cursor.execute(query).fetchall())

    def texts(table: str, column: str) -> list[tuple[str, Text]]:
        rows = told(f"SELECT {column}, name, name_fr FROM {table} ORDER BY row")
        return [(one, Text(english, french or english)) for one, english, french in rows]

    return {
        "countries": [
            one
            for (one,) in told(
                "SELECT DISTINCT country FROM events WHERE country IS NOT NULL ORDER BY 1"
            )
        ],
        "statuses": STATUSES,
        "parties": told("SELECT party, name FROM parties ORDER BY name"),
        "measures": texts("measures", "measure"),
        "victims": texts("victims", "victims"),
        "sources": told("SELECT source, name FROM sources ORDER BY source LIMIT 500"),
    }
