"""How much work something is: a number that no other work on the machine changes, as seconds do."""

import cProfile
import pstats
from collections.abc import Callable
from typing import Any


def calls_of(work: Callable[..., Any], *given: object, **named: object) -> tuple[Any, int]:
    """What the work returns, and how many calls of functions it made."""
    profile = cProfile.Profile()
    told = profile.runcall(work, *given, **named)
    return told, pstats.Stats(profile).total_calls
