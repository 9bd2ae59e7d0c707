"""The rows of a table of a ledger as the texts of their cells."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from reconcile.exchange.proposal import Cells


def texts(frame: pd.DataFrame) -> list[Cells]:
    """The filled cells of each row, as a file of a ledger writes them."""
    return [
        {str(name): cell for name, value in row.items() if (cell := text(value))}
        for row in frame.to_dict("records")
    ]


def text(value: Any) -> str:
    """A value as a file of a ledger writes it."""
    if value is None or value is False or pd.isna(value):
        return ""
    if value is True:
        return "yes"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value)
