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

from reconcile.engine import PARQUET, VERSION, Refused, opened
from reconcile.reading.kept import Kept, Store, lines_in, sql_type
from reconcile.tables import Table

_DAYS = 30
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
    told = hashlib.sha256(f"{_reader()}\n{table.name}\n{path.suffix}\n".encode())
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            told.update(part)
    return told.hexdigest()


def found(mark: str | None, table: Table, store: Store) -> Kept | None:
    """The rows kept under a mark by an earlier run."""
    if mark is None or not (path := _folder() / f"{mark}.parquet").is_file():
        return None
    try:
        told = opened().execute(f"SELECT * FROM {PARQUET} LIMIT 0", {"path": str(path)})
        wanted = [("line", "BIGINT"), *((one.name, sql_type(one)) for one in table.columns)]
        if [(name, str(kind)) for name, kind, *_ in told.description or ()] != wanted:
            return None
        own = store.place()
        _share(path, own)
        os.utime(path)
        return Kept(own, table, lines_in(own), store)
    except (Refused, OSError):
        return None


def keep_for_later(mark: str | None, kept: Kept) -> None:
    """Keep rows for a later run, and let go of those that no run asked for in a month.

    Where there is no place for them, they are not kept.
    """
    if mark is None:
        return
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = folder / f"{mark}.{os.getpid()}"
        shutil.copyfile(kept.path, half)
        since = half.stat().st_mtime - _DAYS * 86_400
        half.replace(folder / f"{mark}.parquet")
        for path in folder.iterdir():
            if path.stat().st_mtime < since:
                path.unlink(missing_ok=True)
    except OSError:
        return


def _share(path: Path, own: Path) -> None:
    """Give a file a second name, or copy it where that cannot be: the first one may go."""
    try:
        os.link(path, own)
    except OSError:
        shutil.copyfile(path, own)


def _folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "claims-reconcile"


@cache
def _reader() -> str:
    """A mark of the code that reads, of the format and of DuckDB."""
    told = hashlib.sha256(VERSION.encode())
    package = files("reconcile")
    parts = [one for one in package.joinpath("reading").iterdir() if one.name.endswith(".py")]
    for part in (*sorted(parts, key=lambda one: one.name), package.joinpath("tables.toml")):
        told.update(part.read_bytes())
    return told.hexdigest()
