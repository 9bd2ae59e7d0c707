"""`reconcile serve`."""

from __future__ import annotations

import datetime as dt
import gc
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reconcile.cli.options import Workspace

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_STOPPING = 5
_TCP_WITHOUT_DELAY = (6, 1, 1)
"""The option of a TCP socket that sends what is there, whatever the asker has yet to confirm."""


def serve(
    workspace: Workspace = Path(),
    host: Annotated[
        str, typer.Option(help="The address to listen at.", metavar="ADDRESS")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = (
        8080
    ),
    public: Annotated[
        bool, typer.Option("--public", help="Let other machines ask, at --host.")
    ] = False,
    behind_tls: Annotated[
        bool,
        typer.Option("--behind-tls", help="Your word that a proxy with TLS stands in front."),
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Let people with a token record and review claims.")
    ] = False,
    anyone: Annotated[
        bool, typer.Option("--anyone", help="With --public: whoever reaches it reads, untold who.")
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(
            help="A host name under which it is asked, as ledger.example.org; any number of times.",
            metavar="HOST",
        ),
    ] = None,
) -> None:
    """Serve a ledger as pages and as an API, read-only, to this machine alone.

    With --write, people to whom reconcile people gave a token record and review claims. With
    --public nobody reads without a token, unless --anyone is said.

    What changes in the files is served within seconds; a change that cannot be read leaves the
    last good state. A line of JSON for each request goes to stderr. Needs the extra `serve`.

    Examples:

      reconcile serve

      reconcile serve sahel --port 8081

      reconcile serve sahel --write

      reconcile serve sahel --host 0.0.0.0 --public --behind-tls --name ledger.example.org
    """
    from reconcile.finding import ReconcileError

    try:
        import fastapi  # noqa: F401
        import uvicorn
    except ImportError:
        raise ReconcileError(
            "the service needs the extra `serve`: pip install 'claims-reconcile[serve]'"
        ) from None
    from reconcile.ledger import FOLDER
    from reconcile.serve.app import application
    from reconcile.serve.closed import Closed
    from reconcile.serve.limits import Limits
    from reconcile.serve.manners import LOOPBACK, Manners, anywhere, loopback
    from reconcile.serve.people import People
    from reconcile.serve.service import Service
    from reconcile.serve.sessions import Sessions
    from reconcile.serve.writing import Writing

    names = {*(name or ()), *LOOPBACK, host, f"[{host}]"}
    if not loopback(host):
        if not public:
            raise typer.BadParameter(f"{host} is reached by other machines; say --public")
        if not behind_tls:
            raise typer.BadParameter(
                "--public is refused unless a proxy with TLS stands in front; say --behind-tls"
            )
        if anywhere(host) and not name:
            raise typer.BadParameter(f"{host} is no name; say --name for each it is asked under")
    if not (workspace / FOLDER).is_dir():
        raise ReconcileError(
            f"{workspace} is no workspace: it has no folder {FOLDER}; reconcile init makes one"
        )
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    people = People(workspace)
    writing = Writing(workspace, people) if write else None
    closed = public and not anyone
    sessions = Sessions(people, time.time, secure=behind_tls) if write or closed else None
    service = Service.of(workspace, dt.date.today, _swapped)
    app: ASGIApp = application(service, writing, sessions)
    if closed and sessions is not None:
        app = Closed(app, people, sessions)
    config = uvicorn.Config(
        Manners(Limits(app), names, _log, _now),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=behind_tls,
        limit_concurrency=200,
        timeout_graceful_shutdown=_STOPPING,
        ws="none",
    )
    _run(uvicorn.Server(config), host)


def _run(server: object, host: str) -> None:
    import uvicorn

    from reconcile.finding import ReconcileError

    assert isinstance(server, uvicorn.Server)
    config = server.config
    try:
        listening = config.bind_socket()
    except SystemExit:
        raise ReconcileError(
            f"nothing can listen at {host}, port {config.port}; is it in use by another?"
        ) from None
    # The head and the body of an answer are two packets, and the second would wait for the first.
    listening.setsockopt(*_TCP_WITHOUT_DELAY)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"serving at http://{shown}:{listening.getsockname()[1]}", err=True)
    server.run(sockets=[listening])


def _swapped(digest: str | None) -> None:
    """A line in the log when a state is served, or a change is refused."""
    import json

    gc.freeze()
    gc.enable()
    told = {"time": _now(), "event": "change refused" if digest is None else "serving"}
    _log(json.dumps(told | ({} if digest is None else {"state": digest[:16]})))


def _log(line: str) -> None:
    """Write a line of the log; the service goes on where nobody reads it any more."""
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
