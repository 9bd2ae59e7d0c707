"""Relations as one JSON document."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping

from reconcile.exchange.relation import Relation


def document(relations: Iterable[Relation], about: Mapping[str, object]) -> Iterator[str]:
    """The document in pieces: `about`, then under `relations` each with its columns and rows.

    ASCII only, so that no text can leave its string; a date as YYYY-MM-DD.
    """
    yield "{\n"
    for name, value in about.items():
        yield f"{json.dumps(name)}: {json.dumps(value, default=_plain)},\n"
    yield '"relations": {'
    for number, relation in enumerate(relations):
        told = {"row_is": relation.row_is, "columns": relation.columns}
        yield f"{',' if number else ''}\n{json.dumps(relation.name)}: "
        yield json.dumps(told, indent=1)[:-2] + ',\n "rows": ['
        names = tuple(relation.columns)
        for at, row in enumerate(relation.rows):
            told_row = dict(zip(names, row, strict=True))
            yield f"{',' if at else ''}\n  {json.dumps(told_row, default=_plain)}"
        yield "\n ]}"
    yield "\n}}\n"


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
