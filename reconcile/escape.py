"""Hostile text made safe: for a terminal, a CI log, Markdown, a forge, XML, a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_\[\]|#~!$@])")
_COMMAND = re.compile(r"#(?=#(?:\[|vso\[))", re.I)
_WAKING = re.compile(
    r"(?<=[@#!~$])|(?<=%)(?=\w)|(?<=&amp;)(?=\w)|(?<=://)|(?<=www\.)|(?<=\bgh-)", re.I
)
_NOT_XML = re.compile("[\ufffe\uffff]")
_PLAIN = re.compile(r"[A-Za-z0-9:/?#@!$&*+,;=._~%-]*")
_BREAKING = frozenset(" <>()[]\"\\'|`{}^")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def terminal(text: object) -> str:
    """One line without control characters or bidirectional overrides: they are shown as `\\x1b`."""
    told = str(text)
    if told.isprintable():
        return told
    return "".join(one if _harmless(one) else _shown(one) for one in told)


def log(text: object) -> str:
    """One line of a CI log in which no workflow command of GitHub or Azure begins."""
    told = _COMMAND.sub(r"#\\", terminal(text))
    return f"\\{told}" if told.lstrip().startswith("::") else told


def markdown(text: object) -> str:
    """Text that Markdown shows as it stands: no markup, no HTML, no mention, one line."""
    told = terminal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", told)


def forge(text: object) -> str:
    """Markdown that wakes nothing on a forge: no mention, no reference, no link.

    A forge looks for `@name`, `#12`, `!12` and addresses in the words that a page shows, escaped or
    not; a space of no width keeps them apart.
    """
    return _WAKING.sub("&#8203;", markdown(text))


def xml(text: object) -> str:
    """Text whose every character may stand in XML; its markup is for the serialiser to escape."""
    return _NOT_XML.sub(lambda one: _shown(one.group()), terminal(text))


def uri(path: str) -> str:
    """A path as a relative reference: what is not plain is percent-encoded."""
    return "".join(
        one
        if one.isascii() and (one.isalnum() or one in "-._~/")
        else "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "surrogatepass"))
        for one in path
    )


def spreadsheet(text: object) -> str:
    """A cell that no spreadsheet takes for a formula: a quote stands before what would be one."""
    told = "" if text is None else terminal(text)
    return f"'{told}" if told.lstrip().startswith(_FORMULA) and not _number(told) else told


def web_address(url: str | None) -> str | None:
    """An address of the web in plain ASCII that nothing can break out of; None for any other."""
    if url is None or not url.lower().startswith(("https://", "http://")):
        return None
    if _PLAIN.fullmatch(url):
        return url
    return "".join(
        one if one.isascii() and one.isprintable() and one not in _BREAKING else _percent(one)
        for one in url
    )


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _number(told: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", told) is not None


def _harmless(character: str) -> bool:
    category = unicodedata.category(character)
    return category not in ("Cc", "Cs", "Zl", "Zp") and (
        category != "Cf" or character in "\u200c\u200d\u00ad"
    )


def _shown(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
