"""The laws a ledger must keep: their severity and texts, as `laws.toml` tells them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from reconcile.finding import Rule, Severity, Text

TEXTS = ("message", "reason", "example", "answer")


def rule_from(name: str, told: Mapping[str, str], severity: Severity, room: str) -> Rule:
    """A rule from its texts in English and French (`message`, `message_fr`, …).

    KeyError names the first text that is missing.
    """
    texts = [Text(told[text], told[f"{text}_fr"]) for text in TEXTS]
    return Rule(name, severity, *texts, room=room)


@cache
def laws() -> dict[str, Rule]:
    """Every law by name."""
    told = tomllib.loads(files("reconcile").joinpath("laws.toml").read_text("utf-8"))
    return {name: rule_from(name, texts, Severity.ERROR, "law") for name, texts in told.items()}
