"""The API that writes: claims recorded, previewed and reviewed, by people with a token."""

# Annotations are values here: the parameters of each route are made from them.

import datetime as dt
import json
import time
from collections.abc import Mapping
from pathlib import Path as Folder
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from reconcile.difference.forms import as_json
from reconcile.filing import claims_placed
from reconcile.finding import Address, ReconcileError
from reconcile.journal import ACCEPTED, history
from reconcile.ledger import FOLDER
from reconcile.pipeline import read
from reconcile.replacing import alone
from reconcile.review import OutOfTurn, Overtaken, Unlawful, act_on, record
from reconcile.serve.answers import Answers
from reconcile.serve.api import PREFIX, service
from reconcile.serve.entry import allowed
from reconcile.serve.people import People, Person, Role
from reconcile.serve.problem import ProblemError
from reconcile.serve.service import Service
from reconcile.serve.writing_asked import (
    Acting,
    Bare,
    Claim,
    Key,
    Match,
    Recording,
    Rowed,
    Worded,
)
from reconcile.serve.writing_schema import ACTED, PREVIEWED, QUEUE, READ, RECORDED, REVIEW
from reconcile.trial import preview
from reconcile.wording import read as read_words

_JSON = "application/json"


class Writing:
    """The routes that write to the ledger of a workspace for its people."""

    def __init__(self, workspace: Folder, people: People) -> None:
        self._workspace = workspace
        self._people = people
        self._answers = Answers(workspace)

    def begin(self) -> None:
        """Finish what a service began to write that was killed, before anything is read."""
        with alone(self._workspace / FOLDER):
            pass

    def router(self) -> APIRouter:
        """The routes, under the prefix of the API."""
        told = APIRouter(prefix=PREFIX, tags=["writing"])
        told.add_api_route(
            "/words", self.words, methods=["GET"], operation_id="words",
            summary="What words for a figure are read as", responses=READ,
        )  # fmt: skip
        told.add_api_route(
            "/review", self.queue, methods=["GET"], operation_id="review_queue",
            summary="The claims that do not count", responses=QUEUE,
        )  # fmt: skip
        told.add_api_route(
            "/claims/preview", self.preview, methods=["POST"], operation_id="claims_preview",
            summary="What claims would change if they counted; nothing is written",
            responses=PREVIEWED,
        )  # fmt: skip
        told.add_api_route(
            "/claims", self.record, methods=["POST"], operation_id="claims_record",
            status_code=201, summary="Record claims; they count when somebody accepts them",
            responses=RECORDED,
        )  # fmt: skip
        told.add_api_route(
            "/claims/{id}/review", self.review, methods=["GET"], operation_id="claim_review",
            summary="What was done with a claim", responses=REVIEW,
        )  # fmt: skip
        told.add_api_route(
            "/claims/{id}/review", self.act, methods=["POST"], operation_id="claim_act",
            status_code=201, summary="Submit, accept, return or retract a claim", responses=ACTED,
        )  # fmt: skip
        return told

    def words(self, asked: Annotated[Worded, Query()]) -> Response:
        """The interval that words are read as, as one types."""
        told = read_words(asked.stated, asked.language, asked.codebook)
        if told is None:
            return _json(200, {"understood": False, "stated": asked.stated})
        interval = {"low": told.low, "high": told.high, "named": told.named, "stance": told.stance}
        return _json(200, {"understood": True, "stated": asked.stated, **interval})

    def queue(self, request: Request, asked: Bare) -> Response:
        """Every lawful claim that does not count, with its last act."""
        withheld = service(request).keeper.current.ledger.withheld
        names = ["claim", "event", "source", "stated", "state", "by", "on", "because"]
        rows = withheld[names].astype("object")
        items = rows.where(rows.notna(), None).to_dict("records")
        return _json(200, {"items": items})

    def preview(self, request: Request, asked: Rowed) -> Response:
        """The conflicts that claims would make, before they are recorded."""
        self._who(request, Role.RECORDER)
        try:
            told = preview(self._workspace, asked.rows(service(request)), expectations=False)
        except ReconcileError as fault:
            raise _refused(fault) from None
        return Response(as_json(told), media_type=_JSON, headers={"Cache-Control": "no-store"})

    def record(self, request: Request, asked: Recording, key: Key) -> Response:
        """Add claims with what they rest on, and a line of the journal for each."""
        person = self._who(request, Role.RECORDER)
        raw = asked.model_dump_json().encode()
        try:
            body = self.recorded(service(request), asked, person, key, raw)
        except ReconcileError as fault:
            raise _refused(fault) from None
        return Response(body, 201, media_type=_JSON)

    def recorded(
        self, service: Service, asked: Recording, person: Person, key: str, raw: bytes
    ) -> bytes:
        """What is answered to a recording: its state and the place of each claim, as JSON.

        A repeat of the request `raw` under its key is answered as before and writes nothing. Raises
        what `reconcile.review.record` raises, and ProblemError for a key of another request.
        """
        with self._answers.answering(person.name, key, raw, time.time()) as known:
            body = known.body
            if body is None:
                told = self._recorded(service, asked, person, interrupted=known.interrupted)
                body = json.dumps(told).encode()
                self._answers.keep(person.name, key, body)
        service.keeper.renew()
        return body

    def _recorded(
        self, service: Service, asked: Recording, person: Person, *, interrupted: bool
    ) -> Mapping[str, object]:
        told = {"by": person.name, "because": asked.because, "on": _now(), "act": asked.act}
        rows = asked.rows(service)
        try:
            places = record(self._workspace, rows, **told)  # type: ignore[arg-type]
        except ReconcileError:
            if interrupted and (found := self._found(asked, person)):
                return found
            raise
        return _recording(asked.act, claims_placed(rows, places))

    def _found(self, asked: Recording, person: Person) -> Mapping[str, object] | None:
        """What an interrupted recording had written; None where it had not."""
        ledger = read(self._workspace)
        rows = ledger.withheld.set_index("claim", drop=False)
        places: dict[str, Address] = {}
        for row in asked.figures:
            claim = str(row.get("claim"))
            acts = history(ledger, claim)
            if not acts or acts[0].by != person.name or claim not in rows.index:
                return None
            at = ledger.withheld.index[ledger.withheld["claim"] == claim][0]
            places[claim] = ledger.address(int(at))
        return _recording(asked.act, places)

    def review(self, request: Request, id: Claim, asked: Bare) -> Response:
        """Every act on a claim in the order of the journal, and its state."""
        ledger = service(request).keeper.current.ledger
        if id not in ledger.ids["figures"]:
            raise ProblemError(404, f"no claim is called {id}")
        acts = history(ledger, id)
        told = [
            {"act": one.act, "by": one.by, "on": one.on, "because": one.because} for one in acts
        ]
        state = acts[-1].act if acts else ACCEPTED
        headers = {"ETag": _tag(acts[-1].chain if acts else "")}
        return _json(200, {"claim": id, "state": state, "acts": told}, headers)

    def act(self, request: Request, id: Claim, asked: Acting, match: Match) -> Response:
        """Write the line of an act, if nobody acted on the claim since it was seen."""
        person = self._who(request, role_for(asked.act))
        told = {"by": person.name, "because": asked.because, "seen": _seen(match)}
        try:
            at = act_on(self._workspace, id, asked.act, on=_now(), **told)  # type: ignore[arg-type]
        except ReconcileError as fault:
            raise _refused(fault) from None
        service(request).keeper.renew()
        return _json(201, {"claim": id, "state": asked.act, "file": at.file, "line": at.line})

    def _who(self, request: Request, role: Role) -> Person:
        return allowed(self._people, request.headers, role)


def role_for(act: str) -> Role:
    """Who may do this with a claim."""
    return Role.RECORDER if act == "submitted" else Role.REVIEWER


def _recording(act: str, places: Mapping[str, Address]) -> Mapping[str, object]:
    claims = [{"claim": claim, "file": at.file, "line": at.line} for claim, at in places.items()]
    return {"state": act, "claims": claims}


def _refused(fault: ReconcileError) -> ProblemError:
    if isinstance(fault, OutOfTurn):
        return ProblemError(412 if isinstance(fault, Overtaken) else 409, str(fault))
    if isinstance(fault, Unlawful):
        errors = [
            {"parameter": one.relation, "detail": f"{one.message} [{one.rule.name}]"}
            for one in fault.findings
        ]
        return ProblemError(422, str(fault), errors)
    return ProblemError(404 if str(fault).startswith("no claim is called") else 422, str(fault))


def _json(status: int, told: object, headers: Mapping[str, str] | None = None) -> Response:
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(json.dumps(told), status, headers=all_headers, media_type=_JSON)


def _tag(chain: str) -> str:
    return f'"{chain or "-"}"'


def _seen(match: str) -> str | None:
    """The chain that an If-Match names: empty for a claim without an act, None for any."""
    told = match.strip()
    return None if told == "*" else told.strip('"').removeprefix("-")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
