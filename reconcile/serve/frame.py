"""The frame of every page: its language, its links, the banner, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from reconcile.escape import uri
from reconcile.finding import Findings
from reconcile.pages.catalogue import LANGUAGES
from reconcile.pages.hypertext import inline
from reconcile.pages.live import live, policy
from reconcile.pages.shown import Glance, Shown
from reconcile.serve.filters import Asked
from reconcile.serve.problem import ProblemError
from reconcile.serve.service import Service
from reconcile.serve.sessions import SIGN_IN, sessions_of, to_sign_in
from reconcile.serve.snapshot import Basis, Snapshot

_NAMES = {"en": "English", "fr": "Français"}
_HTML = "text/html; charset=utf-8"
_OF_ONE = {"Cache-Control": "private, no-store"}
Told = tuple[str, Shown | Glance, dict[str, Any]]
"""The template of a page, what it shows, and what else its template asks for."""


class PageAsked(Asked):
    """What every page may be asked; a field left empty in a form asks nothing."""

    language: Literal["en", "fr"] | None = Field(None, description="The language of the page.")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, told: Any) -> Any:
        if not isinstance(told, Mapping):
            return told
        return {name: value for name, value in told.items() if value != ""}


def routes(*told: tuple[str, Callable[..., Response], type[Asked]]) -> APIRouter:
    """The routes of pages, each with its path and what it may be asked."""
    router = APIRouter(include_in_schema=False)
    for path, endpoint, asked in told:
        endpoint.parameters = tuple(asked.model_fields)  # type: ignore[attr-defined]
        router.add_api_route(path, endpoint, methods=["GET"])
    return router


def language_of(request: Request) -> str:
    """The language asked for in the address, else the first known one of Accept-Language."""
    given = request.query_params.get("language")
    if given in LANGUAGES:
        return str(given)
    wanted = []
    for at, one in enumerate(request.headers.get("accept-language", "").split(",")):
        name, _, weight = one.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), at, name.lower().partition("-")[0]))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(wanted) if name in LANGUAGES), "en")


class Links:
    """Addresses of the service that keep the day and the language of the page they stand on."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept
        self._asked = str(URL("").include_query_params(**kept)) if kept else ""

    def to(self, path: str, **more: str) -> str:
        """The address of a page."""
        if not more and "?" not in path:
            return f"{path}{self._asked}"
        return str(URL(path).include_query_params(**{**self._kept, **more}))

    def event(self, event: str) -> str:
        """The address of an event."""
        return self.to(f"/events/{uri(event)}")

    def source(self, source: str) -> str:
        """The address of a source."""
        return self.to(f"/sources/{uri(source)}")

    def review(self, claim: str) -> str:
        """The address at which a claim is reviewed."""
        return self.to(f"/review/{uri(claim)}")

    def claim(self, claim: str) -> str:
        """The address of a claim."""
        return self.to(f"/claims/{uri(claim)}")


def page(
    service: Service,
    request: Request,
    asked: PageAsked,
    make: Callable[[Snapshot, Basis, Any], Told],
    *,
    more: object = None,
    of: Snapshot | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The page that `make` tells of the state served, in its frame.

    `more` is what the page depends on besides the state and the request; `of` is the state of which
    that was asked.
    """
    snapshot = of or service.keeper.current
    language = language_of(request)
    trouble = service.keeper.trouble
    signing = signed(request)
    able = signing["signing"], signing["writes"]
    tag = service.tag(snapshot, request, language, trouble, more, able)

    def body() -> tuple[bytes, str]:
        basis = snapshot.basis(asked.as_of)
        with service.reading(basis) as cursor:
            part, told, given = make(snapshot, basis, cursor)
            framed = frame(request, language, asked.as_of)
            framed |= {"trouble": trouble, "state": snapshot.digest[:16]} | given
            return live(part, told, language, framed).encode(), _HTML

    told = {**_headers(language, signing), **(headers or {})}
    if signing["person"] is not None:
        content, kind = body()
        return Response(content, status, headers=told | _OF_ONE, media_type=kind)
    answer = service.answered(request, tag, body, told)
    if answer.status_code == 200:
        answer.status_code = status
    return answer


def kept_of(request: Request) -> dict[str, str]:
    """What an address of the service keeps of the page it stands on: the day and the language."""
    told = request.query_params
    return {name: told[name] for name in ("as_of", "language") if told.get(name)}


def frame(request: Request, language: str, as_of: object) -> dict[str, Any]:
    """What the frame of a page is made with."""
    asked = dict(request.query_params)
    kept = kept_of(request)
    links = Links(kept)
    without_page = request.url.remove_query_params("page")
    here = request.url.path
    undated = without_page.remove_query_params("as_of")
    return {
        **signed(request),
        "to": links.to,
        "to_event": links.event,
        "to_source": links.source,
        "to_claim": links.claim,
        "to_review": links.review,
        "here": here,
        "as_of": as_of,
        "dated": True,
        "state": None,
        "kept": [(name, value) for name, value in asked.items() if name not in ("as_of", "page")],
        "carried": list(kept.items()),
        "undated": _path(undated),
        "languages": [
            (code, _NAMES[code], _path(without_page.include_query_params(language=code)))
            for code in LANGUAGES
            if code != language
        ],
    }


def signed(request: Request) -> dict[str, Any]:
    """Who is signed in, what their forms bear, and whether one can sign in and write at all."""
    sessions = sessions_of(request)
    person = None if sessions is None else sessions.person_of(request)
    return {
        "signing": sessions is not None,
        "writes": request.app.state.writes,
        "person": person,
        "csrf": None if sessions is None or person is None else sessions.csrf_of(request),
        "sign_in": SIGN_IN if request.url.path == SIGN_IN else to_sign_in(request),
    }


def _headers(language: str, signing: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a page: where people sign in it is another for each of them.

    There a form tells this service, and no other, where it was sent from.
    """
    told = {"Content-Security-Policy": policy(), "Content-Language": language}
    if not signing["signing"]:
        return {**told, "Vary": "Accept-Language"}
    return {**told, "Vary": "Accept-Language, Cookie", "Referrer-Policy": "same-origin"}


def apart(
    request: Request,
    part: str,
    given: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    shown: Shown | None = None,
    script: str | None = None,
) -> Response:
    """A page of one asker, in the frame of the others, perhaps with a script; nobody keeps it."""
    language = language_of(request)
    framed = {**frame(request, language, None), "dated": False, **given}
    if script is not None:
        framed["script"] = inline(script)
    body = live(part, shown or nothing(), language, framed)
    told = {**(headers or {}), **_headers(language, framed), **_OF_ONE}
    told["Content-Security-Policy"] = policy(script)
    return Response(body, status, headers=told, media_type=_HTML)


def faulty(request: Request, problem: ProblemError) -> Response:
    """A page that says why there is none."""
    again = 2 if problem.status == 503 and request.method == "GET" else None
    given = {"detail": problem.detail, "status": problem.status, "again": again}
    return apart(request, "live_fault.html", given, problem.status, problem.headers)


def nothing(basis: Basis | None = None) -> Shown:
    """A page on which no event is shown."""
    asked: dict[str, Any] = {} if basis is None else basis.question
    names = _Unnamed() if basis is None else basis.names
    return Shown(asked, [], {}, {}, names, frozenset(), frozenset())  # type: ignore[arg-type]


class _Unnamed:
    """Stands for the names of a ledger where none is read."""


def findings_held(service: Service, snapshot: Snapshot, asked: PageAsked) -> Findings | None:
    """The findings where the expectations were put; without them those of the laws are shown."""
    return service.judge.held(snapshot, asked.as_of)


def _path(url: URL) -> str:
    path = f"/{url.path.lstrip('/')}"  # Two slashes would lead to another host.
    return f"{path}?{url.query}" if url.query else path
