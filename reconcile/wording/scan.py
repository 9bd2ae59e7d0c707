"""Items to parts: one pass that gives each quantity its bounds, its noun and its link."""

from __future__ import annotations

from reconcile.wording.clause import Clause, Unclear
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


def parts(found: list[Item], lexicon: Lexicon) -> list[Part] | None:
    """The quantities of a phrase in their order; None where it has no one sense."""
    scan = _Scan(found, lexicon)
    try:
        scan.run()
    except Unclear:
        return None
    return scan.parts


class _Scan(Clause):
    def run(self) -> None:
        at = 0
        while at < len(self._found):
            at = self._step(at)
        self._end()

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
        elif kind == "plus_sign" and self._part is not None and self._adds(at):
            self._connect("and")
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
        self._refuse_unknown_before(at)
        added = before == "plus_sign" and self._link == "and"
        self._begin(Part(what, doubtful=before in _DOUBTFUL and not added))
        while self._kind(end) == "plus_sign" and not self._adds(end):
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
            raise Unclear
        return at + 3

    def _bound(self, at: int, kind: str) -> None:
        if leads_to_amount(self._found, at + 1) or self._kind(at + 1) in ("one", "a"):
            self._bounds.add(kind)
        elif self._part is None:
            raise Unclear
        else:
            self._part.bounds.add(kind)

    def _noun(self, at: int) -> None:
        item = self._found[at]
        if self._part is None or self._link:
            if self._joins_bare_singular(at):
                raise Unclear
            if item.value == SINGULAR and self._lexicon.singular_is_one:
                self._bare_singular(at)
            elif item.kind == "loss":
                self._measures.add(item.form)
            elif item.kind == "people" and item.value & PLURAL and self._counts_more(at):
                raise Unclear
            elif item.value == SINGULAR and self._part is None and self._ends_noun(at):
                self._stray = "noun"
            return
        if not self._part.noun:
            self._part.noun = item.kind
            self._part.singular = item.value == SINGULAR
        if item.kind == "loss":
            self._part.measures.add(item.form)

    def _refuse_unknown_before(self, at: int) -> None:
        """A first figure after "X and": where a bare noun is one, an unknown X may be one more."""
        first = not self.parts and self._lexicon.singular_is_one and self._kind(at - 1) == "and"
        if first and self._kind(at - 2) in ("word", "month"):
            raise Unclear

    def _counts_more(self, at: int) -> bool:
        """ "12 soldiers and civilians" without articles: more than 12, or 12 of both kinds."""
        part = self._part
        if part is None or not self._lexicon.singular_is_one or part.explains or self._explains:
            return False
        exact = not part.amount.approximate and not part.amount.term and not part.bounds
        return exact and part.noun == "people" and self._kind(at - 1) == "and"

    def _joins_bare_singular(self, at: int) -> bool:
        """ "his wife and daughter": an article that may count two people, or one."""
        item, part = self._found[at], self._part
        if part is None or not part.singular or part.explains or self._lexicon.singular_is_one:
            return False
        joined = self._kind(at - 1) == "and" and self._ends_noun(at)
        return joined and item.kind == "people" and item.value == SINGULAR

    def _bare_singular(self, at: int) -> None:
        """In a language without an indefinite article a bare singular is one person."""
        if self._quoting:
            return
        self._refuse_unknown_before(at)
        previous = self._part
        if previous is not None and self._link == "and" and previous.singular:
            number = previous.amount.number
            is_counted = self._kind(at + 1) == "one"
            if number > 10 and previous.amount.second is None and not is_counted:
                if number % 100:
                    raise Unclear
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
                break
        self._unknown_one(at)

    def _unknown_one(self, at: int) -> None:
        """ "12 soldiers and a welder": one of whom it is not known whether they are a person."""
        if self._kind(at) not in ("one", "a", "his") or self._kind(at + 1) != "word":
            return
        for item in self._found[at + 1 : at + 2 + _REACH]:
            if item.kind in ("thing", "unit"):
                return
            if item.kind not in _WITHIN_NOUN_PHRASE:
                break
        if self._kind(at - 1) == "and" and self._link == "and":
            raise Unclear
        if self._part is None and self._kind(at) == "one" and self._kind(at + 2) == "and":
            self._stray = "noun"

    def _ends_noun(self, at: int) -> bool:
        """Whether the noun at `at` is the last of its compound ("a truck driver")."""
        return not (self._lexicon.noun_last and self._kind(at + 1) in _NOUNS)

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
        part = self._part
        if part is not None and not self._link:
            if part.explains and part.link == "comma" and not part.noun and not self._bracketed:
                raise Unclear
            part.measures.add(measure)
        elif part is not None and self._link == "including" and part.explains and not part.noun:
            raise Unclear
        else:
            self._measures.add(measure)

    def _adds(self, at: int) -> bool:
        """Whether a "more" links what follows ("13 soldados más 3 guardias")."""
        counted = self._kind(at + 1) in ("one", "a", "the", "his")
        return counted or leads_to_amount(self._found, at + 1)

    def _add(self, at: int) -> None:
        if self._part is not None and not self._link and not leads_to_amount(self._found, at + 1):
            self._part.additional = True
        else:
            self._additional = True
