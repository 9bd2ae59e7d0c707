"""Bring the catalogues up to the templates: what is new is added empty, what is gone is dropped.

python -m reconcile.pages.messages.renew
"""

from __future__ import annotations

from importlib.resources import files
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from reconcile.pages.catalogue import LANGUAGES

_PAGES = Path(str(files("reconcile.pages")))
_KEYWORDS = {"_": None, "ngettext": (1, 2), "told": None}
_METHODS = [
    ("templates/*.jinja", "jinja2"),
    ("templates/*.html", "jinja2"),
    ("templates/*.md", "jinja2"),
    ("layout.py", "python"),
]
_HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {}\\n"
"Plural-Forms: {}\\n"

"""


def template_of() -> Catalog:
    """The messages that the templates and the pages ask for, without a translation."""
    catalogue = Catalog()
    for name, _line, message, comments, context in extract_from_dir(
        _PAGES,
        _METHODS,
        options_map={f"templates/*.{end}": {"silent": "false"} for end in ("jinja", "html", "md")},
        keywords=_KEYWORDS,
    ):
        catalogue.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalogue


def main() -> None:
    """Renew every catalogue."""
    for language in LANGUAGES[1:]:
        path = _PAGES / "messages" / f"{language}.po"
        with path.open("rb") as file:
            held = read_po(file, locale=language)
        held.update(template_of(), no_fuzzy_matching=True)
        held.obsolete.clear()
        told = BytesIO()
        write_po(told, held, width=100, omit_header=True, no_location=True, sort_output=True)
        path.write_text(
            _HEADER.format(language, held.plural_forms) + told.getvalue().decode(), "utf-8"
        )


if __name__ == "__main__":
    main()
