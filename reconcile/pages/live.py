"""The pages of the service: one part in the frame `live.html`, with the styles of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reconcile.pages.edition import edition
from reconcile.pages.hypertext import inline
from reconcile.pages.layout import context
from reconcile.pages.shown import Glance, Shown

if TYPE_CHECKING:
    from reconcile.wording import Reading


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


_ABSENT = {
    **{"heading": None, "trouble": None, "again": None, "following": None, "folding": False},
    "script": None,
}


def reading(told: Reading | None, language: str) -> str:
    """What words are read as, in a sentence of `language` that is no HTML; None: nothing known."""
    given = {**context(Shown({}, [], {}, {}, None, frozenset(), frozenset()), language)}  # type: ignore[arg-type]
    return (
        Markup(
            edition("html", language).get_template("record_reading.html").render(**given, read=told)
        )
        .unescape()
        .strip()
    )


def policy(script: str | None = None) -> str:
    """The content security policy of these pages: their own two styles and nothing else.

    With a `script` of the product, by its name, that one too, which may ask this service.
    """
    styles = " ".join(f"'{inline(name).digest}'" for name in ("style.css", "live.css"))
    scripts = f" script-src '{inline(script).digest}'; connect-src 'self';" if script else ""
    return (
        f"default-src 'none'; style-src {styles};{scripts} base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )
