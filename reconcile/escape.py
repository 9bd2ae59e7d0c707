"""Hostile text made safe: for a terminal or a log, for Markdown, for a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_\[\]|#~!$@])")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def terminal(text: object) -> str:
    """One line without control characters or bidirectional overrides: they are shown as `\\x1b`."""
    told = str(text)
    if told.isascii() and told.isprintable():
        return told
    return "".join(one if _harmless(one) else _shown(one) for one in told)


def markdown(text: object) -> str:
    """Text that Markdown shows as it stands: no markup, no HTML, no mention, one line."""
    told = terminal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", told)


def spreadsheet(text: object) -> str:
    """A cell that no spreadsheet takes for a formula: a quote stands before what would be one."""
    told = "" if text is None else terminal(text)
    return f"'{told}" if told.lstrip().startswith(_FORMULA) and not _number(told) else told


def _number(told: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", told) is not None


def _harmless(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs", "Zl", "Zp") and (
        category != "Cf" or character in "\u200c\u200d\u00ad"
    )


def _shown(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
