"""Findings into characters: one module a format, each with one function `render`."""

from __future__ import annotations

from importlib import import_module

from reconcile.finding import Findings
from reconcile.formats.run import Run

FORMATS = ("text", "json")
"""The formats by name."""


def render(name: str, findings: Findings, run: Run) -> str:
    """The findings in the format called `name`; KeyError if there is none."""
    if name not in FORMATS:
        raise KeyError(name)
    told: str = import_module(f"reconcile.formats.{name}").render(findings, run)
    return told
