"""A long ledger in slices of whole events, whose views are drawn up one slice after the other.

What is said of an event depends on no other event, unless one is part of the other or a claim on
one repeats, corrects or answers a claim on the other: such events lie in one slice. So no more
memory is needed than a slice takes, however many claims there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from reconcile.engine import Connection, most_memory
from reconcile.ledger import Ledger, none_withheld
from reconcile.relation import judges_each_by_itself
from reconcile.rows import Numbers
from reconcile.suite import Suite
from reconcile.tables import TABLES
from reconcile.view import views

CLAIMS = 500_000
"""How many claims make a slice, unless events that belong together have more or memory is short."""

OVER_EVENTS = frozenset(
    {
        *("interest", "party_coverage", "source_pair", "source_record"),
        # Of the codebooks they know those by which some word of the ledger can be read.
        *("claim_codebook", "event_codebook"),
    }
)
"""The views of which a row may rest on claims of any events; the others keep to a slice."""

_BYTES = 4_000  # What the views of a claim take in memory, and those that they are made of.
_FEWEST = 50_000  # Smaller slices save nothing: what each costs beside its claims weighs more.
_OF_EVENTS = tuple(
    name for name, table in TABLES.items() if "event" in {column.name for column in table.columns}
)
_TIES = """
WITH told AS (
  SELECT event, UNNEST(LIST_CONCAT([repeats, answers], STRING_SPLIT(supersedes, ';'))) AS claim
  FROM figures WHERE COALESCE(repeats, answers, supersedes) IS NOT NULL
)
SELECT event, part_of AS other FROM event_parts
UNION
SELECT t.event, f.event FROM told AS t INNER JOIN figures AS f ON f.claim = TRIM(t.claim)
WHERE f.event <> t.event
"""
_SLICE = """
CREATE TABLE slice AS
WITH said AS (SELECT event, COUNT(*) AS claims, MIN(row) AS first FROM figures GROUP BY event),
bundle AS (
  SELECT COALESCE(t.bundle, e.event) AS bundle, e.event, s.claims, COALESCE(s.first, e.row) AS first
  FROM events AS e
  LEFT JOIN said AS s ON s.event = e.event
  LEFT JOIN tied_frame AS t ON t.event = e.event
),
heavy AS (
  SELECT bundle, SUM(GREATEST(claims, 1)) AS claims, MIN(first) AS first FROM bundle GROUP BY bundle
),
placed AS (
  SELECT bundle, SUM(claims) OVER (ORDER BY first, bundle) - claims AS before FROM heavy
)
SELECT b.event, CAST(DENSE_RANK() OVER (ORDER BY p.before // $claims) - 1 AS INTEGER) AS slice
FROM bundle AS b INNER JOIN placed AS p ON p.bundle = b.bundle
"""
_ROWS = """
SELECT t.row, s.slice FROM {table} AS t INNER JOIN slice AS s ON s.event = t.event
ORDER BY s.slice, t.row
"""
_DOCUMENTS = """
WITH RECURSIVE copied AS (
  SELECT document, origin FROM documents WHERE origin IS NOT NULL
  UNION
  SELECT c.document, d.origin FROM copied AS c INNER JOIN documents AS d ON d.document = c.origin
  WHERE d.origin IS NOT NULL
),
told AS (
  SELECT event, document FROM figures UNION ALL SELECT event, document FROM attributions
),
read AS (
  SELECT event, document FROM told
  UNION ALL
  SELECT t.event, c.origin FROM told AS t INNER JOIN copied AS c ON c.document = t.document
)
SELECT DISTINCT d.row, s.slice
FROM read AS r
INNER JOIN slice AS s ON s.event = r.event
INNER JOIN documents AS d ON d.document = r.document
ORDER BY s.slice, d.row
"""


def portions(ledger: Ledger, suites: Sequence[Suite]) -> list[tuple[Ledger, list[Suite]]]:
    """What of a ledger is reconciled at once, and the suites that are to be put to it.

    A ledger of no more claims than make a slice is one portion. Of a longer one, all but the events
    comes first, with every suite: that is all that a table without events asks, and a faulty suite
    is refused there. Then a suite of events goes to each slice where neither its relation nor its
    expectations look beyond one, and else to the whole ledger.
    """
    claims = _claims_at_once()
    if len(ledger.tables.rows["figures"]) <= claims:
        return [(ledger, list(suites))]
    of_events = [one for one in suites if one.relation in {*views(), *_OF_EVENTS}]
    sliced = [one for one in of_events if _keeps_to_a_slice(one)]
    rest = [one for one in of_events if not _keeps_to_a_slice(one)]
    told = [(without_events(ledger), list(suites))]
    told += [(part, sliced) for part in slices(ledger, claims)] if sliced else []
    return told + ([(ledger, rest)] if rest else [])


def _claims_at_once() -> int:
    most = most_memory()
    return CLAIMS if most is None else min(CLAIMS, max(most // _BYTES, _FEWEST))


def _keeps_to_a_slice(suite: Suite) -> bool:
    return suite.relation not in OVER_EVENTS and judges_each_by_itself(suite)


def slices(ledger: Ledger, claims: int) -> Iterator[Ledger]:
    """The ledger in parts of whole events and the documents that they were read in.

    Each holds about so many claims, in the order of their rows. Rows keep their numbers; where they
    stand, and which claims do not count, is told by the whole ledger alone.
    """
    with ledger.tables.shown() as database:
        database.register("tied_frame", _tied(database))
        database.execute(_SLICE, {"claims": claims})
        ((count,),) = database.execute("SELECT COALESCE(MAX(slice), -1) + 1 FROM slice").fetchall()
        numbers = {name: _split(database, _ROWS.format(table=name), count) for name in _OF_EVENTS}
        numbers["documents"] = _split(database, _DOCUMENTS, count)
    for at in range(count):
        yield _part(ledger, {name: told[at] for name, told in numbers.items()})


def without_events(ledger: Ledger) -> Ledger:
    """The ledger without events and whatever is told of them."""
    return _part(ledger, dict.fromkeys(_OF_EVENTS, np.array([], dtype="int64")))


def _part(ledger: Ledger, numbers: dict[str, Numbers]) -> Ledger:
    tables = ledger.tables.only(numbers)
    return replace(ledger, tables=tables, places=(), withheld=none_withheld())


def _tied(database: Connection) -> pd.DataFrame:
    """The events that belong together with others: `event`, and the same `bundle` for each."""
    ties = database.execute(_TIES).df()
    codes, events = pd.factorize(pd.concat([ties["event"], ties["other"]]))
    if not len(events):
        return pd.DataFrame({"event": [], "bundle": []}, dtype="str")
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    one, other = codes[: len(ties)], codes[len(ties) :]
    size = len(events)
    edges = coo_array((np.ones(len(ties), dtype="int8"), (one, other)), shape=(size, size))
    _, together = connected_components(edges, directed=False)
    first = pd.Series(events).groupby(together).transform("min")
    return pd.DataFrame({"event": events, "bundle": first}, dtype="str")


def _split(database: Connection, query: str, count: int) -> list[Numbers]:
    """The rows that a query names with their slices, by slice."""
    told = database.execute(query).fetchnumpy()
    ends = np.searchsorted(told["slice"], np.arange(1, count))
    return np.split(np.asarray(told["row"]), ends)
