"""A folder for what a run keeps outside of memory: its user's alone, and gone with the run."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from reconcile.finding import ReconcileError

_numbers = itertools.count(1)


def scratch() -> Path:
    """A path in that folder for a file or folder that is not there yet.

    Raises ReconcileError where there is no place for it.
    """
    return _folder() / str(next(_numbers))


def remove(path: Path, maker: int) -> None:
    """Take away a folder and what is in it, unless this is a child of the process `maker`."""
    if os.getpid() == maker:
        shutil.rmtree(path, ignore_errors=True)


def leave() -> None:
    """Take away the folder, if there is one."""
    if _folder.cache_info().currsize:
        remove(_folder(), _maker())


@cache
def _maker() -> int:
    return os.getpid()


@cache
def _folder() -> Path:
    try:
        made = Path(mkdtemp(prefix="reconcile-"))
    except OSError as fault:
        raise ReconcileError(
            f"there is no place for temporary files: {fault.strerror}; name a folder for them in"
            " the variable TMPDIR"
        ) from None
    atexit.register(remove, made, _maker())
    return made
