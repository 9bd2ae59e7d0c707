"""The folder beside a ledger for what is of this machine alone, which git ignores."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = ".reconcile"
"""The folder of a workspace that holds people and answers, and nothing of the ledger."""


def kept_file(workspace: Path, name: str) -> Path:
    """The path of a file there, made empty and for its owner alone where it is lacking."""
    folder = workspace / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    ignoring = folder / ".gitignore"
    if not ignoring.exists():
        ignoring.write_text("*\n", "utf-8")
    path = folder / name
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return path
