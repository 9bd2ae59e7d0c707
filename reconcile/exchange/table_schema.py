"""The contract of a ledger as Table Schema (Frictionless), for the columns that a file has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from reconcile.model import LARGEST_FIGURE
from reconcile.tables import TABLES, Column, Table

_TYPES = {"whole": "integer", "decimal": "number", "date": "date", "yes": "boolean"}
_TYPES |= {"moment": "datetime"}
_PATTERNS = {"id": "[a-z0-9-]+", "ids": "[a-z0-9-]+( *; *[a-z0-9-]+)*", "country": "[A-Z]{2}"}
_DEGREES = {"latitude": 90, "longitude": 180}


def schema(table: Table, header: Sequence[str], resources: dict[str, str]) -> dict[str, Any]:
    """The schema of a file of `table`.

    `resources` names the one resource of each table that a key may refer to; a table that has
    several files has none, and no key refers to it.
    """
    columns = {column.name: column for column in table.columns}
    told: dict[str, Any] = {
        "fields": [_field(columns[name], table) for name in header if name in columns],
        "missingValues": [""],
    }
    if table.identity is not None:
        told["primaryKey"] = [table.identity]
    keys = list(_keys(table, header, resources))
    return told | ({"foreignKeys": keys} if keys else {})


def _field(column: Column, table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.kind, "string"),
        "description": column.meaning,
    }
    if column.kind == "yes":
        told |= {"trueValues": ["yes"], "falseValues": ["no"]}
    constraints: dict[str, Any] = {}
    if column.filled:
        constraints["required"] = True
    if column.name == table.identity:
        constraints["unique"] = True
    if column.words:
        constraints["enum"] = list(column.words)
    if column.kind in _PATTERNS:
        constraints["pattern"] = _PATTERNS[column.kind]
    if column.kind == "whole":
        constraints |= {"minimum": 0, "maximum": LARGEST_FIGURE}
    if column.name in _DEGREES:
        constraints |= {"minimum": -_DEGREES[column.name], "maximum": _DEGREES[column.name]}
    return told | ({"constraints": constraints} if constraints else {})


def _keys(table: Table, header: Collection[str], resources: dict[str, str]) -> Any:
    for column in table.columns:
        if column.kind == "id" and column.refers in resources and column.name in header:
            own = column.refers == table.name
            yield {
                "fields": [column.name],
                "reference": {
                    "resource": "" if own else resources[column.refers],
                    "fields": [str(TABLES[column.refers].identity)],
                },
            }
