"""The report as Markdown, from the template `report.md`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reconcile.database import asked, rows_of
from reconcile.escape import markdown
from reconcile.finding import Finding, Findings, Severity
from reconcile.ledger import Ledger
from reconcile.model import Quantity
from reconcile.naming import Names
from reconcile.pages.account import EventAccount, accounts
from reconcile.pages.parties import losses, speakers, voices
from reconcile.pages.saying import SIDES, proving, quoted, saying, when
from reconcile.pages.selection import Selection

if TYPE_CHECKING:
    import duckdb

_WIDEST = 10


def render(
    ledger: Ledger, findings: Findings, database: duckdb.DuckDBPyConnection, wanted: Selection
) -> str:
    """The whole report."""
    told = accounts(database, wanted)
    chosen = {account.event for account in told}
    by_event = _by_event(findings)
    environment = Environment(
        loader=PackageLoader("reconcile.pages"),
        autoescape=False,
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["text"] = _interval
    return environment.get_template("report.md").render(
        accounts=told,
        **asked(database),
        contested=[account for account in told if account.told["contested"]],
        selected=wanted.text(),
        widest=_widest(database, chosen),
        losses=losses(database, chosen),
        speakers=speakers(database),
        voices=voices(database),
        findings=by_event,
        rules=_rules(findings, chosen if wanted.text() else None),
        known=_known(database, chosen),
        refused=ledger.refused,
        left_out=sum(ledger.left_out.values()),
        sides=SIDES,
        saying=saying,
        proving=proving,
        quoted=quoted,
        insurgent=_insurgent,
        when=when,
        link=_link,
    )


def _escaped(value: object) -> object:
    return value if isinstance(value, Markup) else markdown(value)


def _interval(told: Mapping[str, Any], name: str) -> str:
    return Quantity(told[f"{name}_low"], told[f"{name}_high"]).text()


def _link(words: str, url: str | None) -> Markup:
    """The words as a link, where the address is one of the web; else the words alone."""
    if url is None or not url.lower().startswith(("https://", "http://")):
        return Markup(markdown(words))
    safe = "".join(
        one if one.isascii() and one not in ' <>()[]"\\|`' else _percent(one) for one in url
    )
    target = safe.replace("&", "&amp;")
    return Markup(f"[{markdown(words)}](<{target}>)")


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _insurgent(account: EventAccount) -> list[str]:
    """The figures that insurgent groups give of one event."""
    return [
        f"{cell.title.en}: {voice.source_name} – {saying(voice)}"
        for cell in account.cells
        for voice in cell.by("insurgent")
        if voice.stance == "figure"
    ]


def _widest(database: duckdb.DuckDBPyConnection, chosen: set[str]) -> list[dict[str, Any]]:
    named = Names(database)
    told = rows_of(
        database,
        "SELECT c.*, e.name FROM event_conflict AS c INNER JOIN events AS e ON e.event = c.event"
        " INNER JOIN measures AS m ON m.measure = c.measure"
        " WHERE c.status = 'conflicting' AND NOT m.stock"
        " ORDER BY c.gap DESC, c.event, c.measure, c.victims",
    )
    fitting = [row for row in told if row["event"] in chosen][:_WIDEST]
    return [{**row, "title": named.cell(row["measure"], row["victims"]).en} for row in fitting]


def _known(database: duckdb.DuckDBPyConnection, chosen: set[str]) -> dict[str, int]:
    told = database.execute(
        "SELECT event, COUNT(*), COUNT_IF(known_on IS NULL),"
        " COUNT_IF(stance = 'vague'), COUNT_IF(repeats IS NOT NULL) FROM claim GROUP BY event"
    ).fetchall()
    fitting = [row for row in told if row[0] in chosen]
    names = ("claims", "undated", "unnumbered", "repeats")
    return {name: int(sum(row[at] for row in fitting)) for at, name in enumerate(names, 1)}


def _rules(findings: Findings, chosen: set[str] | None) -> list[tuple[str, Severity, int]]:
    """The rules that found something, in the whole ledger or on the events chosen."""
    counted = Counter(
        (one.rule.name, one.severity)
        for one in findings.open
        if chosen is None or one.values.get("event") in chosen
    )
    return sorted(
        ((name, severity, count) for (name, severity), count in counted.items()),
        key=lambda one: (-one[1], -one[2], one[0]),
    )


def _by_event(findings: Findings) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in findings.open:
        if one.severity > Severity.NOTE and "event" in one.values:
            found[str(one.values["event"])].append(one)
    return found
