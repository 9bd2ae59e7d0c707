"""What has been read of a phrase so far, and how the next quantity hangs on it."""

from __future__ import annotations

from reconcile.wording.item import Item
from reconcile.wording.lexicon import Lexicon
from reconcile.wording.part import Part


class Unclear(Exception):
    """The phrase has no one sense."""


class Clause:
    """The parts found, the one in hand, and the links and bounds that wait for the next."""

    def __init__(self, found: list[Item], lexicon: Lexicon) -> None:
        self._found = found
        self._lexicon = lexicon
        self.parts: list[Part] = []
        self._part: Part | None = None
        self._bounds: set[str] = set()
        self._measures: set[str] = set()
        self._link = ""
        self._explains = False
        self._additional = False
        self._also = False
        self._of = False
        self._quoting = False
        self._bracketed = False
        self._after_comma = False
        self._stray = ""

    def _kind(self, at: int) -> str:
        return self._found[at].kind if 0 <= at < len(self._found) else ""

    def _begin(self, part: Part) -> None:
        if self._stray == "and":
            raise Unclear
        self._quoting = False
        part.reopens = self._explains and not self._bracketed and self._after_comma
        self._after_comma = False
        part.bounds |= self._bounds
        part.link = self._link if self.parts else ""
        part.explains = self._explains
        part.additional = self._additional
        part.also = self._also
        part.measures |= self._measures
        self._bounds = set()
        self._measures = set()
        self._link = ""
        self._additional = self._also = False
        self._of = False
        self.parts.append(part)
        self._part = part

    def _connect(self, kind: str) -> None:
        self._quoting &= kind not in ("comma", "colon")
        if kind in ("and", "comma", "more"):
            kind = "and" if kind == "more" else kind
            if kind == "and" and self._stray:
                self._stray = "and"
            self._after_comma = kind == "and" and self._link == "comma"
            if self._link != "and":
                self._link = kind
        elif kind == "or":
            self._link = "or" if self._part is not None else ""
        elif kind == "also":
            self._also = True
            if self._part is not None and not self._link:
                self._part.also = True
        elif kind in ("including", "mostly") or (kind == "colon" and self._part is not None):
            self._part_of_them(kind)
            self._explains = self._part is not None
            self._link = "including"
        elif kind == "open":
            self._bracketed = True
            self._explains = self._part is not None
        elif kind == "close":
            self._explains = self._bracketed = False

    def _part_of_them(self, kind: str) -> None:
        """ "40 dead, 5 of whom were children": the 5 explain the 40."""
        part = self._part
        if kind != "including" or part is None or self._link or part.link != "comma":
            return
        if not part.noun and not part.measures and len(self.parts) > 1:
            part.explains = True

    def _source(self) -> None:
        """ "according to a resident", "the mayor said": who speaks is not counted."""
        if self._part is not None and self._part.amount.form == "one":
            self.parts.pop()
            self._part = self.parts[-1] if self.parts else None
            self._link = ""
        self._quoting = True

    def _end(self) -> None:
        if self._bounds:
            raise Unclear
        if self._part is not None:
            self._part.measures |= self._measures
            self._part.additional |= self._additional and not self._link
