"""The lists of the API: what a row of each is, its columns, its order, and what narrows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from reconcile.serve.asking import AS_JSON
from reconcile.serve.filters import Asked, Claims, Documents, Events, Sources
from reconcile.tables import TABLES
from reconcile.view import views

IN_ASCII = "in_ascii"
"""The function of the database that escapes JSON as `reconcile.serve.asking.in_ascii` does."""

_WHERE = {
    "file": ("string", "the file of its row in the ledger"),
    "line": ("integer", "the line in that file"),
}
_JSON = {"whole": "integer", "decimal": "number", "date": "date", "yes": "boolean"}


@dataclass(frozen=True)
class Listing:
    """A list: `select` gives its rows, `key` the columns by which they are ordered and each found.

    `conditions` hold by parameter, over the columns of `select`; a parameter is their `$name`.
    `columns` are those of the answer, each with its type in JSON and its meaning.
    """

    name: str
    row_is: str
    asked: type[Asked]
    identity: str
    key: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]
    select: str
    conditions: Mapping[str, str]
    example: str

    @property
    def table(self) -> str:
        """The table in which its rows are drawn up."""
        return f"listed_{self.name}"

    @cached_property
    def schema(self) -> dict[str, object]:
        """The schema of a row."""
        return {
            "type": "object",
            "required": list(self.columns),
            "additionalProperties": False,
            "properties": {
                name: _schema(kind, meaning) for name, (kind, meaning) in self.columns.items()
            },
        }


def _schema(kind: str, meaning: str) -> dict[str, object]:
    told: dict[str, object] = {"description": meaning}
    if kind == "date":
        return told | {"type": ["string", "null"], "format": "date"}
    if kind == "ids":
        return told | {"type": ["array", "null"], "items": {"type": "string"}}
    return told | {"type": [kind, "null"]}


def _of_table(name: str) -> dict[str, tuple[str, str]]:
    return {
        one.name: (_JSON.get(one.kind, "string"), one.meaning.replace("`", ""))
        for one in TABLES[name].columns
    }


def _of_view(name: str, wanted: str, kind: str = "string") -> dict[str, tuple[str, str]]:
    meanings = views()[name].columns()
    return {one: (kind, meanings[one]) for one in wanted.split()}


def _in(select: str) -> str:
    return f"event IN (SELECT event FROM {select})"


_STATUS = """CASE WHEN o.contested THEN 'contested' WHEN o.unanswered > 0 THEN 'unanswered'
  WHEN o.only_side IS NOT NULL THEN 'one-sided' WHEN o.sides_with_figures IS NULL THEN 'no-figure'
  ELSE 'compatible' END"""
_EVENT_COUNTS = "claims documents standing sources cells conflicting widest_gap"
_EVENT_COLUMNS = _of_table("events")

EVENTS = Listing(
    "events",
    TABLES["events"].row_is,
    Events,
    "event",
    ("starts_on", "event"),
    {
        **_EVENT_COLUMNS,
        "status": ("string", "contested, unanswered, one-sided, no-figure or compatible"),
        **_of_view("event_overview", _EVENT_COUNTS, "integer"),
        **_WHERE,
    },
    f"SELECT {', '.join(f'e.{one}' for one in _EVENT_COLUMNS)}, {_STATUS} AS status,"
    + "".join(f" COALESCE(o.{one}, 0) AS {one}," for one in _EVENT_COUNTS.split()[:-1])
    + " o.widest_gap, a.file, a.line FROM events AS e"
    " LEFT JOIN event_overview AS o ON o.event = e.event"
    " LEFT JOIN address AS a ON a.row = e.row",
    {
        "text": "(CONTAINS(LOWER(event), LOWER($text)) OR CONTAINS(LOWER(name), LOWER($text)))",
        "country": "country = $country",
        "since": "COALESCE(ends_on, starts_on) >= $since",
        "until": "starts_on <= $until",
        "side": _in("claim WHERE side = $side"),
        "source": _in("claim WHERE source = $source"),
        "measure": _in("claim WHERE measure = $measure"),
        "victims": _in("claim WHERE victims = $victims"),
        "status": "status = $status",
        "silent": _in("event_coverage WHERE party = $silent AND speaks = 'silent'"),
        "silent_side": _in("event_coverage WHERE party_side = $silent_side AND speaks = 'silent'"),
        "gap": "widest_gap >= $gap",
    },
    "djibo-2025-05-11",
)

_CLAIM = (
    "claim event country source source_name side interest document url language asserted_on"
    " published_on known_on measure victims victims_party stated stance low high named evidence"
    " repeats answers note"
)
_CLAIM_KINDS = dict.fromkeys(("asserted_on", "published_on", "known_on"), "date") | dict.fromkeys(
    ("low", "high", "named"), "integer"
)

CLAIMS = Listing(
    "claims",
    TABLES["figures"].row_is,
    Claims,
    "claim",
    ("claim",),
    {
        **{
            name: (_CLAIM_KINDS.get(name, "string"), meaning)
            for name, (_, meaning) in _of_view("claim", _CLAIM).items()
        },
        "corrects": ("ids", "the claims that it corrects"),
        "corrected_by": ("ids", "the claims that correct it"),
        "stands": ("boolean", "whether it stands: not corrected, and no repeat of another"),
        **_WHERE,
    },
    f"SELECT {', '.join(f'c.{one}' for one in _CLAIM.split())}, t.corrects, t.corrected_by,"
    " t.stands, a.file, a.line FROM claim AS c INNER JOIN timeline AS t ON t.claim = c.claim"
    " LEFT JOIN address AS a ON a.row = c.row",
    {
        **{
            name: f"{name} = ${name}"
            for name in (
                *("event", "document", "country", "side", "source", "measure", "victims"),
                *("stance", "stands"),
            )
        },
        "since": "known_on >= $since",
        "until": "known_on <= $until",
        "contested": "((event, measure, victims) IN (SELECT (event, measure, victims)"
        " FROM event_conflict WHERE status = 'conflicting')) = $contested",
    },
    "djibo-2025-05-11--jnim--killed--soldiers--2",
)

SOURCES = Listing(
    "sources",
    TABLES["sources"].row_is,
    Sources,
    "source",
    ("source",),
    {
        **_of_table("sources"),
        "events": ("integer", "events on which it speaks"),
        "claims": ("integer", "claims by it"),
        **_WHERE,
    },
    f"SELECT {', '.join(f's.{one}' for one in _of_table('sources'))},"
    " COALESCE(c.events, 0) AS events, COALESCE(c.claims, 0) AS claims, a.file, a.line"
    " FROM sources AS s LEFT JOIN (SELECT source, COUNT(DISTINCT event) AS events,"
    " COUNT(*) AS claims FROM claim GROUP BY source) AS c ON c.source = s.source"
    " LEFT JOIN address AS a ON a.row = s.row",
    {
        "text": "(CONTAINS(LOWER(source), LOWER($text)) OR CONTAINS(LOWER(name), LOWER($text)))",
        "side": "side = $side",
        "country": "country = $country",
        "party": "party = $party",
    },
    "jnim",
)

DOCUMENTS = Listing(
    "documents",
    TABLES["documents"].row_is,
    Documents,
    "document",
    ("document",),
    {
        **_of_table("documents"),
        "claims": ("integer", "claims read in it"),
        **_WHERE,
    },
    f"SELECT {', '.join(f'd.{one}' for one in _of_table('documents'))},"
    " COALESCE(c.claims, 0) AS claims, a.file, a.line FROM documents AS d"
    " LEFT JOIN (SELECT document, COUNT(*) AS claims FROM claim GROUP BY document) AS c"
    " ON c.document = d.document LEFT JOIN address AS a ON a.row = d.row",
    {
        "text": "(CONTAINS(LOWER(document), LOWER($text)) OR CONTAINS(LOWER(title), LOWER($text))"
        " OR CONTAINS(LOWER(publisher), LOWER($text)))",
        "since": "published_on >= $since",
        "until": "published_on <= $until",
        "event": "document IN (SELECT document FROM claim WHERE event = $event)",
        "source": "document IN (SELECT document FROM claim WHERE source = $source)",
    },
    "opindia-djibo-2025-05-16",
)

LISTINGS = (EVENTS, CLAIMS, SOURCES, DOCUMENTS)
"""The lists."""


def drawn_up(listing: Listing, *, many: bool) -> list[str]:
    """The statements that draw up a list as a table, in its order, so that a page joins nothing.

    Few rows are kept as JSON too, in the column `told`, which needs IN_ASCII; of many, one is found
    by its id and those on one event without a look at the others.
    """
    table = listing.table
    order = ", ".join(listing.key)
    if not many:
        columns = ", ".join(listing.columns)
        written = f"(SELECT {IN_ASCII}({AS_JSON}) FROM (SELECT {columns}) AS t) AS told"
        return [
            f"CREATE TABLE {table} AS SELECT *, {written} FROM ({listing.select}) ORDER BY {order}"
        ]
    sought = {listing.identity, *({"event"} & listing.columns.keys())}
    return [
        f"CREATE TABLE {table} AS {listing.select} ORDER BY {order}",
        *(f"CREATE INDEX {table}_{one} ON {table} ({one})" for one in sorted(sought)),
    ]
