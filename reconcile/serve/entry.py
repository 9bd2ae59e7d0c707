"""Who asks: the person of a token, and what their role lets them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from reconcile.serve.problem import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from reconcile.serve.people import People, Person, Role

_OPEN = ("/health", "/ready")


def asker(people: People, headers: Headers) -> Person:
    """The person whose token a request bears. Raises ProblemError 401 where there is none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    person = people.of_token(token.strip()) if kind.lower() == "bearer" else None
    if person is None:
        why = "give your token: Authorization: Bearer TOKEN"
        raise ProblemError(401, why, headers={"WWW-Authenticate": 'Bearer realm="reconcile"'})
    return person


def allowed(people: People, headers: Headers, role: Role) -> Person:
    """The person who asks, if they may what `role` may. Raises ProblemError 401 or 403."""
    person = asker(people, headers)
    if not person.may(role):
        told = f"this is for a {role.word}, and {person.name} is a {person.role.word}"
        raise ProblemError(403, told)
    return person


class Closed:
    """Wraps an application so that it answers people with a token; its health it tells all."""

    def __init__(self, app: ASGIApp, people: People) -> None:
        self._app = app
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["path"] not in _OPEN:
            try:
                await run_in_threadpool(asker, self._people, Headers(scope=scope))
            except ProblemError as refused:
                await refused.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)
