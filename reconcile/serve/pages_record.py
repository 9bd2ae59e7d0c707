"""The pages at which people record claims: a form, what it would change, and what was recorded."""

# Annotations are values here, as in `reconcile.serve.api`.

import json
import re
import secrets
import time
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reconcile.escape import uri
from reconcile.filing import filed
from reconcile.finding import ReconcileError, Text
from reconcile.journal import ACCEPTED, NAMES
from reconcile.pages.live import reading
from reconcile.reading.table import near
from reconcile.serve.api import service
from reconcile.serve.faults import Fault, faults_of
from reconcile.serve.foreseen import foreseen
from reconcile.serve.frame import apart
from reconcile.serve.known import Known
from reconcile.serve.manners import LONGEST_URL
from reconcile.serve.people import Person, Role
from reconcile.serve.problem import ProblemError
from reconcile.serve.proposed import with_ids
from reconcile.serve.record_page import form_page
from reconcile.serve.sessions import Form, form_of, known_sessions
from reconcile.serve.typed import WRITTEN, Typed
from reconcile.serve.writing import Writing
from reconcile.serve.writing_asked import LONGEST_REASON, Recording
from reconcile.wording import read as read_words

RECORD = "/record"
_KEY = re.compile("[A-Za-z0-9_-]{16,100}")
_WAIT = 20.0
_LONGEST = 60.0  # To see what a form would change, the workspace is read anew.
_STATES = ("draft", "submitted")
_JSON = "application/json"
_Short = Annotated[str, Query(max_length=200)]
_SENT_BEFORE = Text(
    "this form was sent before and recorded what it held then; what stands here now is another"
    " recording: look at it again",
    "ce formulaire a déjà été envoyé et a enregistré ce qu'il contenait alors ; ce qui est ici"
    " maintenant est une autre saisie : la revoir",
)


class Given(BaseModel):
    """What the address of an empty form fills in."""

    event: _Short = ""
    source: _Short = ""
    document: _Short = ""
    language: Literal["en", "fr"] | None = None
    as_of: str | None = None


class RecordPages:
    """The pages over what writes to the ledger of a workspace."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing

    def router(self) -> APIRouter:
        """The routes of these pages."""
        told = APIRouter(include_in_schema=False)
        told.add_api_route(RECORD, self.empty, methods=["GET"])
        told.add_api_route(RECORD, self.send, methods=["POST"])
        told.add_api_route("/record/known", self.known, methods=["GET"])
        told.add_api_route("/record/reading", self.reading, methods=["GET"])
        told.add_api_route("/recorded", self.recorded, methods=["GET"])
        return told

    def empty(self, request: Request, given: Annotated[Given, Query()]) -> Response:
        """The form, with what the address fills in."""
        known_sessions(request).signed(request, Role.RECORDER)
        figure = {"event": given.event, "source": given.source}
        figure = {name: told for name, told in figure.items() if told}
        tables = {table: () for table in WRITTEN} | {"figures": (figure,)}
        return form_page(request, Typed(tables, document=given.document, key=_new_key()))

    def send(self, request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
        """The form again with one claim more or less, or with what it would change; or save it."""
        person = known_sessions(request).posted(request, form, Role.RECORDER)
        typed, do = Typed.of(form.multi_items()), form.get("do", "preview")
        if not _KEY.fullmatch(typed.key):
            raise ProblemError(422, "the form bears no key; open it again")
        if do == "more":
            return form_page(request, typed.with_claim())
        if (taken := re.fullmatch("drop-([0-9]{1,2})", do)) is not None:
            return form_page(request, typed.without(int(taken[1])))
        asked = service(request)
        snapshot = asked.keeper.current
        with snapshot.basis().reading(_LONGEST) as cursor:
            known = Known(snapshot.ledger, cursor)
            typed = known.settled(typed)
            if do in _STATES and typed.seen == typed.mark:
                return self._save(request, typed, do, person, known)
            typed = with_ids(typed, snapshot.ledger.ids)
            faults = faults_of(
                typed, asked.keeper.workspace, known, snapshot.year_of, saving=do in _STATES
            )
            if faults:
                return form_page(request, typed, faults)
            rows = filed(asked.keeper.workspace, typed.rows(), snapshot.year_of)
            claims = [row["claim"] for row in typed.tables["figures"]]
            told = foreseen(cursor, asked.keeper.workspace, rows, claims)
        return form_page(request, replace(typed, seen=typed.mark), foreseen=told)

    def _save(
        self, request: Request, typed: Typed, act: str, person: Person, known: Known
    ) -> Response:
        asked = service(request)
        where = asked.keeper.workspace, known, asked.keeper.current.year_of
        if not typed.because or len(typed.because) > LONGEST_REASON:
            return form_page(request, typed, faults_of(typed, *where, saving=True))
        rows = typed.rows()
        recording = Recording.model_validate({**rows, "because": typed.because, "act": act})
        raw = json.dumps([rows, typed.because, act], sort_keys=True).encode()
        try:
            body = self._once(request, recording, person, typed.key, raw)
        except ProblemError as refused:
            if refused.status != 422:
                raise
            again = replace(typed, key=_new_key(), seen="")
            return form_page(request, again, [Fault("", "", _SENT_BEFORE)])
        except ReconcileError as refused:
            told = str(refused)
            faults = faults_of(typed, *where, saving=True) or [Fault("", "", Text(told, told))]
            return form_page(request, typed, faults)
        claims = [str(one["claim"]) for one in json.loads(body)["claims"]]
        return RedirectResponse(_afterwards(request, claims), 303, {"Cache-Control": "no-store"})

    def _once(
        self, request: Request, recording: Recording, person: Person, key: str, raw: bytes
    ) -> bytes:
        """Record; where the same form is being recorded at this moment, wait for its answer."""
        end = time.monotonic() + _WAIT
        while True:
            try:
                return self._writing.recorded(service(request), recording, person, key, raw)
            except ProblemError as refused:
                if refused.status != 409 or time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def known(
        self,
        request: Request,
        table: Literal["documents", "sources", "events", "figures"],
        text: _Short = "",
        event: _Short = "",
    ) -> Response:
        """What may complete a field, as JSON: a list of ids, each with what it is called."""
        known_sessions(request).signed(request, Role.RECORDER)
        asked = service(request)
        snapshot = asked.keeper.current
        with asked.reading(snapshot.basis()) as cursor:
            told = Known(snapshot.ledger, cursor).offers(table, text, events=[event])
        return _data(told)

    def reading(
        self,
        request: Request,
        stated: Annotated[str, Query(max_length=500)] = "",
        document: _Short = "",
        language: _Short = "",
        spoken: Literal["en", "fr"] = "en",
    ) -> Response:
        """What words are read as, in a sentence of the language `spoken`."""
        known_sessions(request).signed(request, Role.RECORDER)
        asked = service(request)
        snapshot = asked.keeper.current
        if document:
            with asked.reading(snapshot.basis()) as cursor:
                language = Known(snapshot.ledger, cursor).language_of(document) or language
        words = reading(read_words(stated, language or None), spoken) if stated else ""
        return _data({"reading": words})

    def recorded(
        self, request: Request, claims: Annotated[str, Query(max_length=LONGEST_URL)] = ""
    ) -> Response:
        """The claims that were recorded together, each with its state."""
        known_sessions(request).signed(request, Role.READER)
        ledger = service(request).keeper.current.ledger
        states = dict(zip(ledger.withheld["claim"], ledger.withheld["state"], strict=True))
        told = [
            (claim, states.get(claim, ACCEPTED))
            for claim in claims.split(";")
            if claim in ledger.ids["figures"]
        ]
        if not told:
            offer = near(claims, ledger.ids["figures"]).en
            raise ProblemError(404, f"the ledger has none of these claims{offer}")
        return apart(request, "live_recorded.html", {"recorded": told, "names": NAMES})


def _afterwards(request: Request, claims: list[str]) -> str:
    """Where one goes on: to the review of a claim, to a list of several, or to the queue."""
    kept = {"language": told} if (told := request.query_params.get("language")) else {}
    if len(claims) == 1:
        return str(URL(f"/review/{uri(claims[0])}").include_query_params(**kept))
    told = str(URL("/recorded").include_query_params(claims=";".join(claims), **kept))
    return told if len(told) < LONGEST_URL else "/review"


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _data(told: object) -> Response:
    headers = {"Cache-Control": "private, no-store"}
    return Response(json.dumps(told), headers=headers, media_type=_JSON)
