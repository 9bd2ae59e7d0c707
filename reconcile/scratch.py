"""A folder for what a run keeps outside of memory: its user's alone, and gone with the run.

What a run left behind that was killed is taken away by the next one.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from reconcile.finding import ReconcileError

try:
    import fcntl
except ImportError:  # Windows has no such lock.
    fcntl = None  # type: ignore[assignment]

_PREFIX = "reconcile-scratch-"
_RECENT = 600  # Seconds: one that is younger may be about to be held.

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
        made = Path(mkdtemp(prefix=_PREFIX))
    except OSError as fault:
        raise ReconcileError(
            f"there is no place for temporary files: {fault.strerror}; name a folder for them in"
            " the variable TMPDIR"
        ) from None
    atexit.register(remove, made, _maker())
    _hold(made)
    for abandoned in _abandoned(made.parent):
        shutil.rmtree(abandoned, ignore_errors=True)
    return made


def _hold(folder: Path) -> bool:
    """Hold a folder until this process ends, however it ends; False where another holds it."""
    if fcntl is None:
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    return True


def _abandoned(place: Path) -> Iterator[Path]:
    """The folders of this kind that nobody holds and that nobody has just made.

    Each is held from now on, so that no other run takes it away as well.
    """
    for entry in os.scandir(place):
        with suppress(OSError):  # another user's, no folder, or gone meanwhile
            if (
                entry.name.startswith(_PREFIX)
                and time.time() - entry.stat(follow_symlinks=False).st_mtime > _RECENT
                and all(name.isdecimal() for name in os.listdir(entry))
                and _hold(Path(entry))
            ):
                yield Path(entry)
