"""The pages as Markdown, from the template `report.md`."""

from __future__ import annotations

from reconcile.pages.discrepancies import Discrepancies
from reconcile.pages.edition import edition
from reconcile.pages.layout import context


def render(told: Discrepancies, language: str = "en") -> str:
    """The pages in `language` ("en" or "fr")."""
    return edition("md", language).get_template("report.md").render(**context(told, language))
