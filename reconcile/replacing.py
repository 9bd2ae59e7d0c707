"""Files replaced whole: a reader sees the old bytes or the new ones, of several files too."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock.
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Replacement:
    """A file as it was (None: it was not there) and as it is to be."""

    path: Path
    before: bytes | None
    after: bytes


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold `folder` against others who change it by this module; they wait."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace_all(changes: Sequence[Replacement]) -> None:
    """Put every file in its place, in this order, or leave all as they were.

    The new bytes are written beside each file and flushed to the disk before the first is renamed.
    Raises OSError, after every file has been put back, where one cannot be written.
    """
    beside: list[Path] = []
    done: list[Replacement] = []
    try:
        for change in changes:
            beside.append(_written_beside(change))
        for change, new in zip(changes, beside, strict=True):
            os.replace(new, change.path.resolve())
            done.append(change)
            _flush(change.path.resolve().parent)
    except BaseException:
        for change in reversed(done):
            with suppress(OSError):
                _put_back(change)
        raise
    finally:
        for new in beside:
            with suppress(FileNotFoundError):
                new.unlink()


def _written_beside(change: Replacement) -> Path:
    place = change.path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".new", dir=place.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(change.after)
            file.flush()
            os.fsync(file.fileno())
        if change.before is not None:
            shutil.copymode(place, name)
        else:
            os.chmod(name, 0o666 & ~_mask())
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def _put_back(change: Replacement) -> None:
    place = change.path.resolve()
    if change.before is None:
        place.unlink()
    else:
        os.replace(_written_beside(Replacement(place, b"", change.before)), place)


def _mask() -> int:
    """The mask of new files; it can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _flush(folder: Path) -> None:
    """Make a rename last; Windows opens no folder for that."""
    with suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
