"""Small workspaces for tests.

    home = ledger_at(tmp_path, figures=[claim("a", source="army", low=40)])
    ledger = reconcile.read(home)

A table is given as rows (dictionaries by column; `claim`, `event`, `source`, `document` fill in
what a test does not care about), as the text or the bytes of its file, as a dictionary of files in
a folder of its name (`figures={"2024": [...], "2025": [...]}`), or as None where it is to be
missing. A table that is not given is that of `tests/base`, a small lawful ledger in which nothing
is found; `base("figures")` are its rows. With `ledger_of` in place of `ledger_at` it is empty.
`suites={"standing": "..."}` writes expectations.
"""

import csv
import io
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from reconcile.database import connect_unfilled, execute
from reconcile.ledger import Ledger
from reconcile.tables import TABLES

BASE = Path(__file__).parent / "base"

Row = Mapping[str, object]
Content = str | bytes | Iterable[Row] | None


def ledger_at(
    home: Path,
    *,
    suites: Mapping[str, str] | None = None,
    **tables: Content | Mapping[str, Content],
) -> Path:
    """A workspace at `home`, the base with `tables` in place of its own; anew at every call."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(home / "claims", ignore_errors=True)
    shutil.rmtree(home / "expectations", ignore_errors=True)
    shutil.copytree(BASE / "claims", home / "claims")
    for name, content in tables.items():
        file = home / "claims" / f"{name}.csv"
        file.unlink(missing_ok=True)
        if isinstance(content, Mapping):
            for stem, part in content.items():
                _write(file.with_suffix("") / f"{stem}.csv", name, part)
        else:
            _write(file, name, content)
    for relation, text in (suites or {}).items():
        file = home / "expectations" / f"{relation}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    return home


def ledger_of(home: Path, **tables: Content | Mapping[str, Content]) -> Path:
    """A workspace at `home` of these tables alone; the others hold nothing but their header."""
    empty: dict[str, Content | Mapping[str, Content]] = {name: [] for name in TABLES}
    return ledger_at(home, suites=None, **(empty | tables))


class Connected:
    """A database as `reconcile.connect` makes it, whose views are filled as they are asked for."""

    def __init__(self, ledger: Ledger, *asked: object) -> None:
        self._database = connect_unfilled(ledger, *asked)

    def execute(self, query: str, values: object = None) -> object:
        return execute(self._database, query, values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._database, name)


def base(table: str) -> list[dict[str, str]]:
    """The rows of a table of the base, as texts by column."""
    text = (BASE / "claims" / f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def claim(identity: str, **cells: object) -> dict[str, object]:
    """A claim of the army on soldiers killed at the bridge, but for `cells`.

    Its words are none that can be read as a number, so that the coder's numbers serve.
    """
    told = {
        "claim": identity,
        "event": "bridge-2025-06-01",
        "source": "army",
        "document": "gazette-2025-06-02",
        "asserted_on": "2025-06-02",
        "measure": "killed",
        "victims": "soldiers",
        "stated": f"w{identity}",
    }
    return told | cells


def event(identity: str, **cells: object) -> dict[str, object]:
    """An event of 1 June 2025 in Mali, but for `cells`."""
    told = {"event": identity, "name": "An event", "starts_on": "2025-06-01"}
    return told | {"date_precision": "day", "country": "ML", "kind": "base-attack"} | cells


def source(identity: str, side: str, **cells: object) -> dict[str, object]:
    """A source on `side`."""
    return {"source": identity, "name": f"The voice {identity}", "side": side} | cells


def document(identity: str, **cells: object) -> dict[str, object]:
    """A document in English of 2 June 2025 with an address, but for `cells`."""
    told = {"document": identity, "publisher": "Gazette", "title": "Report"}
    told |= {"url": f"https://example.org/{identity}", "published_on": "2025-06-02"}
    return told | {"language": "en"} | cells


def csv_text(table: str, rows: Iterable[Row]) -> str:
    """Rows as the text of a file: the columns of the table, then those that only the rows have."""
    told = list(rows)
    columns = [column.name for column in TABLES[table].columns]
    columns += dict.fromkeys(name for row in told for name in row if name not in columns)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(told)
    return out.getvalue()


def _write(file: Path, table: str, content: Content) -> None:
    if content is None:
        return
    file.parent.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        text = content if isinstance(content, str) else csv_text(table, content)
        file.write_bytes(text.encode("utf-8"))
