"""A folder for what a run keeps outside of memory: its user's alone, and removed with the run.

What a run leaves there that is killed is removed by a later one.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

from reconcile.finding import ReconcileError

try:
    import fcntl
except ImportError:  # Windows has no such lock.
    fcntl = None  # type: ignore[assignment]

_PREFIX = "reconcile-scratch-"
_NAME = re.compile(f"{_PREFIX}[a-z0-9_]{{8}}")
_CONTENT = re.compile("[0-9a-f]{32}")
_RECENT = 600  # Seconds: a folder that is younger may be about to be locked.


def scratch() -> Path:
    """A path in that folder for a file or folder that is not there yet.

    A process that was forked shares the folder, and its paths are other ones. Raises ReconcileError
    where there is no place for it.
    """
    return _folder() / uuid4().hex


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder in that folder, which is removed with what is in it when the block ends.

    Raises ReconcileError where there is no place for it.
    """
    folder = scratch()
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove(path: Path, maker: int) -> None:
    """Remove a folder and what is in it, unless this is a child of the process `maker`."""
    if os.getpid() == maker:
        shutil.rmtree(path, ignore_errors=True)


def remove_all() -> None:
    """Remove the folder of this run, if there is one."""
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
    if fcntl is not None:
        # The run can do without both, where a folder cannot be locked or not be listed.
        with suppress(OSError):
            _lock(made)
            _remove_abandoned(made.parent)
    return made


def _lock(folder: Path) -> int:
    """Lock a folder until this process ends, however it ends, or closes what is given back.

    Raises OSError where another has locked it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _remove_abandoned(place: Path) -> None:
    """Remove the folders of this kind that no run has locked and none has just made."""
    for entry in os.scandir(place):
        if _NAME.fullmatch(entry.name) is None:
            continue
        with suppress(OSError):  # It is no folder, another user's, locked, or gone meanwhile.
            found = entry.stat(follow_symlinks=False)
            if (
                found.st_uid == os.getuid()
                and time.time() - found.st_mtime > _RECENT
                and all(_CONTENT.fullmatch(name) for name in os.listdir(entry))
            ):
                lock = _lock(Path(entry))
                shutil.rmtree(entry, ignore_errors=True)
                os.close(lock)
