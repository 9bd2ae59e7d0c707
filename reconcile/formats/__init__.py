"""Findings into characters: one module a format, each with one function `render`."""

from __future__ import annotations

from importlib import import_module

from reconcile.formats.run import Run

FORMATS = ("text", "json", "github", "sarif", "junit", "gitlab", "markdown")
"""The formats by name."""


def render(name: str, run: Run) -> str:
    """What was found in the format called `name`; KeyError if there is none."""
    if name not in FORMATS:
        raise KeyError(name)
    told: str = import_module(f"reconcile.formats.{name}").render(run)
    return told
