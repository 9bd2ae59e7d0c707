"""A difference in words: what its sections hold, line by line, for every form it is told in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from reconcile.difference.change import Apart, ClaimChange, ConflictChange, Difference, Said
from reconcile.finding import Text
from reconcile.naming import in_both


@dataclass(frozen=True)
class Line:
    """One change: its kind, where it stands (empty: nowhere) and what it is, in words.

    `rule` is that of a finding.
    """

    kind: str
    where: str
    told: str
    rule: str = ""


@dataclass(frozen=True)
class Section:
    """The changes of one sort under a heading, with how many there are of each kind."""

    title: str
    counts: str
    lines: tuple[Line, ...]


class Telling:
    """Tells a difference in a language; `old` and `new` go before the addresses of each version."""

    def __init__(self, told: Difference, language: str, old: str = "", new: str = "") -> None:
        self._told = told
        self._language = language
        self._say = {name: text.in_language(language) for name, text in _WORDS.items()}
        self.colon = self._say["colon"]
        self._semicolon = self._say["semicolon"]
        self._old, self._new = old, new

    @property
    def nothing(self) -> str:
        """What is said where nothing changed."""
        return self._say["nothing"]

    def sections(self) -> list[Section]:
        """The sections that hold something."""
        told = self._told
        sections = [
            self._section("claims", map(self._claim, told.claims)),
            self._section("conflicts", map(self._conflict, told.conflicts)),
            self._section("gaps", map(self._conflict, self._further_gaps())),
            self._section("findings", self._findings()),
            self._section("rows", self._rows()),
        ]
        return [one for one in sections if one.lines]

    def _section(self, name: str, lines: Iterable[Line]) -> Section:
        kept = tuple(lines)
        counted = Counter(one.kind for one in kept)
        counts = ", ".join(self._count(count, kind) for kind, count in counted.items())
        return Section(self._say[name], "" if name == "rows" else counts, kept)

    def _claim(self, change: ClaimChange) -> Line:
        prefix = self._old if change.kind in ("removed", "refused") else self._new
        told = f"{change.event}, {self._in(change.cell)}{self.colon}{self._said(change.said)}"
        told += f" ({self._say['quoted'].format(words=change.stated)})"
        if change.corrects:
            before = ", ".join(self._in(one.says) for one in change.corrects)
            told += f", {self._say['before']} {before}"
        if change.repeats:
            told += f"{self._semicolon}{self._say['repeats']} {change.repeats}"
        for edit in change.edits:
            empty = self._say["empty"]
            told += f"{self._semicolon}{edit.column}"
            told += f" {edit.before or empty} → {edit.after or empty}"
        return Line(self._say[change.kind], f"{prefix}{change.at}", told)

    def _conflict(self, change: ConflictChange) -> Line:
        cell = f"{change.event}, {self._in(change.cell)}"
        if change.between:
            sides = " / ".join(self._in(in_both(side)) for side in change.between)
            cell += f", {sides}"
        parts = [self._apart(change.after)] if change.after else []
        if change.before:
            before = self._apart(change.before)
            parts.append(f"{self._say['before']} {before}")
        if change.after is None:
            parts.append(self._say.get(f"now {change.status}", self._say["now apart no more"]))
        return Line(self._say[change.kind], "", f"{cell}{self.colon}{self._semicolon.join(parts)}")

    def _further_gaps(self) -> Iterator[ConflictChange]:
        """The gaps between two sides that no conflict of a whole cell tells already."""
        told = {(one.before, one.after) for one in self._told.conflicts}
        return (one for one in self._told.gaps if (one.before, one.after) not in told)

    def _findings(self) -> Iterator[Line]:
        for change in self._told.findings:
            finding = change.finding
            prefix = self._old if change.kind == "gone" else self._new
            severity = self._say[str(finding.severity)]
            told = f"{severity}{self.colon}{finding.message_in(self._language)}"
            yield Line(self._say[change.kind], f"{prefix}{finding.at}", told, finding.rule.name)

    def _rows(self) -> Iterator[Line]:
        for table, change in self._told.rows.items():
            told = (
                self._count(count, self._say[kind])
                for kind, count in asdict(change).items()
                if count
            )
            yield Line(table, "", ", ".join(told))

    def _apart(self, pair: Apart) -> str:
        ends = f"{self._said(pair.low)}, {self._said(pair.high)}"
        return f"{ends}, {self._say['apart'].format(gap=pair.gap)}"

    def _said(self, said: Said) -> str:
        told = self._in(said.says)
        if said.quantity is None:
            return f"{said.source_name}{self.colon}{told}"
        return self._say["says"].format(source=said.source_name, number=told)

    def _count(self, count: int, kind: str) -> str:
        return self._say["count"].format(count=count, kind=kind)

    def _in(self, text: Text) -> str:
        return text.in_language(self._language)


_WORDS = {
    "nothing": Text("nothing changed", "rien n'a changé"),
    "claims": Text("Claims", "Affirmations"),
    "conflicts": Text("Conflicts", "Désaccords"),
    "gaps": Text("Between two sides", "Entre deux camps"),
    "findings": Text("Findings", "Constats"),
    "rows": Text("Other tables", "Autres tables"),
    "count": Text("{count} {kind}", "{kind} : {count}"),
    "added": Text("added", "ajout"),
    "corrected": Text("corrected", "correction"),
    "edited": Text("edited", "retouche"),
    "mended": Text("mended", "réparation"),
    "refused": Text("refused", "refus"),
    "removed": Text("removed", "retrait"),
    "new": Text("new", "nouveau"),
    "widened": Text("widened", "élargi"),
    "narrowed": Text("narrowed", "resserré"),
    "moved": Text("moved", "déplacé"),
    "settled": Text("settled", "réglé"),
    "accepted": Text("accepted", "accepté"),
    "gone": Text("gone", "disparu"),
    "error": Text("error", "erreur"),
    "warning": Text("warning", "avertissement"),
    "note": Text("note", "remarque"),
    "says": Text("{source} says {number}", "{number} selon {source}"),
    "quoted": Text("“{words}”", "« {words} »"),
    "before": Text("before", "avant"),
    "apart": Text("{gap} apart", "{gap} d'écart"),
    "now agreed": Text("now one number fits all", "désormais un même nombre convient à tous"),
    "now sole": Text("now one source speaks", "désormais une seule source parle"),
    "now None": Text("now nobody gives a figure", "désormais personne ne donne de chiffre"),
    "now apart no more": Text("now apart no more", "désormais sans écart"),
    "repeats": Text("repeats", "répète"),
    "empty": Text("(empty)", "(vide)"),
    "colon": Text(": ", " : "),
    "semicolon": Text("; ", " ; "),
}
