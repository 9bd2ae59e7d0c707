"""The answers of the API as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconcile.serve.listing import Listing
from reconcile.serve.problem import MEDIA_TYPE, SCHEMA, TITLES

_STATE = {
    "state": {
        "type": "string",
        "description": "Sixteen digits of the state of the ledger that is served.",
    },
    "as_of": {
        "type": ["string", "null"],
        "format": "date",
        "description": "The day asked about.",
    },
    "without_day": {
        "type": "integer",
        "description": "Claims without a day, which are left out as of any day.",
    },
}
_NEXT = {
    "type": ["string", "null"],
    "description": "What to give as `page` for the rows that follow; null on the last page.",
}
_ETAG = {"ETag": {"description": "Of this answer.", "schema": {"type": "string"}}}

FINDING = {
    "rule": ("string", "the name of the fault"),
    "severity": ("string", "error, warning or note"),
    "message": ("string", "what is wrong, with the values, in English"),
    "message_fr": ("string", "the same in French"),
    "file": ("string", "the file of the row"),
    "line": ("integer", "the line in that file; 0 where the whole file is meant"),
    "relation": ("string", "the table or view it was found in"),
    "key": ("string", "the ids of the rows or claims that prove it"),
    "event": ("string", "the event, where it is on one"),
    "fingerprint": ("string", "the same wherever the row moves"),
    "checked_by": ("string", "the engine that found it"),
    "waived_by": ("string", "the place of the waiver that accepts it"),
}
"""The columns of a finding, with their types and meanings."""

VIEW = {
    "name": ("string", "its name"),
    "row_is": ("string", "what one row is"),
    "key": ("array", "the columns that make its key"),
    "columns": ("object", "each column with its meaning"),
}
"""What is told of a view."""


def rows_of(columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """The schema of rows with these columns."""
    return {
        "type": "object",
        "required": list(columns),
        "properties": {
            name: {
                "type": kind if kind in ("array", "object") else [kind, "null"],
                "description": meaning,
            }
            for name, (kind, meaning) in columns.items()
        },
    }


def page(row: Mapping[str, Any], *problems: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a list whose rows have this schema."""
    schema = {
        "type": "object",
        "required": [*_STATE, "items", "next"],
        "properties": {**_STATE, "items": {"type": "array", "items": row}, "next": _NEXT},
    }
    return answers(schema, 410, *problems)


def record(listing: Listing) -> dict[int | str, dict[str, Any]]:
    """The answers that tell of one row."""
    schema = {
        "type": "object",
        "required": [*_STATE, "item"],
        "properties": {**_STATE, "item": listing.schema},
    }
    return answers(schema, 404)


def table(*problems: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a CSV twin."""
    told = answers({}, *problems)
    told[200] = {
        "description": "The rows, with a head, as UTF-8. A `'` stands before what a spreadsheet"
        " would take for a formula. With `limit`, a Link header leads to the rows that follow.",
        "headers": _ETAG,
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
    return told


def answers(schema: Mapping[str, Any], *problems: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a read: what it tells, 304, and what may go wrong."""
    content = {"schema": dict(schema)}
    told: dict[int | str, dict[str, Any]] = {
        200: {
            "description": "What was asked.",
            "headers": _ETAG,
            "content": {"application/json": content},
        },
        304: {"description": "The asker holds it: If-None-Match names its ETag."},
    }
    for status in sorted({*problems, 400, 422, 500, 503, 504}):
        told[status] = {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return told


def waiting() -> dict[int | str, dict[str, Any]]:
    """The answer while the ledger is being checked."""
    schema = {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"type": "string", "const": "being checked"}},
    }
    return {
        202: {
            "description": "The expectations are being put to this state; ask again.",
            "content": {"application/json": {"schema": schema}},
        }
    }


def described(told: dict[str, Any]) -> dict[str, Any]:
    """The description of the API with the schema of problems, and without those of FastAPI.

    What may be answered with 401 is said to need a token.
    """
    components = told.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = SCHEMA
    asked_for_token = [
        operation
        for path in told.get("paths", {}).values()
        for operation in path.values()
        if "401" in operation["responses"]
    ]
    for operation in asked_for_token:
        operation["security"] = [{"token": []}]
    if asked_for_token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return told
