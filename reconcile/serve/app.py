"""The application: its routes, and how it answers what cannot be answered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reconcile import __version__
from reconcile.escape import terminal
from reconcile.finding import ReconcileError
from reconcile.reading.table import near
from reconcile.serve import (
    api,
    api_views,
    pages,
    pages_beside,
    pages_record,
    pages_review,
    pages_sign,
    schema,
)
from reconcile.serve.beside import BeingDrawnUpError
from reconcile.serve.frame import faulty
from reconcile.serve.keeper import NotReadyError
from reconcile.serve.problem import TITLES, ProblemError
from reconcile.serve.service import Service
from reconcile.serve.sessions import Sessions
from reconcile.serve.watch import TookTooLongError
from reconcile.serve.writing import Writing

_ABOUT = (
    "What sources say of casualties in armed conflict, claim by claim, side by side. Every answer"
    " rests on one state of the ledger, which its ETag names."
)
_LONGEST = 120


def application(
    service: Service, writing: Writing | None = None, sessions: Sessions | None = None
) -> FastAPI:
    """The application over a service; it starts and stops what the service runs in the background.

    Without `writing` nothing can be written through it; without `sessions` nobody signs in at its
    pages, and nothing is written from them.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if writing is not None:
            writing.begin()
        service.keeper.start()
        yield
        service.keeper.stop()
        service.judge.close()

    app = FastAPI(
        title="reconcile",
        version=__version__,
        description=_ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        dependencies=[Depends(once)],
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.service = service
    app.state.sessions = sessions
    app.state.writes = writing is not None and sessions is not None
    for one in (api_views, api, pages, pages_beside):
        app.include_router(one.router())
    if writing is not None:
        app.include_router(writing.router())
    if sessions is not None:
        app.include_router(pages_sign.router())
    if writing is not None and sessions is not None:
        app.include_router(pages_record.RecordPages(writing).router())
        app.include_router(pages_review.router())
    app.add_api_route("/health", health, methods=["GET"], include_in_schema=False)
    app.add_api_route("/ready", ready, methods=["GET"], include_in_schema=False)
    for kind in (
        *(ProblemError, RequestValidationError, HTTPException, ReconcileError, Exception),
    ):
        app.add_exception_handler(kind, refuse)
    usual = app.openapi
    app.openapi = lambda: schema.described(usual())  # type: ignore[method-assign]
    return app


def once(request: Request) -> None:
    """Refuse a parameter that is given twice, of which one would be passed over."""
    told = [name for name, _ in request.query_params.multi_items()]
    if twice := sorted({name[:_LONGEST] for name in told if told.count(name) > 1}):
        errors = [
            {"parameter": name, "detail": f"{name} is given more than once"} for name in twice
        ]
        raise ProblemError(422, "; ".join(one["detail"] for one in errors), errors)


def health() -> Response:
    """Whether the service is alive."""
    return _plain(200, {"status": "alive"})


def ready(request: Request) -> Response:
    """Whether a state of the ledger is served, and whether the workspace is another by now."""
    keeper = api.service(request).keeper
    trouble = keeper.trouble
    told: dict[str, object] = {"status": "ready" if keeper.ready else "not ready"}
    if keeper.ready:
        told["state"] = keeper.current.digest[:16]
    if trouble is not None:
        told["trouble"] = terminal(trouble.why.en)
    return _plain(200 if keeper.ready else 503, told)


def _plain(status: int, told: Mapping[str, object]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(told), status, headers=headers, media_type="application/json")


def refuse(request: Request, fault: Exception) -> Response:
    """What cannot be answered, as a problem or as a page, by who asks."""
    problem = problem_of(request, fault)
    if request.url.path.startswith((f"{api.PREFIX}/", "/health", "/ready")):
        return problem.response()
    return faulty(request, problem)


def problem_of(request: Request, fault: Exception) -> ProblemError:
    """A fault as a problem, without the words of the program's own faults."""
    if isinstance(fault, ProblemError):
        return fault
    if isinstance(fault, RequestValidationError):
        return _invalid(request, fault)
    if isinstance(fault, HTTPException):
        headers = dict(fault.headers or {})
        detail = {404: "nothing is at this address", 405: "this address is only read"}
        return ProblemError(
            fault.status_code,
            detail.get(fault.status_code, TITLES.get(fault.status_code, "refused")),
            headers=headers,
        )
    if isinstance(fault, TookTooLongError):
        return ProblemError(504, f"{fault}; ask for less")
    if isinstance(fault, NotReadyError | BeingDrawnUpError):
        return ProblemError(503, str(fault), headers={"Retry-After": "2"})
    if isinstance(fault, ReconcileError):
        return ProblemError(503, str(fault))
    return ProblemError(500, "this is a fault of the program; the log says where")


def _invalid(request: Request, fault: RequestValidationError) -> ProblemError:
    known = getattr(request.scope.get("endpoint"), "parameters", ())
    errors = [_error(one, known) for one in fault.errors()]
    return ProblemError(422, "; ".join(one["detail"] for one in errors), errors)


def _error(told: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, str]:
    name = str(told["loc"][-1])[:_LONGEST]
    if told["type"] == "extra_forbidden":
        offer = near(name, known).en or f"; there are {', '.join(known) or 'none'}"
        return {"parameter": name, "detail": f"there is no parameter {name}{offer}"}
    return {
        "parameter": name,
        "detail": f"{name}: {str(told['msg']).removeprefix('Value error, ')[:_LONGEST]}",
    }
