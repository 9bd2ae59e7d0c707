"""A service that only people read: those with a token, and at its pages those who are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse

from reconcile.serve.api import PREFIX
from reconcile.serve.entry import asker
from reconcile.serve.problem import ProblemError
from reconcile.serve.sessions import SIGN_IN, to_sign_in

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from reconcile.serve.people import People
    from reconcile.serve.sessions import Sessions

_OPEN = ("/health", "/ready")
_HTML = "text/html"


class Closed:
    """Wraps an application so that it answers people alone; its health it tells all.

    The API takes tokens and no cookie. A browser in which nobody is signed in is sent to where one
    signs in.
    """

    def __init__(self, app: ASGIApp, people: People, sessions: Sessions) -> None:
        self._app = app
        self._people = people
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["path"] not in _OPEN:
            refused = await run_in_threadpool(self._refused, HTTPConnection(scope))
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refused(self, asked: HTTPConnection) -> Response | None:
        path = asked.scope["path"]
        page = path != PREFIX and not path.startswith(f"{PREFIX}/")
        if page and (path == SIGN_IN or self._sessions.person_of(asked) is not None):
            return None
        try:
            asker(self._people, asked.headers)
        except ProblemError as refused:
            reading = asked.scope["method"] == "GET"
            if page and reading and _HTML in asked.headers.get("accept", ""):
                headers = {"Cache-Control": "no-store"}
                return RedirectResponse(to_sign_in(asked), 303, headers=headers)
            return refused.response()
        return None
