"""Who is signed in at a page, and what a form must bear to write in their name.

A session is a random secret in a cookie that no script reads and no other site sends along. Forms
bear a second value that is made of that secret, which no other site knows.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import URL, ImmutableMultiDict, QueryParams
from starlette.requests import HTTPConnection, Request

from reconcile.serve.entry import known_role
from reconcile.serve.problem import ProblemError

if TYPE_CHECKING:
    from starlette.responses import Response

    from reconcile.serve.people import People, Person, Role

COOKIE = "reconcile_session"

SIGN_IN = "/sign-in"

SECONDS = 12 * 3600
"""How long a session lasts."""

CSRF = "csrf"
"""The field of a form that says that a page of this service made it."""

_LOOKED_UP = "reconcile.person"
_FORM = "application/x-www-form-urlencoded"
_UNKNOWN = "this form was made in another session; open the page again and send it from there"

Form = ImmutableMultiDict[str, str]
"""The fields of a form as they were sent; one that is sent more than once keeps all its values."""


class Sessions:
    """The sessions of people at the pages.

    `clock` tells the seconds since the epoch; `secure` says that browsers reach the service by TLS
    alone, so that the cookie goes nowhere else.
    """

    def __init__(self, people: People, clock: Callable[[], float], *, secure: bool) -> None:
        self._people = people
        self._clock = clock
        self._secure = secure

    def begin(self, request: Request, token: str, answer: Response) -> Person | None:
        """Begin a session for whoever has this token, in a cookie of `answer`; None for nobody.

        The session in which the request came ends.
        """
        person = self._people.of_token(token.strip())
        if person is None:
            return None
        if held := request.cookies.get(COOKIE):
            self._people.end(held)
        secret = self._people.begin(person, self._clock(), SECONDS)
        answer.set_cookie(
            COOKIE,
            secret,
            max_age=SECONDS,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return person

    def end(self, request: Request, answer: Response) -> None:
        """End the session in which a request came, and take its cookie away by `answer`."""
        if held := request.cookies.get(COOKIE):
            self._people.end(held)
        answer.delete_cookie(
            COOKIE, path="/", secure=self._secure, httponly=True, samesite="strict"
        )

    def person_of(self, request: HTTPConnection) -> Person | None:
        """Who is signed in where this request comes from; looked up once a request."""
        if _LOOKED_UP not in request.scope:
            secret = request.cookies.get(COOKIE)
            told = self._people.of_session(secret, self._clock()) if secret else None
            request.scope[_LOOKED_UP] = told
        person: Person | None = request.scope[_LOOKED_UP]
        return person

    def csrf_of(self, request: HTTPConnection) -> str:
        """What the forms of this session bear in the field `csrf`; nothing of it is stored."""
        secret = request.cookies.get(COOKIE, "")
        return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()

    def signed(self, request: Request, role: Role) -> Person:
        """Who asks for a page that is for `role` alone.

        Raises ProblemError 303 to the page that signs in, and 403 where the role is too small.
        """
        person = self.person_of(request)
        if person is None:
            raise ProblemError(303, "sign in first", headers={"Location": to_sign_in(request)})
        known_role(person, role)
        return person

    def posted(self, request: Request, form: Form, role: Role) -> Person:
        """Who sent a form that writes, which is for `role`; `form` is what `form_of` read.

        Raises ProblemError 403 where another site sent it, nobody is signed in, another session
        made it, or the role is too small.
        """
        known_site(request)
        person = self.person_of(request)
        if person is None:
            raise ProblemError(403, "nobody is signed in here, or the session has ended; sign in")
        given = form.get(CSRF, "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self.csrf_of(request).encode()):
            raise ProblemError(403, _UNKNOWN)
        known_role(person, role)
        return person


def sessions_of(request: HTTPConnection) -> Sessions | None:
    """The sessions of the service that a request is put to; None where nobody can sign in."""
    told: Sessions | None = request.app.state.sessions
    return told


def known_sessions(request: HTTPConnection) -> Sessions:
    """The same. Raises ProblemError 404 where nobody can sign in."""
    told = sessions_of(request)
    if told is None:
        raise ProblemError(404, "nobody signs in here")
    return told


async def form_of(request: Request) -> Form:
    """The fields of a form, for the routes that take one as `Depends(form_of)`.

    Raises ProblemError 415 for what is sent in another form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise ProblemError(415, f"a form is sent as {_FORM}")
    return QueryParams(await request.body())


def known_site(request: HTTPConnection) -> None:
    """Refuse what a page of another site sends. Raises ProblemError 403.

    A browser tells where a form comes from; one that does not know says so, and is refused.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        known = site in ("same-origin", "none")
    else:
        known = origin is None or URL(origin).netloc == request.headers.get("host", "")
    if not known:
        raise ProblemError(403, "a page of another site sent this; nothing was done")


def to_sign_in(request: HTTPConnection) -> str:
    """The address at which one signs in and comes back to this page."""
    url = request.url
    here = f"{url.path}?{url.query}" if url.query else url.path
    given = request.query_params.get("language")
    kept = {"language": given} if given else {}
    return str(URL(SIGN_IN).include_query_params(next=here, **kept))


def local(address: str | None) -> str:
    """An address of this service to go on to; the first page for what may lead elsewhere."""
    told = address or ""
    inside = told.startswith("/") and not told.startswith("//")
    return told if inside and "\\" not in told and told.isprintable() else "/"
