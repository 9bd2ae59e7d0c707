"""Hostile texts in every column, in file and folder names: they are shown, and do nothing."""

import re
import subprocess
from html.parser import HTMLParser
from zipfile import ZipFile

import pytest
from hostile import TEXTS, TURNING
from ledgers import base, claim, document, event, ledger_at, source
from test_report import assert_whole

import reconcile
from reconcile.escape import terminal
from reconcile.exchange.relation import relations
from reconcile.exchange.workbook import workbook
from reconcile.pages.edition import edition
from reconcile.selection import Selection

pytestmark = pytest.mark.untraced

LINKS = [
    "javascript:harm()",
    "data:text/html,x",
    "//example.org/x",
    "https://example.org/?a=\"'><x",
]
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "a", "svg", "defs", "path", "circle"),
    *("pattern", "header", "h1", "h2", "h3", "h4", "nav", "ul", "li", "main", "section", "p", "b"),
    *("strong", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "small", "symbol"),
    *("rect", "line", "use", "g", "text", "q", "details", "summary", "article", "div", "script"),
    *("label", "input"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "href", "class", "id", "width", "height"),
    *(
        "d",
        "r",
        "fill",
        "x",
        "y",
        "x1",
        "x2",
        "y1",
        "y2",
        "dx",
        "dy",
        "cx",
        "cy",
        "scope",
        "colspan",
        "dir",
    ),
    *("aria-hidden", "aria-label", "aria-live", "tabindex", "role", "overflow", "transform"),
    *("hidden", "type", "autocomplete", "stroke-width", "viewbox"),
    *("patternunits", "patterntransform"),
}


def hostile_ledger(home):
    """A workspace in a hostile folder whose rows hold each of the texts in each free column."""
    sides = ["government", "insurgent", "security", "local", "observer", "media"]
    party = {"government": "mali", "insurgent": "jnim"}
    sources = [
        source(
            f"s{at}",
            sides[at % 6],
            name=f"{text} {at}",
            party=party.get(sides[at % 6], ""),
            affiliation=text,
            note=text,
            reliability=text,
        )
        for at, text in enumerate(TEXTS)
    ]
    documents = [
        document(f"d{at}", publisher=text, title=text, url=LINKS[at % 4], archive_url=LINKS[-1])
        for at, text in enumerate(TEXTS)
    ]
    events = [
        event(
            f"e{at}",
            name=text,
            note=text,
            **{name: text for name in ("admin1", "place", "kind", "attacker", "target")},
            **({"latitude": 10 + at / 100, "longitude": at / 100} if at % 3 else {}),
        )
        for at, text in enumerate(TEXTS)
    ]
    figures = []
    for at, text in enumerate(TEXTS):
        words = re.sub(r"\d", "x", text)
        cells = {"event": f"e{at}", "document": f"d{at}", "note": text}
        figures += [
            claim(f"low-{at}", source=f"s{at}", high=8, stated=f"{words} a", **cells),
            claim(f"high-{at}", source=f"s{(at + 1) % 300}", low=70, stated=f"{words} b", **cells),
        ]
    tables = {"victims": base("victims"), "measures": base("measures"), "parties": base("parties")}
    for at, (name, rows) in enumerate(tables.items()):
        text = TEXTS[at * 20]
        named = {"name": text} | ({} if name == "parties" else {"name_fr": text})
        tables[name] = [row | named for row in rows]
    said = {"event": "e1", "source": "s1", "document": "d1", "party": "jnim", "says": "claims"}
    return ledger_at(
        home,
        sources=sources,
        documents=documents,
        events=events,
        figures={"<img src=x onerror=harm()> =1+1 {{ 7 }}": figures},
        event_parts=[],
        attributions=[said | {"note": TEXTS[1]}],
        **tables,
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "<svg onload=harm()> {{ 7 * 7 }}"
    ledger = reconcile.read(hostile_ledger(folder))
    assert [one.message for one in ledger.findings] == []
    database = reconcile.connect(ledger)
    return ledger, database, reconcile.check(ledger, database)


@pytest.fixture(scope="module", params=["en", "fr"])
def page(hostile, request):
    ledger, database, findings = hostile
    return reconcile.report(ledger, findings, database, form="html", language=request.param)


class Page(HTMLParser):
    """The tags, attributes, links and texts of a page."""

    def __init__(self, told):
        super().__init__()
        self.tags, self.attributes, self.links, self.ids = [], set(), [], []
        self.texts = []
        self.feed(told)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            self.attributes.add(name)
            if name == "href" and tag == "a":
                self.links.append(value)
            if name == "id":
                self.ids.append(value)

    def handle_data(self, told):
        self.texts.append(told)


def test_no_text_becomes_a_tag_an_attribute_or_a_link(page):
    told = Page(page)
    assert set(told.tags) <= TAGS
    assert told.attributes <= ATTRIBUTES
    assert [told.tags.count(one) for one in ("script", "style", "base")] == [1, 1, 0]
    assert all(re.match(r"#|https?://", link) for link in told.links)
    assert len(set(told.ids)) == len(told.ids)


def test_every_text_is_shown_as_it_stands(page):
    shown = "".join(Page(page).texts)
    for text in TEXTS:
        assert terminal(text) in shown, text


@pytest.mark.parametrize("form", ["html", "md"])
def test_no_character_turns_or_hides_what_follows(form):
    template = edition(form, "en").from_string("{{ text }} {{ _('{text}', text=text) }}")
    for text in TURNING:
        assert template.render(text=text).isprintable()


def test_a_row_that_would_turn_the_page_is_refused_and_counted(tmp_path):
    sources = [*base("sources"), source("turned", "media", name=TURNING[0])]
    ledger = reconcile.read(ledger_at(tmp_path, sources=sources))
    told = reconcile.report(ledger, reconcile.check(ledger, expectations=False), form="html")
    assert "1 row of the ledger is refused" in told
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", told)


def test_the_file_is_named_and_does_nothing(page):
    assert "claims/figures/&lt;img src=x onerror=harm()&gt; =1+1 {{ 7 }}.csv:" in page


def test_the_markdown_is_whole_too(hostile):
    ledger, database, findings = hostile
    assert_whole(reconcile.report(ledger, findings, database, selection=Selection(event="e1")))


def test_nothing_runs_in_a_browser(page, browser, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page, "utf-8")
    context = browser.new_context(offline=True)
    told = context.new_page()
    heard = []
    for happening in ("console", "pageerror", "dialog", "requestfailed", "download"):
        told.on(happening, lambda one, name=happening: heard.append((name, str(one))))
    requests = []
    told.on("request", lambda one: requests.append(one.url))
    told.goto(file.as_uri())
    told.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    told.mouse.move(400, 400)
    assert told.evaluate("window.harm") is None
    assert told.evaluate("document.querySelectorAll('article.event').length") == len(TEXTS)
    assert told.evaluate("document.scripts.length") == 1
    assert heard == []
    assert requests == [file.as_uri()]
    context.close()


def test_no_formula_survives_a_round_trip(hostile, office, tmp_path):
    _, database, _ = hostile
    wanted = ("claim", "event_conflict", "event_overview", "finding")
    told = [one for one in relations(database) if one.name in wanted]
    (tmp_path / "data.xlsx").write_bytes(workbook(told))
    subprocess.run(
        [
            *(office, "--headless", "--norestore", f"-env:UserInstallation={tmp_path.as_uri()}/u"),
            *("--convert-to", "xlsx", "--outdir", tmp_path / "back", tmp_path / "data.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    with ZipFile(tmp_path / "back" / "data.xlsx") as book:
        sheets = [book.read(one) for one in book.namelist() if "worksheets/sheet" in one]
        texts = book.read("xl/sharedStrings.xml")
    assert len(sheets) == len(wanted) + 1
    assert b"HYPERLINK" in texts and b"cmd|" in texts
    assert not any(b"<f>" in one or b"<f " in one or b"<hyperlink" in one for one in sheets)
