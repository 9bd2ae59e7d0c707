"""The rules that the program itself holds, as `rules.toml` tells them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from reconcile.finding import Rule, Severity, Text

TEXTS = ("message", "reason", "example", "answer")


def rule_from(name: str, told: Mapping[str, str], severity: Severity, room: str) -> Rule:
    """A rule from its texts (`message`, `reason`, `example`, `answer`, each also with `_fr`).

    A text without its French serves in both languages; KeyError names a text that is missing.
    """
    texts = {text: Text(told[text], told.get(f"{text}_fr", told[text])) for text in TEXTS}
    return Rule(name=name, severity=severity, room=room, **texts)


@cache
def rules() -> dict[str, Rule]:
    """Every rule of the program by name; one without a severity of its own is a law, an error."""
    told = tomllib.loads(files("reconcile").joinpath("rules.toml").read_text("utf-8"))
    return {
        name: rule_from(
            name,
            texts,
            Severity.named(texts.get("severity", "error")),
            texts.get("room", "law"),
        )
        for name, texts in told.items()
    }
