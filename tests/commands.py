"""The command line as `main` runs it, in this process: what it loads once serves every test."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest import mock

from reconcile.cli import main

ROOT = Path(__file__).parent.parent


def reconcile(
    *arguments: str, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What a command prints off a terminal, and its exit code."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    handlers = {one: signal.getsignal(one) for one in (signal.SIGPIPE, signal.SIGTERM)}
    code = 0
    with (
        mock.patch.dict(os.environ, {"COLUMNS": "100"} | environment),
        mock.patch.object(sys, "argv", ["reconcile", *arguments]),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        finally:
            for one, handler in handlers.items():
                signal.signal(one, handler)
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode("utf-8"))
    return subprocess.CompletedProcess(["reconcile", *arguments], code, *told)
