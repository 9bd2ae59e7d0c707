"""Where shipped content lies: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from reconcile.tables import TABLES

_VOCABULARIES = ("victims", "measures")
_PACKAGE = Path(__file__).parent


def content(name: str) -> Path:
    """The folder of shipped content called `name` ("claims" or "expectations")."""
    shipped = _PACKAGE / "shipped" / name
    return shipped if shipped.is_dir() else _PACKAGE.parent / name


def empty_ledger() -> dict[str, bytes]:
    """The files of a ledger without claims by their place in claims/: headers, the two trees of
    measures and victims, and a README of the format."""
    shipped = content("claims")
    files = {}
    for table in TABLES.values():
        file = f"{table.name}.csv"
        header = ",".join(column.name for column in table.columns) + "\n"
        filled = table.name in _VOCABULARIES
        files[file] = (shipped / file).read_bytes() if filled else header.encode()
    files["README.md"] = _format_of((shipped / "README.md").read_text("utf-8")).encode()
    return files


def _format_of(described: str) -> str:
    """What the README of the shipped ledger says of the format, without what is of that ledger."""
    begins = described.index("## How a file is written")
    ends = described.index("## Licences")
    return f"# A ledger of claims\n\n{described[begins:ends].rstrip()}\n"
