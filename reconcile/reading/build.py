"""Whether a large file is built of one plain line a record, found a part at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

_PART = 32 << 20
_PLAIN = bytes([0x0A, 0x0D, *range(0x20, 0x7F)])
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LATE_CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
_SEPARATORS = (b"\xe2\x80\xa8", b"\xe2\x80\xa9")
_WIDE_SPACE = re.compile(
    rb"\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
)
_COMBINES = "\u0300"  # No character before this one is changed by NFC, whatever stands beside it.
# DuckDB takes a quote with spaces beside it for one that opens or closes a cell.
_LOOSE_QUOTES = (b', "', b'\n "', b'  "', b'" ,', b'" \n', b'" \r', b'"  ')


@dataclass
class Build:
    """What a plainly built file holds: its first line, and how many line ends and commas.

    `quotes` and `wide_spaces` say whether there are any.
    """

    header: str = ""
    line_ends: int = 0
    commas: int = 0
    quotes: bool = False
    wide_spaces: bool = False


def build_of(path: Path) -> Build | None:
    """How the file at `path` is built.

    None where it is no text in NFC with one kind of line end and without odd characters. Raises
    OSError where it cannot be read.
    """
    told = Build()
    returns = pairs = size = ends = 0
    last = b""
    for part in _parts(path):
        odd = part.translate(None, _PLAIN)
        if odd and not _is_plain(part, odd, first=not size):
            return None
        if not size:
            told.header = BytesIO(part).readline().decode("utf-8-sig").rstrip("\r\n")
        if b'"' in part:
            told.quotes = True
            if any(one in b"\n" + part for one in _LOOSE_QUOTES):
                return None
        told.wide_spaces = told.wide_spaces or _WIDE_SPACE.search(odd) is not None
        size += len(part)
        ends += part.count(b"\n")
        told.commas += part.count(b",")
        if b"\r" in part:
            returns += part.count(b"\r")
            pairs += part.count(b"\r\n")
        last = part[-2:]
    if returns and not returns == pairs == ends:
        return None
    if last == b'" ':
        return None
    told.line_ends = ends - last.endswith(b"\n")
    return told


def _parts(path: Path) -> Iterator[bytes]:
    """The file in parts of whole lines."""
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part + file.readline()


def _is_plain(part: bytes, odd: bytes, *, first: bool) -> bool:
    """Whether a part is a text in NFC without control characters; `odd` is all but its ASCII.

    The bytes of a character stay together there, and a byte that begins one never ends another.
    """
    if _CONTROL.search(odd) or _LATE_CONTROL.search(odd):
        return False
    if any(one in odd for one in _SEPARATORS):
        return False
    try:
        text = part.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError:
        return False
    return max(odd.decode("utf-8")) < _COMBINES or unicodedata.is_normalized("NFC", text)
