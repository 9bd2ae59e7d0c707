"""A library that others are not to find, so that they load and change nothing for its sake."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def unseen(library: str) -> Iterator[None]:
    """Within this block an import of `library` fails as if it were not installed.

    One that was loaded is there again after it. What the block adds to the environment is taken
    back. Of several threads one at a time is in such a block.
    """
    with _ONE_AT_A_TIME:
        yield from _hidden(library)


def _hidden(library: str) -> Iterator[None]:
    # A copy, for another thread may import something meanwhile.
    known = sys.modules.copy()
    loaded = {name: known[name] for name in known if name.partition(".")[0] == library}
    before = set(os.environ)
    for name in loaded:
        del sys.modules[name]
    sys.modules[library] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[library]
        sys.modules.update(loaded)
        for name in os.environ.keys() - before:
            del os.environ[name]
