"""Bytes to lines: UTF-8 or a clear answer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LINE_BREAK = re.compile(r"\r\n|\n|\r")
_LIKELY = ["cp1252", "cp1256", "mac_roman", "cp850", "utf_16_le", "utf_16_be"]
_ICONV = {
    "cp1252": "WINDOWS-1252",
    "cp1256": "WINDOWS-1256",
    "mac_roman": "MACINTOSH",
    "cp850": "CP850",
    "utf_16": "UTF-16",
    "utf_16_le": "UTF-16LE",
    "utf_16_be": "UTF-16BE",
}
_SAMPLE = 200_000


@dataclass(frozen=True)
class NotUtf8(Exception):
    """Not UTF-8: the line of the first byte that is not, that byte, what it all seems to be."""

    line: int
    byte: int
    encoding: str | None

    @property
    def iconv(self) -> str:
        """The name by which `iconv -f` knows the encoding it seems to be."""
        return _ICONV.get(self.encoding or "", "WINDOWS-1252")


def lines(raw: bytes) -> list[str]:
    """The lines of a UTF-8 text, NFC-normalised, its byte-order mark dropped; raises `NotUtf8`."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotUtf8(1, raw[0], "utf_16")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        at = fault.start
        raise NotUtf8(len(rough_lines(raw[:at])), raw[at], seems(raw)) from None
    if text[1:2] == "\x00" or text[:1] == "\x00":
        raise NotUtf8(1, 0, "utf_16_le" if text[1:2] == "\x00" else "utf_16_be")
    return LINE_BREAK.split(unicodedata.normalize("NFC", text))


def rough_lines(raw: bytes) -> list[str]:
    """The lines of a text in an unknown encoding, good enough to count them."""
    return LINE_BREAK.split(raw.decode("latin-1"))


def seems(raw: bytes) -> str | None:
    """The encoding that bytes of an unknown one seem to be in, or None."""
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE], cp_isolation=_LIKELY).best()
    return best.encoding if best else None
