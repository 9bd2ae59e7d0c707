"""Zip archives from outside, looked at before anything in them is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from reconcile.finding import Text

MOST_ENTRIES = 2_000
LARGEST_WHOLE = 256 << 20
LARGEST_ENTRY = 128 << 20
LARGEST_RATIO = 200
MOST_CELLS = 1_000_000
TOO_MANY_CELLS = Text(
    f"it holds more than {MOST_CELLS} cells; save it as CSV",
    f"il contient plus de {MOST_CELLS} cellules ; l'enregistrer en CSV",
)
_SMALL = 1 << 20


def fault(path: Path, largest_entry: int = LARGEST_ENTRY) -> Text | None:
    """Why an archive is not unpacked, or None where it may be.

    Too many entries, too large an entry or whole, too high a ratio of sizes, an entry that leads
    out of the archive, is encrypted, or is there twice. Raises OSError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Text("its archive is damaged", "son archive est endommagée")
    if len(entries) > MOST_ENTRIES:
        return Text(
            f"its archive has {len(entries)} entries, more than {MOST_ENTRIES}",
            f"son archive a {len(entries)} entrées, plus de {MOST_ENTRIES}",
        )
    if len({entry.filename for entry in entries}) < len(entries):
        return Text("its archive holds an entry twice", "son archive contient deux fois une entrée")
    whole = 0
    for entry in entries:
        parts = Path(entry.filename).parts
        if entry.filename.startswith(("/", "\\")) or ".." in parts or "\\" in entry.filename:
            return Text("an entry leads out of its archive", "une entrée sort de son archive")
        if entry.flag_bits & 1:
            return Text("its archive is encrypted", "son archive est chiffrée")
        whole += entry.file_size
        steep = entry.file_size > max(_SMALL, entry.compress_size * LARGEST_RATIO)
        if entry.file_size > largest_entry or whole > LARGEST_WHOLE or steep:
            size = f"{max(entry.file_size, whole) >> 20} MB"
            packed = f"{entry.compress_size >> 10} KB"
            return Text(
                f"its archive unpacks to {size} ({packed} packed), more than is opened",
                f"son archive se déplie en {size} ({packed} comprimés), plus qu'il n'en est ouvert",
            )
    return None
