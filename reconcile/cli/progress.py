"""What a command says on stderr of the work it does."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

_PATIENCE = 1.0


class Talk(IntEnum):
    """How much is said: nothing, what takes long (to a terminal), or every step with its time."""

    QUIET = 0
    USUAL = 1
    VERBOSE = 2

    @classmethod
    def of(cls, quiet: bool, verbose: bool) -> Talk:
        """What the two options ask for; quiet wins."""
        return cls.QUIET if quiet else cls.VERBOSE if verbose else cls.USUAL


@contextmanager
def progress(doing: str, talk: Talk = Talk.USUAL) -> Iterator[None]:
    """Say on stderr what is being done: after a second, and to a terminal only, unless verbose."""
    began = time.monotonic()
    timer = threading.Timer(_PATIENCE, lambda: print(f"reconcile: {doing} …", file=sys.stderr))
    timer.daemon = True
    if talk is Talk.USUAL and sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if talk is Talk.VERBOSE:
        print(f"reconcile: {doing}: {time.monotonic() - began:.1f} s", file=sys.stderr)
