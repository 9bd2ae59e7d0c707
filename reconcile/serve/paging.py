"""Pages of a relation by the key of its rows: what comes after a row, and a token that says so."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence

from reconcile.serve.problem import ProblemError, wrong

_MARK = 16
_LONGEST = 4096


def after(key: Sequence[str], row: Sequence[object]) -> tuple[str, dict[str, object]]:
    """A condition that holds for the rows after `row` in the order of `key`, and its values.

    Empty values come last in each column, as in the order that `ordered` gives.
    """
    told, values = "FALSE", {}
    for at in range(len(key) - 1, -1, -1):
        column, value, name = f'"{key[at]}"', row[at], f"after_{at}"
        if value is None:
            told = f"({column} IS NULL AND {told})"
        else:
            values[name] = value
            told = f"({column} > ${name} OR {column} IS NULL OR ({column} = ${name} AND {told}))"
    return told, values


def ordered(key: Sequence[str]) -> str:
    """The order of a key, empty values last."""
    return ", ".join(f'"{column}" NULLS LAST' for column in key)


def token(digest: str, question: str, row: Sequence[object]) -> str:
    """A token that goes on after `row` of the answer to `question` in the state `digest`."""
    body = json.dumps([digest[:_MARK], [_written(one) for one in row]], separators=(",", ":"))
    told = f"{_sealed(question, body)}{body}"
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def resumed(given: str, digest: str, question: str) -> list[object]:
    """The row after which a token goes on.

    Raises ProblemError: 422 for a token that is not ours or of another question, 410 for one of
    another state of the ledger, whose pages would not fit together.
    """
    refused = wrong("page", "page is no token of this question; take it from `next` as it stands")
    if len(given) > _LONGEST:
        raise refused
    try:
        told = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode()
    except (binascii.Error, ValueError):
        raise refused from None
    seal, body = told[:_MARK], told[_MARK:]
    if seal != _sealed(question, body):
        raise refused
    state, row = json.loads(body)
    if state != digest[:_MARK]:
        raise ProblemError(
            410,
            "the ledger has changed since this page was begun; ask again without page",
            [{"parameter": "page", "detail": "it belongs to an earlier state of the ledger"}],
        )
    return [_read(one) for one in row]


def question(name: str, asked: Mapping[str, object]) -> str:
    """What makes two requests pages of one answer: the relation and the filters."""
    return json.dumps([name, sorted((key, str(value)) for key, value in asked.items())])


def _sealed(question: str, body: str) -> str:
    return hashlib.sha256(f"{question}\n{body}".encode()).hexdigest()[:_MARK]


def _written(value: object) -> object:
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _read(value: object) -> object:
    return dt.date.fromisoformat(value["day"]) if isinstance(value, dict) else value
