"""The pages of the review: the claims that wait, and what may be done with each."""

# Annotations are values here, as in `reconcile.serve.api`.

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reconcile.database import rows_of
from reconcile.finding import ReconcileError, Text
from reconcile.journal import ACCEPTED, IN_DOUBT, NAMES, history, repeating, standing_aside
from reconcile.ledger import Ledger
from reconcile.review import OutOfTurn, Overtaken, act_on
from reconcile.serve.api import service
from reconcile.serve.filters import Identity
from reconcile.serve.frame import Links, PageAsked, Told, kept_of, nothing, page, routes
from reconcile.serve.pages import CLAIM, no_claim
from reconcile.serve.problem import ProblemError
from reconcile.serve.reviewing import WAITING, aside, beside, corrected, moves, one_aside, spoken
from reconcile.serve.sessions import Form, form_of, sessions_of
from reconcile.serve.snapshot import Basis, Snapshot
from reconcile.serve.writing import role_for
from reconcile.serve.writing_asked import LONGEST_REASON, Act

_AT_ONCE = 300

Claim = Annotated[Identity, Path()]


class QueueAsked(PageAsked):
    """What was done just now."""

    done: Identity | None = Field(None, description="The claim on which somebody has just acted.")


@dataclass(frozen=True)
class Refused:
    """An act that was not done: the status, what kind of refusal, its words, the reason typed."""

    status: int
    kind: str
    detail: str
    because: str


def router() -> APIRouter:
    """The routes of these pages."""
    told = routes(("/review", queue, QueueAsked), ("/review/{claim}", claim, PageAsked))
    told.add_api_route("/review/{claim}", act, methods=["POST"])
    return told


def queue(request: Request, asked: Annotated[QueueAsked, Query()]) -> Response:
    """The claims that wait for somebody, by event, and those that count no more."""
    told = service(request)

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        with told.reading(snapshot.aside()) as other:
            waiting = aside(other, WAITING, _AT_ONCE)
            gone = aside(other, ("retracted", IN_DOUBT, ACCEPTED), _AT_ONCE)
        state = snapshot.ledger.withheld["state"].value_counts()
        given = {
            "waiting": waiting,
            "by_event": [list(those) for _, those in groupby(waiting, itemgetter("event"))],
            "gone": gone,
            "counts": {name: int(state.get(name, 0)) for name in WAITING},
            "beside": standing_aside(snapshot.ledger),
            "done": _done(snapshot.ledger, asked.done),
        }
        return "live_review.html", nothing(basis), _UNDATED | given

    return page(told, request, asked.model_copy(update={"as_of": None}), make)


_UNDATED = {"dated": False, "names": NAMES}


def _done(ledger: Ledger, claim: str | None) -> Any:
    """The last act on the claim that was acted on just now."""
    acts = () if claim is None else history(ledger, claim)
    return acts[-1] if acts else None


def claim(request: Request, claim: Claim, asked: Annotated[PageAsked, Query()]) -> Response:
    """A claim beside what others say, what was done with it, and what may be done."""
    return _claim(request, claim, asked)


def _claim(
    request: Request, claim: str, asked: PageAsked, refused: Refused | None = None
) -> Response:
    told = service(request)
    sessions = sessions_of(request)
    person = None if sessions is None else sessions.person_of(request)

    def make(snapshot: Snapshot, basis: Basis, cursor: Any) -> Told:
        ledger = snapshot.ledger
        with told.reading(snapshot.aside()) as other:
            row = one_aside(other, claim)
        counting = row is None
        if row is None:
            row = next(rows_of(cursor, CLAIM, {"claim": claim}), None)
            if row is None:
                raise no_claim(cursor, ledger, claim)
            row = spoken(row) | {"state": ACCEPTED}
        acts = history(ledger, claim)
        shown = nothing(basis)
        cell = shown.names.cell(row["measure"], row["victims"])
        source = row["source_name"]
        waits = row["state"] in WAITING
        given = {
            "heading": Text(f"Review: {source}, {cell.en}", f"Relecture : {source}, {cell.fr}"),
            "claim": row,
            "event_name": row["event_name"],
            "counting": counting,
            "beside": beside(cursor, row),
            "changes": snapshot.acceptance(claim, told.seconds) if waits else None,
            "corrects": corrected(cursor, ledger, claim) if waits else [],
            "acts": acts,
            "seen": acts[-1].chain if acts else "",
            "moves": moves(ledger, acts, row["state"], person),
            "going": _going(ledger, claim, counting=counting),
            "refused": refused,
            "longest": LONGEST_REASON,
        }
        return "live_review_claim.html", shown, _UNDATED | given

    status = 200 if refused is None else refused.status
    asked = asked.model_copy(update={"as_of": None})
    return page(told, request, asked, make, status=status)


def _going(ledger: Ledger, claim: str, *, counting: bool) -> list[str]:
    """What would come or go with a claim, for it repeats it, also through others."""
    aside = ledger.withheld
    rows = ledger.tables["figures"] if counting else aside[aside["state"] == ACCEPTED]
    return sorted(repeating(rows, {claim}) - {claim})


def act(request: Request, claim: Claim, form: Annotated[Form, Depends(form_of)]) -> Response:
    """Do something with a claim, unless somebody did since the page was seen."""
    wanted = form.get("act", "")
    if wanted not in get_args(Act):
        raise ProblemError(422, f"act is one of {', '.join(get_args(Act))}")
    sessions = sessions_of(request)
    if sessions is None:
        raise ProblemError(404, "nobody signs in here")
    person = sessions.posted(request, form, role_for(wanted))
    because = " ".join(form.get("because", "").split())
    keeper = service(request).keeper
    refused: Refused | None = None
    if not because or len(because) > LONGEST_REASON:
        refused = Refused(422, "reason", "", because)
    else:
        told = {"by": person.name, "because": because, "seen": form.get("seen", "")}
        try:
            act_on(keeper.workspace, claim, wanted, on=dt.datetime.now(dt.UTC), **told)
        except OutOfTurn as fault:
            kind = "overtaken" if isinstance(fault, Overtaken) else "turn"
            refused = Refused(409, kind, str(fault), because)
        except ReconcileError as fault:
            refused = Refused(422, "other", str(fault), because)
    keeper.renew()
    if refused is not None:
        return _claim(request, claim, PageAsked.model_validate({}), refused)
    address = Links(kept_of(request)).to("/review", done=claim)
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
