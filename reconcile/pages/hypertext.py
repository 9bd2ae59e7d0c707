"""The pages as one HTML file that loads nothing, from the template `page.html`."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from reconcile.pages.discrepancies import Discrepancies
from reconcile.pages.edition import edition
from reconcile.pages.layout import context


@dataclass(frozen=True)
class Inline:
    """A style or a script inside the page, and the digest by which the page's policy allows it."""

    text: Markup
    digest: str


@cache
def inline(name: str) -> Inline:
    """The style or script of the product called `name`."""
    text = files("reconcile.pages").joinpath("templates", name).read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inline(Markup(text), f"sha256-{digest}")


def render(told: Discrepancies, language: str = "en") -> str:
    """The pages in `language` ("en" or "fr")."""
    return (
        edition("html", language)
        .get_template("page.html")
        .render(**context(told, language), style=inline("style.css"), script=inline("script.js"))
    )
