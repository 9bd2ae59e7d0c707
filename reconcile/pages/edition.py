"""An edition of the pages: one form (HTML or Markdown) in one language.

A template writes `{{ value }}` and `{{ _("{source} says {number}", source=…, number=…) }}`; both
are escaped for the form. Nothing marks text of the ledger as safe.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import markupsafe
from babel import Locale, UnknownLocaleError
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reconcile.escape import markdown, terminal, web_address
from reconcile.finding import Text
from reconcile.pages.catalogue import country_in_words, day_in_words, messages, month_in_words
from reconcile.pages.layout import everywhere

_ESCAPES: dict[str, Callable[[object], Markup]] = {
    "html": lambda value: markupsafe.escape(terminal(value)),
    "md": lambda value: Markup(markdown(value)),
}


def _hyperlink(words: object, url: str | None, safe: Callable[[object], Markup]) -> Markup:
    target = web_address(url)
    return (
        Markup(f'<a href="{markupsafe.escape(target)}">{safe(words)}</a>')
        if target
        else safe(words)
    )


def _markdown_link(words: object, url: str | None, safe: Callable[[object], Markup]) -> Markup:
    target = (web_address(url) or "").replace("&", "&amp;")
    return Markup(f"[{safe(words)}](<{target}>)") if target else safe(words)


_LINKS = {"html": _hyperlink, "md": _markdown_link}


@cache
def _leftwards(language: str | None) -> bool:
    """Whether a language is written from right to left."""
    try:
        return language is not None and Locale.parse(language).text_direction == "rtl"
    except (UnknownLocaleError, ValueError):
        return False


def _capital(words: object) -> object:
    """Words with a capital at the beginning."""
    if isinstance(words, Text):
        return Text(words.en[:1].upper() + words.en[1:], words.fr[:1].upper() + words.fr[1:])
    return words[:1].upper() + words[1:] if isinstance(words, str) else words


@cache
def edition(form: str, language: str) -> Environment:
    """The environment in which the templates of `form` ("html", "md") speak `language`."""
    escape = _ESCAPES[form]
    catalogue = messages(language)

    def safe(value: object) -> Markup:
        if isinstance(value, Markup):
            return value
        if isinstance(value, Text):
            value = value.in_language(language)
        return escape("" if value is None else value)

    def filled(message: str, values: dict[str, object]) -> Markup:
        return Markup(message.format(**{name: safe(value) for name, value in values.items()}))

    @cache
    def constant(message: str) -> Markup:
        return filled(catalogue.gettext(message), {})

    def told(message: str, /, **values: object) -> Markup:
        return filled(catalogue.gettext(message), values) if values else constant(message)

    def counted(one: str, many: str, n: int, /, **values: object) -> Markup:
        return filled(catalogue.ngettext(one, many, n), {"n": n, **values})

    environment = Environment(
        loader=PackageLoader("reconcile.pages"),
        autoescape=True,
        finalize=safe,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.update(
        _=told,
        ngettext=counted,
        language=language,
        plain=catalogue.gettext,
        day=partial(day_in_words, language=language),
        month=partial(month_in_words, language=language),
        country=partial(country_in_words, language=language),
        link=partial(_LINKS[form], safe=safe),
        rtl=_leftwards,
        **everywhere(),
    )
    environment.filters.update(
        capital=_capital, markup=Markup, in_words=safe, as_typed=markupsafe.escape
    )
    return environment
