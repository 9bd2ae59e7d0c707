"""Ids proposed for new rows, formed as those of the ledger are."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace

from reconcile.serve.typed import PROPOSED, WRITTEN, Row, Typed
from reconcile.tables import TABLES

_DATE_AT_THE_END = re.compile(r"(-[0-9]{4}(-[0-9]{2}){0,2})+$")
_ID = re.compile("[a-z0-9-]+")
_LONGEST = 60
_CELL = ("event", "source", "measure", "victims")


def with_ids(typed: Typed, taken: Mapping[str, Collection[str]]) -> Typed:
    """The same with an id for each row of which enough is typed to form one.

    An id that somebody typed stays. `taken` are the ids of the ledger by table; none of them and
    none of the form is proposed.
    """
    told = {
        table: [_without_old(row, TABLES[table].identity or "") for row in typed.tables[table]]
        for table in WRITTEN
    }
    for table in ("sources", "events"):
        _name(told[table], table, taken[table], lambda row, table=table: _base(table, row))
    fresh = {name: [row.get(name, "") for row in told[f"{name}s"]] for name in ("event", "source")}
    for row in told["figures"]:
        for name, ids in fresh.items():
            if name not in row and len(ids) == 1 and ids[0]:
                row[name] = ids[0]
    event = next((row["event"] for row in told["figures"] if "event" in row), "")
    _name(told["documents"], "documents", taken["documents"], lambda row: _document(row, event))
    _name(told["figures"], "figures", taken["figures"], _claim)
    return replace(typed, tables={table: tuple(rows) for table, rows in told.items()})


def slug(words: str) -> str:
    """Words as an id: small Latin letters, digits and hyphens; empty where there are none."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", ""))[:_LONGEST].strip("-")


def _without_old(row: Row, identity: str) -> Row:
    """A row without the id that was proposed for it before, as long as nobody changed that."""
    stays = identity in row and row[identity] != row.get(PROPOSED)
    return {
        name: cell for name, cell in row.items() if name != PROPOSED and (stays or name != identity)
    }


def _name(rows: list[Row], table: str, taken: Collection[str], base: object) -> None:
    identity = TABLES[table].identity or ""
    held = {row[identity] for row in rows if identity in row}
    between = "--" if table == "figures" else "-"
    for row in rows:
        if identity in row or not (stem := base(row)):  # type: ignore[operator]
            continue
        told, number = stem, 1
        while told in taken or told in held:
            number += 1
            told = f"{stem}{between}{number}"
        held.add(told)
        row[identity] = row[PROPOSED] = told


def _base(table: str, row: Row) -> str:
    if table == "sources":
        return (slug(row["name"]) or "source") if "name" in row else ""
    if "name" not in row and "place" not in row:
        return ""
    place = re.split("[,(;]", row.get("place", ""))[0]
    return "-".join(filter(None, (slug(place) or slug(row.get("name", "")) or "event", _day(row))))


def _day(row: Row, column: str = "starts_on") -> str:
    try:
        return dt.date.fromisoformat(row.get(column, "")).isoformat()
    except ValueError:
        return ""


def _document(row: Row, event: str) -> str:
    """Who published it, where the event was, and the day or the year: wire-djibo-2025-05-12."""
    if "publisher" not in row:
        return ""
    publisher = slug(re.split("[(]", row["publisher"])[0]) or "document"
    place = _DATE_AT_THE_END.sub("", event) if slug(event) == event else ""
    when = _day(row, "published_on") or _day(row, "accessed_on")[:4]
    if not when and (year := re.search("-([0-9]{4})", event)):
        when = year[1]
    return "-".join(filter(None, (publisher, place, when)))


def _claim(row: Row) -> str:
    parts = [row.get(name, "") for name in _CELL]
    return "--".join(parts) if all(_ID.fullmatch(part) for part in parts) else ""
