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
from reconcile.pages.live import live, policy
from reconcile.pages.shown import Glance, Shown
from reconcile.serve.filters import Asked
from reconcile.serve.problem import ProblemError
from reconcile.serve.service import Service
from reconcile.serve.snapshot import Basis, Snapshot

_NAMES = {"en": "English", "fr": "Français"}
_HTML = "text/html; charset=utf-8"
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
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The page that `make` tells of the state served, in its frame.

    `more` is what the page depends on besides the state and the request.
    """
    snapshot = service.keeper.current
    language = language_of(request)
    trouble = service.keeper.trouble
    tag = service.tag(snapshot, request, language, trouble, more)

    def body() -> tuple[bytes, str]:
        basis = snapshot.basis(asked.as_of)
        with service.reading(basis) as cursor:
            part, told, given = make(snapshot, basis, cursor)
            framed = frame(request, language, asked.as_of)
            framed |= {"trouble": trouble, "state": snapshot.digest[:16]} | given
            return live(part, told, language, framed).encode(), _HTML

    told = {
        "Content-Security-Policy": policy(),
        "Vary": "Accept-Language",
        "Content-Language": language,
        **(headers or {}),
    }
    answer = service.answered(request, tag, body, told)
    if answer.status_code == 200:
        answer.status_code = status
    return answer


def frame(request: Request, language: str, as_of: object) -> dict[str, Any]:
    """What the frame of a page is made with."""
    asked = dict(request.query_params)
    kept = {name: asked[name] for name in ("as_of", "language") if asked.get(name)}
    links = Links(kept)
    without_page = request.url.remove_query_params("page")
    here = request.url.path
    undated = without_page.remove_query_params("as_of")
    return {
        "to": links.to,
        "to_event": links.event,
        "to_source": links.source,
        "to_claim": links.claim,
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


def faulty(request: Request, problem: ProblemError) -> Response:
    """A page that says why there is none."""
    language = language_of(request)
    given = {**frame(request, language, None), "dated": False, "detail": problem.detail}
    given |= {"status": problem.status, "again": 2 if problem.status == 503 else None}
    body = live("live_fault.html", nothing(), language, given)
    headers = {
        **problem.headers,
        "Content-Security-Policy": policy(),
        "Cache-Control": "no-store",
        "Content-Language": language,
    }
    return Response(body, problem.status, headers=headers, media_type=_HTML)


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
    return f"{url.path}?{url.query}" if url.query else url.path
