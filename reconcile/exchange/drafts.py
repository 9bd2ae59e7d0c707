"""Drafts: claims that a data set tells of, offered to the user in a file beside the ledger.

The file has the columns of the figures, and those of the source, its party and the document under
names such as `sources.name`, so that `reconcile import table` takes it as it stands.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from pathlib import Path

from reconcile.exchange.claimants import Claimant
from reconcile.exchange.proposal import Cells
from reconcile.replacing import Replacement, replace_all

FOLDER = "drafts"
_BESIDE = {
    "sources": ("name", "side", "party", "collective", "country"),
    "parties": ("party", "side", "country", "name"),
    "documents": ("publisher", "title", "url", "published_on", "language"),
}
_KEPT = (
    *("claim", "event", "source", "document", "asserted_on", "measure", "victims", "stated"),
    *("stance", "low", "best", "high", "note"),
)
COLUMNS = (*_KEPT, *(f"{table}.{name}" for table, names in _BESIDE.items() for name in names))


def draft(
    event: str,
    claimant: Claimant,
    document: Cells,
    measure: str,
    victims: str,
    stated: str,
    note: str,
    **numbers: object,
) -> Cells:
    """A claim as a draft; its id is given when the drafts are written."""
    row = {
        "event": event,
        "source": claimant.source["source"],
        "document": document["document"],
        "measure": measure,
        "victims": victims,
        "stated": stated,
        "note": note,
        **{name: "" if number is None else str(number) for name, number in numbers.items()},
    }
    for table, cells in (
        ("sources", claimant.source),
        ("parties", claimant.party),
        ("documents", document),
    ):
        row |= {f"{table}.{name}": cells.get(name, "") for name in _BESIDE[table]}
    return row


def text_of(drafts: list[Cells]) -> str:
    """The drafts as a file, each with an id by the custom of the figures."""
    taken: Counter[str] = Counter()
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in drafts:
        custom = "--".join(row[name] for name in ("event", "source", "measure", "victims"))
        taken[custom] += 1
        number = f"--{taken[custom]}" if taken[custom] > 1 else ""
        writer.writerow({**row, "claim": custom + number})
    return out.getvalue()


def write(workspace: Path, name: str, drafts: list[Cells]) -> Path:
    """Write the drafts to `drafts/NAME.csv` of a workspace, beside what is there already.

    Raises OSError.
    """
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    paths = (workspace / FOLDER / f"{one}.csv" for one in names)
    path = next(one for one in paths if not one.exists())
    replace_all([Replacement(path, None, text_of(drafts).encode())])
    return path
