"""Files replaced whole: a reader sees the old bytes or the new ones.

Of several files in a folder all are replaced or none, also where the machine dies midway: what was
begun is finished by the next who holds the folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock.
    fcntl = None  # type: ignore[assignment]


_UNFINISHED = ".unfinished.json"
_BESIDE = re.compile(r"\.(.+)\.[^.]+\.new")


@dataclass(frozen=True)
class Replacement:
    """A file as it was (None: it was not there) and as it is to be."""

    path: Path
    before: bytes | None
    after: bytes


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold `folder` against others who change it by this module; they wait.

    What another left unfinished there when it died is finished first.
    """
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _finish(folder)
        yield
    finally:
        os.close(descriptor)


def replace_all(changes: Sequence[Replacement], held: Path | None = None) -> None:
    """Put every file in its place, in this order, or leave all as they were.

    The new bytes are written beside each file and flushed to the disk before the first is renamed.
    With `held`, the folder that the caller holds `alone` and that the files lie in, what is to be
    renamed is noted there first, so that the death of the program leaves nothing half done. Raises
    OSError, after every file has been put back, where one cannot be written.
    """
    beside: list[Path] = []
    done: list[Replacement] = []
    note = held / _UNFINISHED if held is not None and len(changes) > 1 else None
    try:
        for change in changes:
            beside.append(_written_beside(change))
        if note is not None:
            _put_down(note, zip(changes, beside, strict=True))
        for change, new in zip(changes, beside, strict=True):
            os.replace(new, change.path.resolve())
            done.append(change)
            _flush(change.path.resolve().parent)
    except BaseException:
        if note is not None:
            note.unlink(missing_ok=True)
        for change in reversed(done):
            with suppress(OSError):
                _put_back(change)
        raise
    else:
        if note is not None:
            note.unlink()
            _flush(note.parent)
    finally:
        for new in beside:
            with suppress(FileNotFoundError):
                new.unlink()


def _put_down(note: Path, pairs: Iterable[tuple[Replacement, Path]]) -> None:
    told = {change.path.relative_to(note.parent).as_posix(): new.name for change, new in pairs}
    with open(note, "w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    _flush(note.parent)


def _finish(folder: Path) -> None:
    """Do the renames that a dead writer noted and clear away what else it left.

    A note that breaks off was not yet acted on, and one that would lead elsewhere is none of ours.
    """
    note = folder / _UNFINISHED
    if note.is_file():
        with suppress(ValueError, AttributeError):
            for name, new in json.loads(note.read_text("utf-8")).items():
                _rename(folder, str(name), str(new))
        note.unlink()
        _flush(folder)
    for left in folder.rglob(".*.new"):
        if _BESIDE.fullmatch(left.name):
            left.unlink(missing_ok=True)


def _rename(folder: Path, name: str, new: str) -> None:
    if ".." in Path(name).parts or Path(name).is_absolute():
        return
    place = (folder / name).resolve()
    told = _BESIDE.fullmatch(new)
    if told and told[1] == place.name and (place.parent / new).is_file():
        os.replace(place.parent / new, place)
        _flush(place.parent)


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
