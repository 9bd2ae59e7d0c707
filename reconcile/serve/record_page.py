"""The form that records claims, as a page: as it was typed, with faults or with what it changes."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from reconcile.filing import columns_of
from reconcile.serve.api import service
from reconcile.serve.faults import Fault
from reconcile.serve.foreseen import Foreseen
from reconcile.serve.frame import apart, nothing
from reconcile.serve.known import OFFERED, Known
from reconcile.serve.pages import choices
from reconcile.serve.typed import WRITTEN, Typed
from reconcile.tables import TABLES
from reconcile.wording import read as read_words

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def form_page(
    request: Request,
    typed: Typed,
    faults: list[Fault] | None = None,
    foreseen: Foreseen | None = None,
) -> Response:
    """The form as it was typed, with its faults beside the fields or with what it would change."""
    asked = service(request)
    snapshot = asked.keeper.current
    with asked.reading(snapshot.basis()) as cursor:
        known = Known(snapshot.ledger, cursor)
        events = [row["event"] for row in typed.tables["figures"] if "event" in row]
        given = {
            "typed": typed.shown(),
            "faults": faults or [],
            "foreseen": foreseen,
            "may_save": bool(typed.seen) and typed.seen == typed.mark,
            "columns": {
                table: [
                    one
                    for one in TABLES[table].columns
                    if one.name in columns_of(asked.keeper.workspace, table)
                ]
                for table in WRITTEN
            },
            "choices": choices(cursor),
            "offers": {
                table: known.offers(table, most=OFFERED, events=events) for table in WRITTEN
            },
            "many": [table for table in WRITTEN if known.many(table)],
            "readings": [
                _read(row.get("stated", ""), typed, known) for row in typed.tables["figures"]
            ],
            "trouble": asked.keeper.trouble,
            "state": snapshot.digest[:16],
            "is_day": _DAY.fullmatch,
        }
        shown = foreseen.shown if foreseen else nothing(snapshot.basis())
        status, script = 422 if faults else 200, "live_record.js"
        return apart(request, "live_record.html", given, status, shown=shown, script=script)


def _read(stated: str, typed: Typed, known: Known) -> Any:
    """What words are read as, in the language of their document; False where there are none."""
    new = typed.tables["documents"]
    language = known.language_of(typed.document) if typed.document else None
    language = language or (new[0].get("language") if new else None)
    return read_words(stated, language) if stated else False
