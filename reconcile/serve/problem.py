"""What goes wrong with a request, as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

TITLES = {
    400: "The request cannot be understood",
    401: "A token is needed",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This cannot be done here",
    406: "There is no such form",
    409: "This cannot be done now",
    410: "The ledger has changed",
    412: "Somebody came first",
    413: "The request is too long",
    421: "This service has another name",
    422: "A parameter is wrong",
    429: "Too many requests",
    500: "A fault of the program",
    503: "The service is not ready",
    504: "The answer took too long",
}
"""The title of a problem by its status."""

MEDIA_TYPE = "application/problem+json"

SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank; the status says the kind."},
        "title": {"type": "string", "description": "The kind of problem."},
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {"type": "string", "description": "What is wrong, in a sentence."},
        "errors": {
            "type": "array",
            "description": "Each parameter that is wrong, and why.",
            "items": {
                "type": "object",
                "required": ["parameter", "detail"],
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
"""The schema of a problem."""


@dataclass
class ProblemError(Exception):
    """A request that cannot be answered: a status, a sentence, the parameters that are wrong."""

    status: int
    detail: str
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """The problem as RFC 9457 writes it."""
        told: dict[str, object] = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "The request was not answered"),
            "status": self.status,
            "detail": self.detail,
        }
        return told | ({"errors": list(self.errors)} if self.errors else {})

    def response(self) -> Response:
        """The problem as an answer."""
        return Response(
            json.dumps(self.document()).replace("<", "\\u003c").replace(">", "\\u003e"),
            self.status,
            headers={**self.headers, "Cache-Control": "no-store"},
            media_type=MEDIA_TYPE,
        )


def wrong(parameter: str, detail: str, status: int = 422) -> ProblemError:
    """A single parameter that is wrong."""
    return ProblemError(status, detail, [{"parameter": parameter, "detail": detail}])
