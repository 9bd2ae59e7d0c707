"""A line on stderr for what takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 1.0


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Say on stderr what is being done, if it takes longer than a second."""
    timer = threading.Timer(_PATIENCE, lambda: print(f"reconcile: {doing} …", file=sys.stderr))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
