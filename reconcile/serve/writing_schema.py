"""The answers of the routes that write, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconcile.serve.problem import MEDIA_TYPE, TITLES

_Answers = dict[int | str, dict[str, Any]]
_TEXT = {"type": "string"}
_WHOLE = {"type": ["integer", "null"]}
_PLACE = {"claim": _TEXT, "file": _TEXT, "line": {"type": "integer"}}
_ACT = {"act": _TEXT, "by": _TEXT, "on": _TEXT, "because": _TEXT}


def _object(properties: Mapping[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": dict(properties)}


def _list(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(item)}


def _answers(status: int, schema: Mapping[str, Any], *problems: int) -> _Answers:
    content = {"application/json": {"schema": dict(schema)}}
    told: _Answers = {status: {"description": "Done.", "content": content}}
    for problem in sorted({*problems, 400, 413, 422, 429, 500, 503}):
        reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
        told[problem] = {"description": TITLES[problem], "content": {MEDIA_TYPE: reference}}
    return told


READ = _answers(
    200,
    _object(
        {
            "understood": {"type": "boolean"},
            "stated": _TEXT,
            **{"low": _WHOLE, "high": _WHOLE, "named": _WHOLE, "stance": _TEXT},
        },
        optional=("low", "high", "named", "stance"),
    ),
)
"""The reading of words."""

QUEUE = _answers(
    200,
    _object(
        {
            "items": _list(
                {
                    "type": "object",
                    "required": ["claim", "state"],
                    "properties": {"claim": _TEXT, "state": _TEXT},
                }
            )
        }
    ),
)
"""The claims that do not count."""

REVIEW = _answers(200, _object({"claim": _TEXT, "state": _TEXT, "acts": _list(_object(_ACT))}), 404)
"""The acts on a claim."""

PREVIEWED = _answers(
    200, _object({name: {"type": "array"} for name in ("claims", "conflicts")}), 401, 403
)
"""What claims would change."""

RECORDED = _answers(201, _object({"state": _TEXT, "claims": _list(_object(_PLACE))}), 401, 403, 409)
"""Claims that were recorded."""

ACTED = _answers(201, _object({**_PLACE, "state": _TEXT}), 401, 403, 404, 409, 412)
"""An act that was written."""

ROWS: dict[str, Any] = {
    "figures": [
        {
            "claim": "djibo-2025-05-11--observer--1",
            "event": "djibo-2025-05-11",
            "source": "observer",
            "document": "wire-2025-05-13",
            "measure": "killed",
            "victims": "soldiers",
            "stated": "around 100",
        }
    ]
}
"""Rows to be added, as an example."""

RECORDING: dict[str, Any] = {**ROWS, "because": "Read in the wire of 13 May", "act": "submitted"}
"""A recording, as an example."""

ACTING: dict[str, Any] = {"act": "accepted", "because": "As printed"}
"""An act, as an example."""
