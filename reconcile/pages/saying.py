"""What a voice says, in a few words: the same in a table, a sentence and a terminal."""

from __future__ import annotations

from reconcile.model import Quantity
from reconcile.pages.account import EventAccount
from reconcile.pages.cell import Voice

SIDES = {
    "government": "official",
    "insurgent": "insurgent",
    "security": "security sources",
    "local": "local",
    "observer": "observers",
    "media": "media",
}
"""The sides in the order in which they are shown, with what a reader calls them."""

DENIALS = {
    "denies-event": "denies the event",
    "denies-figure": "denies the figure",
    "denies-authorship": "denies having done it",
}
"""What a denial denies."""
_LONGEST_QUOTE = 60


def saying(voice: Voice) -> str:
    """A voice as "91 or more, then 101 or more", "55 to 65 (“about 60”)", "no toll given"."""
    if voice.stance == "figure" and voice.quantity is not None:
        before = "".join(f"{one.text()}, then " for one in voice.earlier)
        words = f" (“{quoted(voice.stated)}”)" if approximate(voice.quantity) else ""
        return before + voice.quantity.text() + words
    if voice.stance in DENIALS:
        return f"{DENIALS[voice.stance]} (“{quoted(voice.stated)}”)"
    if voice.stance == "silence":
        return "no toll given"
    return f"no number: “{quoted(voice.stated)}”"


def approximate(quantity: Quantity) -> bool:
    """Whether the interval is not what was said, as in "about 60" or "dozens"."""
    return quantity.named is None or quantity.low < quantity.named != quantity.high


def quoted(words: str) -> str:
    """The words of a source, cut where they run long."""
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"


def attributed(voice: Voice) -> str:
    """A voice with who it is, and in how many readings its statement is known."""
    readings = f"; {voice.readings} readings" if voice.readings > 1 else ""
    return f"{saying(voice)} ({voice.source}{readings})"


def when(account: EventAccount) -> str:
    """The day or the days of an event."""
    if account.ends_on is None or account.ends_on == account.starts_on:
        return account.starts_on.isoformat()
    return f"{account.starts_on} to {account.ends_on}"
