"""The rows of large files that an earlier run read, in the user's own folder for such things.

They do not lie with the ledger: a ledger may come from somebody else, and what lies beside its
files could then say something else than they do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from unicodedata import unidata_version

from reconcile.engine import VERSION, aside
from reconcile.reading.kept import Kept, Store, lines_in
from reconcile.tables import Table

_DAYS = 30
_MOST = 4 << 30
_USED = {"here": False}


def use_cache(wanted: bool) -> None:
    """Whether files read from now on are looked for among those of earlier runs, and kept there."""
    _USED["here"] = wanted


def mark_of(path: Path, table: Table) -> str | None:
    """The mark of a file as a file of `table`: another one for any other content or reader.

    None where no earlier run is asked. Raises OSError where the file cannot be read.
    """
    if not _USED["here"]:
        return None
    told = f"{_reader()} {table.name} {path.suffix} {_digest(path)}"
    return hashlib.sha256(told.encode()).hexdigest()


def found(mark: str | None, table: Table, store: Store) -> Kept | None:
    """The rows kept under a mark by an earlier run.

    The name of the file says what it must hold; one that holds anything else is taken away.
    """
    if mark is None or (folder := _folder()) is None:
        return None
    for path in sorted(folder.glob(f"{mark}-*.parquet")):
        try:
            own = store.place()
            shutil.copyfile(path, own)
            if path.stem == f"{mark}-{_digest(own)}":
                os.utime(path)
                _sweep(folder)
                return Kept(own, table, lines_in(own, aside()), store)
            path.unlink()
        except OSError:
            continue
    return None


def keep_for_later(mark: str | None, kept: Kept) -> None:
    """Keep rows for a later run. Where there is no place for them, they are not kept."""
    if mark is None or (folder := _folder()) is None:
        return
    half: Path | None = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            half = Path(file.name)
        shutil.copyfile(kept.path, half)
        half.replace(folder / f"{mark}-{_digest(kept.path)}.parquet")
        _sweep(folder)
    except OSError:
        if half is not None:
            half.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Let go of what no run asked for in a month, and of the oldest where there is too much."""
    told = [(path.stat(), path) for path in folder.iterdir() if path.is_file()]
    told.sort(key=lambda one: one[0].st_mtime, reverse=True)
    size = 0
    for stat, path in told:
        size += stat.st_size
        if size > _MOST or stat.st_mtime < told[0][0].st_mtime - _DAYS * 86_400:
            path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder() -> Path | None:
    """The folder; none where the user has no home."""
    told = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if told.is_absolute():
        return told / "claims-reconcile"
    try:
        return Path.home() / ".cache" / "claims-reconcile"
    except RuntimeError:
        return None


@cache
def _reader() -> str:
    """A mark of the code that reads, of the format, of DuckDB and of Unicode."""
    told = hashlib.sha256(f"{VERSION} {unidata_version}".encode())
    package = files("reconcile")
    parts = [one for one in package.joinpath("reading").iterdir() if one.name.endswith(".py")]
    parts += [package.joinpath(name) for name in ("engine.py", "tables.py", "tables.toml")]
    for part in sorted(parts, key=lambda one: one.name):
        told.update(part.read_bytes())
    return told.hexdigest()
