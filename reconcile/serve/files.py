"""The files of a workspace: whether they changed, and a digest of what they hold."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from reconcile.ledger import FOLDER

FOLDERS = (FOLDER, "expectations")
"""The folders of a workspace whose files decide what is served."""

_AT_ONCE = 1 << 20

Signature = tuple[tuple[str, int, int, int], ...]


def signature(workspace: Path) -> Signature:
    """Each file by name, time, size and inode: other where somebody wrote, cheap to ask again."""
    return tuple(
        (path.relative_to(workspace).as_posix(), told.st_mtime_ns, told.st_size, told.st_ino)
        for path, told in _files(workspace)
    )


def digest(workspace: Path) -> str:
    """64 hexadecimal digits of the names and the bytes of all files.

    A file that cannot be read counts by its name alone. The same bytes give the same digest,
    whenever they were written.
    """
    told = hashlib.sha256()
    for path, _ in _files(workspace):
        name = os.fsencode(path.relative_to(workspace).as_posix())
        told.update(b"%d:%s" % (len(name), name))
        told.update(_digest_of(path))
    return told.hexdigest()


def _digest_of(path: Path) -> bytes:
    told = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_AT_ONCE):
                told.update(part)
    except OSError:
        return b"-"
    return told.digest()


def _files(workspace: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The plain files in the folders, by name; a pipe or a device is none."""
    for folder in FOLDERS:
        for home, folders, names in os.walk(workspace / folder, followlinks=False):
            folders.sort()
            for name in sorted(names):
                path = Path(home, name)
                try:
                    told = path.stat()
                except OSError:
                    continue
                if stat.S_ISREG(told.st_mode):
                    yield path, told
