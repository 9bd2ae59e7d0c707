"""The manners of every answer: who may ask under which name, headers, and a line in the log."""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from reconcile.serve.problem import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer says, unless it says so itself more exactly."""

LONGEST_URL = 8192
"""The most bytes of a path with its query."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

Log = Callable[[str], None]


class Manners:
    """Wraps an application: host names, HEAD, headers, faults of the program, the log.

    `names` are the hosts under which it answers; `log` is given one line of JSON a request, in
    which there is no text of the ledger and none of the request.
    """

    def __init__(
        self, app: ASGIApp, names: Collection[str], log: Log, clock: Callable[[], str]
    ) -> None:
        self._app = app
        self._names = {name.lower() for name in names}
        self._log = log
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; of what is no request only the start and the stop are passed on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        method = scope["method"]
        told = _Telling(send, bodiless=method == "HEAD")
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
        fault = ""
        try:
            refused = self._refused(scope)
            await (self._app if refused is None else refused.response())(scope, receive, told)
        except Exception as raised:
            fault = _place(raised)
            if not told.status:
                problem = ProblemError(500, "this is a fault of the program; the log says where")
                await problem.response()(scope, receive, told)
        finally:
            line = {
                "time": self._clock(),
                "method": method if method.isalpha() and len(method) < 10 else "?",
                "path": template(scope),
                "status": told.status,
                "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            }
            self._log(json.dumps(line | ({"fault": fault} if fault else {})))

    def _refused(self, scope: Scope) -> ProblemError | None:
        host = Headers(scope=scope).get("host", "")
        if _name(host) not in self._names:
            return ProblemError(421, "this service does not answer under that name")
        length = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
        if length > LONGEST_URL:
            return ProblemError(400, f"an address has {LONGEST_URL} bytes at most")
        return None


class _Telling:
    """Passes an answer on with the headers that every answer has; remembers its status."""

    def __init__(self, send: Send, *, bodiless: bool) -> None:
        self._send = send
        self._bodiless = bodiless
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        elif self._bodiless:
            message = {**message, "body": b""}
        await self._send(message)


def template(scope: Scope) -> str:
    """The path of a request as its route writes it; "-" where there is no route."""
    route = scope.get("route")
    return str(getattr(route, "path", "-")) if route is not None else "-"


def loopback(host: str) -> bool:
    """Whether only this machine can reach a service at this host."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def anywhere(host: str) -> bool:
    """Whether the host stands for every address of the machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _place(fault: BaseException) -> str:
    """The kind of a fault and where it was raised, without its words."""
    at = fault.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = "" if at is None else f" {at.tb_frame.f_globals.get('__name__', '?')}:{at.tb_lineno}"
    return f"{type(fault).__name__}{where}"
