"""Items to parts: one pass that gives each quantity its bounds, its noun and its link."""

from __future__ import annotations

from reconcile.wording.item import PLURAL, SINGULAR, Item
from reconcile.wording.lexicon import Lexicon
from reconcile.wording.part import Part
from reconcile.wording.term import BOUNDS, QUANTITIES, Amount, amount, begins_range, leads_to_amount

_NOUNS = frozenset(("people", "person", "loss", "plural_people"))
_REACH = 4
"""How many words may stand between an article and the noun it counts ("a young Malian soldier")."""


_LINKS = frozenset(
    ("and", "comma", "more", "or", "also", "including", "mostly", "colon", "open", "close")
)
_DOUBTFUL = frozenset(("word", "code", "money", "not", "plus_sign"))
_WITHIN_NOUN_PHRASE = frozenset(
    ("word", "heavy", "additional", "measure", "human", "filler", "masked", "thing")
)


class _Unclear(Exception):
    """The phrase has no one sense."""


def parts(found: list[Item], lexicon: Lexicon) -> list[Part] | None:
    """The quantities of a phrase in their order; None where it has no one sense."""
    scan = _Scan(found, lexicon)
    try:
        scan.run()
    except _Unclear:
        return None
    return scan.parts


class _Scan:
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

    def run(self) -> None:
        at = 0
        while at < len(self._found):
            at = self._step(at)
        self._end()

    def _end(self) -> None:
        if self._bounds:
            raise _Unclear
        if self._part is not None:
            self._part.measures |= self._measures
            self._part.additional |= self._additional and not self._link

    def _kind(self, at: int) -> str:
        return self._found[at].kind if 0 <= at < len(self._found) else ""

    def _step(self, at: int) -> int:
        kind = self._found[at].kind
        if kind in QUANTITIES or kind == "between" or begins_range(self._found, at):
            return self._quantity(at)
        if kind in BOUNDS:
            self._bound(at, kind)
        elif kind in _NOUNS:
            self._noun(at)
        elif kind in ("one", "a", "the", "his"):
            self._determiner(at)
        elif kind in ("thing", "unit", "money"):
            self._thing(at)
        elif kind in _LINKS and not (kind == "more" and not self._adds(at)):
            self._connect(kind)
        else:
            self._mark(at)
        return at + 1

    def _mark(self, at: int) -> None:
        """What a word that is no quantity, noun or link says about the quantity it stands by."""
        item = self._found[at]
        if item.kind == "partitive":
            self._partitive(at)
        elif item.kind == "source":
            self._source()
        elif item.kind == "measure":
            self._measure(item.form)
        elif item.kind in ("additional", "more"):
            self._add(at)
        else:
            self._of |= item.kind == "out_of"

    def _quantity(self, at: int) -> int:
        before = self._kind(at - 1)
        read = amount(self._found, at)
        if read is None:
            return at + 1
        what, end = read
        if self._is_whole(what) or self._repeats_dual(what):
            return end
        self._begin(Part(what, doubtful=before in _DOUBTFUL))
        while end < len(self._found) and self._found[end].kind == "plus_sign":
            assert self._part is not None
            self._part.bounds.add("at_least")
            end += 1
        return self._confirmed(what, end)

    def _is_whole(self, what: Amount) -> bool:
        """Whether this is the 40 of "12 of the 40 soldiers", where 12 are counted."""
        part = self._part
        if part is None or not self._of or self._link or part.noun or what.term:
            return False
        return what.second is None and part.amount.number <= what.number

    def _repeats_dual(self, what: Amount) -> bool:
        """Whether this only stresses a dual: "two soldiers, two of them"."""
        part = self._part
        return bool(part and part.amount.form == "dual" and what.number == 2 and not self._link)

    def _confirmed(self, what: Amount, at: int) -> int:
        """Past a bracket that only repeats the number: "quarante-quatre (44)"."""
        bracket = self._found[at : at + 3]
        if [item.kind for item in bracket] != ["open", "number", "close"]:
            return at
        if bracket[1].value != what.number or what.second is not None:
            raise _Unclear
        return at + 3

    def _begin(self, part: Part) -> None:
        if self._stray == "and":
            raise _Unclear
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

    def _bound(self, at: int, kind: str) -> None:
        if leads_to_amount(self._found, at + 1) or self._kind(at + 1) in ("one", "a"):
            self._bounds.add(kind)
        elif self._part is None:
            raise _Unclear
        else:
            self._part.bounds.add(kind)

    def _noun(self, at: int) -> None:
        item = self._found[at]
        if self._part is None or self._link:
            if item.value == SINGULAR and self._lexicon.singular_is_one:
                self._bare_singular(at)
            elif item.kind == "loss":
                self._measures.add(item.form)
            elif item.value == SINGULAR and self._part is None and self._ends_noun(at):
                self._stray = "noun"
            return
        if not self._part.noun:
            self._part.noun = item.kind
            self._part.singular = item.value == SINGULAR
        if item.kind == "loss":
            self._part.measures.add(item.form)

    def _bare_singular(self, at: int) -> None:
        """In a language without an indefinite article a bare singular is one person."""
        if self._quoting:
            return
        previous = self._part
        if previous is not None and self._link == "and" and previous.singular:
            number = previous.amount.number
            if number > 10 and previous.amount.second is None:
                if number % 100:
                    raise _Unclear
                return
        self._one(at)

    def _one(self, at: int, definite: bool = False) -> None:
        item = self._found[at]
        part = Part(Amount(1, form="one"), noun=item.kind, singular=True, definite=definite)
        self._begin(part)
        assert self._part is not None
        if item.kind == "loss":
            self._part.measures.add(item.form)

    def _determiner(self, at: int) -> None:
        """An article counts one person where its noun is a known person in the singular."""
        kind = self._found[at].kind
        if self._quoting or (self._part is not None and not self._link):
            return
        if kind == "the" and self._part is not None and self._link not in ("and", "comma"):
            return
        for further in range(at + 1, min(at + 2 + _REACH, len(self._found))):
            item = self._found[further]
            if item.kind in _NOUNS:
                if item.value & SINGULAR and self._ends_noun(further):
                    if kind != "the" or item.kind != "loss":
                        self._one(further, definite=kind == "the")
                    return
                if item.value & PLURAL:
                    return
            elif item.kind not in _WITHIN_NOUN_PHRASE:
                return

    def _ends_noun(self, at: int) -> bool:
        """Whether the noun at `at` is the last of its compound ("a truck driver")."""
        return not (self._lexicon.noun_last and self._kind(at + 1) in _NOUNS)

    def _source(self) -> None:
        """ "according to a resident", "the mayor said": who speaks is not counted."""
        if self._part is not None and self._part.amount.form == "one":
            self.parts.pop()
            self._part = self.parts[-1] if self.parts else None
            self._link = ""
        self._quoting = True

    def _thing(self, at: int) -> None:
        part = self._part
        if part is None or self._link or part.noun:
            return
        touching = self._kind(at - 1) in QUANTITIES or self._kind(at - 1) in ("dash", "masked")
        is_thing = self._kind(at) == "thing"
        if self._ends_noun(at) if is_thing else touching:
            part.noun = "thing"

    def _partitive(self, at: int) -> None:
        """ "des civils" after a comma or an "and" is a group of its own, of two or more."""
        self._of = True
        if self._part is None or not self._link:
            return
        for further in range(at + 1, min(at + 1 + _REACH, len(self._found))):
            item = self._found[further]
            if item.kind in _NOUNS:
                if item.value & PLURAL or item.kind == "plural_people":
                    self._begin(Part(Amount(term="plural")))
                return
            if item.kind not in ("word", "heavy", "additional", "filler"):
                return

    def _measure(self, measure: str) -> None:
        if self._part is not None and not self._link:
            self._part.measures.add(measure)
        else:
            self._measures.add(measure)

    def _adds(self, at: int) -> bool:
        """Whether a "more" links what follows ("13 soldados más 3 guardias")."""
        return self._kind(at + 1) in ("one", "the", "his") or leads_to_amount(self._found, at + 1)

    def _add(self, at: int) -> None:
        if self._part is not None and not self._link and not leads_to_amount(self._found, at + 1):
            self._part.additional = True
        else:
            self._additional = True

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
            self._explains = self._part is not None
            self._link = "including"
        elif kind == "open":
            self._bracketed = True
            self._explains = self._part is not None
        elif kind == "close":
            self._explains = self._bracketed = False
