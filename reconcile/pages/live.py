"""The pages of the service: one part in the frame `live.html`, with the styles of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconcile.pages.edition import edition
from reconcile.pages.hypertext import inline
from reconcile.pages.layout import context
from reconcile.pages.shown import Glance, Shown


def live(part: str, told: Shown | Glance, language: str, more: Mapping[str, Any]) -> str:
    """A page in `language` whose content is the template `part`.

    `told` is what it shows; `more` is what the frame and the part ask for besides: links, the
    question, the banner.
    """
    given = {**context(told, language), **_ABSENT, **more}
    return (
        edition("html", language)
        .get_template("live.html")
        .render(**given, part=part, style=inline("style.css"), more=inline("live.css"))
    )


_ABSENT = {"heading": None, "trouble": None, "again": None, "following": None, "folding": False}


def policy() -> str:
    """The content security policy of these pages: their own two styles and nothing else."""
    styles = " ".join(f"'{inline(name).digest}'" for name in ("style.css", "live.css"))
    return (
        f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )
