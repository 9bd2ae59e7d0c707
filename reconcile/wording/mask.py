"""Numbers that count no people by their place: dates, years, ages."""

from __future__ import annotations

from reconcile.wording.item import Item

_RANGE = frozenset(("to", "dash", "and", "or"))
_LINKS = frozenset(("filler", "year_lead", "from", "the"))
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


def masked(found: list[Item]) -> list[Item]:
    """The same items, with the numbers of dates, years and ages made items of kind "masked"."""
    kinds = {item.kind for item in found}
    if "number" not in kinds or not kinds & {"month", "year_lead", "age", "unit"}:
        return found
    out = list(found)
    for at, item in enumerate(found):
        if item.kind == "month":
            _date(out, at)
        elif item.kind == "year_lead":
            _year(out, at + 1)
        elif item.kind == "age":
            _age(out, at + 1)
        elif item.kind == "unit":
            _unit(out, at)
    return out


def _is(out: list[Item], at: int, kind: str) -> bool:
    return 0 <= at < len(out) and out[at].kind == kind


def _hide(out: list[Item], at: int) -> None:
    out[at] = Item("masked", 0, out[at].form)


def _date(out: list[Item], at: int) -> None:
    before = at - 1
    while before >= 0 and out[before].kind in _LINKS:
        before -= 1
    dated = False
    if _is(out, before, "number") and 1 <= out[before].value <= 31:
        _hide(out, before)
        dated = True
        if before > 1 and out[before - 1].kind in _RANGE and _is(out, before - 2, "number"):
            _hide(out, before - 2)
    after = at + 1
    if not dated and _is(out, after, "number") and 1 <= out[after].value <= 31:
        _hide(out, after)
        after += 1
    while after < len(out) and (out[after].kind in _LINKS or out[after].kind == "comma"):
        after += 1
    _year(out, after)


def _year(out: list[Item], at: int) -> None:
    if not _is(out, at, "number") or out[at].form != "digits":
        return
    if _FIRST_YEAR <= out[at].value <= _LAST_YEAR:
        _hide(out, at)


def _unit(out: list[Item], at: int) -> None:
    """A compound ("12-year-old"), or the unit first ("h 15", "ore 5")."""
    if _is(out, at - 1, "dash") and _is(out, at - 2, "number"):
        out[at - 2 : at + 1] = [Item("masked", 0, item.form) for item in out[at - 2 : at + 1]]
    elif _is(out, at + 1, "number") and not _is(out, at - 1, "number"):
        _hide(out, at + 1)


def _age(out: list[Item], at: int) -> None:
    while at < len(out) and out[at].kind in ("filler", "between", "from", "about", "the"):
        at += 1
    if _is(out, at, "number"):
        _hide(out, at)
        if at + 2 < len(out) and out[at + 1].kind in _RANGE and out[at + 2].kind == "number":
            _hide(out, at + 2)
