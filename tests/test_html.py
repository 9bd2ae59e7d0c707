"""The pages as one HTML file: whole, self-contained, and saying what the views say."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from ledgers import base, claim, document, event, ledger_at, source
from work import calls_of

import reconcile
from reconcile.bundled import content
from reconcile.finding import ReconcileError
from reconcile.selection import Selection

SHIPPED = content("claims").parent
APART = {"td", "th", "li", "tr", "p", "h4", "text"}


class Page(HTMLParser):
    """A page as a reader meets it: elements with their attributes, and the text inside each id."""

    def __init__(self, told):
        super().__init__()
        self.elements, self.open, self.inside = [], [], Counter()
        self.text = {}
        self.feed(told)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.elements.append((tag, told))
        if tag in ("article", "details", "section"):
            self.open.append((tag, told.get("id")))
        for _, identity in self.open:
            self.inside[identity, tag] += 1
            self.text[identity] = self.text.get(identity, "") + " " * (tag in APART)

    def handle_endtag(self, tag):
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, told):
        for _, identity in self.open:
            self.text[identity] = self.text.get(identity, "") + told

    def of(self, identity):
        """The words inside the element with this id."""
        return " ".join(self.text[identity].split())

    @property
    def ids(self):
        return [told["id"] for _, told in self.elements if "id" in told]

    def links(self):
        return [told["href"] for tag, told in self.elements if tag in ("a", "use")]


@pytest.fixture(scope="module")
def ledger():
    return reconcile.read(SHIPPED)


@pytest.fixture(scope="module")
def database(ledger):
    return reconcile.connect(ledger)


@pytest.fixture(scope="module")
def findings(ledger, database):
    return reconcile.check(ledger, database)


@pytest.fixture(scope="module")
def told(ledger, findings, database):
    return {
        language: reconcile.report(ledger, findings, database, form="html", language=language)
        for language in ("en", "fr")
    }


@pytest.fixture(scope="module")
def page(told):
    return Page(told["en"])


def report_of(home, **more):
    ledger = reconcile.read(home)
    database = reconcile.connect(ledger)
    findings = reconcile.check(ledger, database, expectations=False)
    return Page(reconcile.report(ledger, findings, database, form="html", **more))


def one(database, query):
    (told,) = database.execute(query).fetchone()
    return told


# whole --------------------------------------------------------------------------------------------


def test_the_report_of_the_shipped_ledger_is_small_and_little_work(
    told, ledger, findings, database
):
    for text in told.values():
        assert len(text.encode()) < 600_000
    again, calls = calls_of(reconcile.report, ledger, findings, database, form="html")
    assert again == told["en"]
    assert calls < 2_000_000


def test_the_same_ledger_gives_the_same_bytes_in_every_process(tmp_path):
    home = ledger_at(tmp_path / "home")
    pages = set()
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-m", "reconcile", "report", home, "--no-expectations", "-o", file],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        pages.add(file.read_bytes())
    assert len(pages) == 1


def test_nothing_is_loaded_and_the_policy_allows_only_what_is_there(told):
    text = told["en"]
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; ")
    for name in ("style", "script"):
        (inside,) = re.findall(rf"<{name}>(.*?)</{name}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    elements = Page(text).elements
    assert not {tag for tag, _ in elements} & {"img", "link", "iframe", "object", "base", "form"}
    attributes = {name for _, told in elements for name in told}
    assert "src" not in attributes and "style" not in attributes
    assert not any(name.startswith("on") for name in attributes)
    assert "@import" not in text and "url(http" not in text


def test_every_link_inside_the_page_leads_somewhere_and_every_id_is_one(page):
    assert len(set(page.ids)) == len(page.ids)
    inside = {link[1:] for link in page.links() if link.startswith("#")}
    assert inside <= set(page.ids)
    assert all(re.match("#|https?://", link) for link in page.links())


def test_no_machine_and_no_clock_is_in_it(told):
    assert str(SHIPPED) not in told["en"] and "/tmp" not in told["en"]


def test_headings_skip_no_level(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


# what the views say -------------------------------------------------------------------------------


def test_the_first_page_counts_what_the_views_count(page, database):
    told = page.of("first")
    for count, query in (
        ("events on which something", "SELECT COUNT(*) FROM event_overview"),
        ("contested:", "SELECT COUNT_IF(contested) FROM event_overview"),
        ("one-sided:", "SELECT COUNT(only_side) FROM event_overview"),
        ("unanswered:", "SELECT COUNT_IF(unanswered > 0) FROM event_overview"),
    ):
        assert f"{one(database, query)}{count}" in told
    assert f"{one(database, 'SELECT COUNT(*) FROM claim')} claims" in told


def test_the_widest_gaps_are_the_widest(page, database):
    rows = database.execute(
        "SELECT e.name, c.gap FROM event_conflict AS c INNER JOIN events AS e ON e.event = c.event"
        " INNER JOIN measures AS m ON m.measure = c.measure"
        " WHERE status = 'conflicting' AND NOT m.stock ORDER BY gap DESC LIMIT 10"
    ).fetchall()
    told = page.of("first").partition("The widest gaps")[2]
    at = 0
    for name, gap in rows:
        assert name in told and re.search(rf"\b{gap}\b", told)
        at = at or told.index(name)
    assert at == min(told.index(name) for name, _ in rows)


def test_every_event_and_every_source_has_a_permalink(page, database):
    for name in ("event", "source"):
        query = f"SELECT DISTINCT {name} FROM standing"
        wanted = {f"{name}-{told}" for (told,) in database.execute(query).fetchall()}
        assert wanted <= set(page.ids)
    events = database.execute("SELECT event FROM event_overview").fetchall()
    assert {f"#event-{told}" for (told,) in events} <= set(page.links())


def test_every_event_has_a_sentence(page, database):
    rows = re.findall(r"\d{4}-\d\d-\d\d", page.of("sentences"))
    assert len(rows) == one(database, "SELECT COUNT(*) FROM event_overview")
    assert "Banibangou attack NE Soldiers killed: Ministry" in page.of("sentences")


def test_every_claim_that_stands_or_was_corrected_is_one_row_with_one_mark(page, database):
    counts = database.execute(
        "SELECT event, COUNT(*), COUNT(DISTINCT (measure, victims)) FROM claim"
        " WHERE claim IN (SELECT claim FROM standing)"
        " OR claim IN (SELECT superseded FROM claim_revision) GROUP BY event"
    ).fetchall()
    assert sum(count for _, count, _ in counts) > 480
    for name, _, cells in counts:
        identity = f"event-{name}"
        text = page.of(identity)
        lanes = len(re.findall("Who speaks how many days", text))
        assert page.inside[identity, "tbody"] == cells + lanes, name
    rows = [told for tag, told in page.elements if tag == "q"]
    assert len(rows) > 400


def test_the_words_stand_in_their_language_and_direction(page):
    told = [told for tag, told in page.elements if tag == "q"]
    languages = Counter(one.get("lang") for one in told)
    assert {"fr", "ar", None} <= set(languages)
    assert all((one.get("dir") == "rtl") == (one.get("lang") == "ar") for one in told)


def test_findings_stand_with_their_event_with_both_numbers_file_and_line(page):
    told = page.of("event-eknewane-2024-09-18")
    assert "Defense Archives analyst says 24, Defense Arab forum says 38, 14 apart" in told
    assert re.search(r"figures-apart, claims/figures/2024\.csv:4, 2", told)


def test_a_correction_and_a_relay_are_told_in_the_order_of_days(page):
    told = page.of("event-boulikessi-2025-06-01")
    parts = [
        "2 Jun 2025: TV5 Monde repeats",
        "4 Jun 2025: Malian security source quoted by RFI corrects 91 or more to 101 or more",
        "10 Jun 2025: Nujume repeats",
        "no date: Wikipedia (fr) repeats",
    ]
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


def test_a_source_has_its_record_and_its_events(page):
    told = page.of("source-mali-army")
    assert told.startswith("Malian Armed Forces general staff (FAMa / EMGA) official, Mali")
    assert "Of its enemy" in told and "Nioro du Sahel attack: insurgents killed, 30" in told


# sentences ----------------------------------------------------------------------------------------

WIRE = {"document": "wire-2025-06-03"}
SENTENCES = {
    "apart": (
        [claim("a", high=8, low=8), claim("b", source="jnim", low=70)],
        "Soldiers killed: Malian army says 8, JNIM says 70 or more; 62 apart.",
    ),
    "alone": ([claim("a", low=8, high=8)], "Soldiers killed: Malian army alone gives a figure, 8."),
    "agreed": (
        [claim("a", low=8, high=8), claim("b", source="jnim", low=5)],
        "Soldiers killed: 2 figures, 8 fits all.",
    ),
    "denied": (
        [
            claim("a", source="jnim", low=8, high=8),
            claim("b", stance="denies-figure", answers="a"),
        ],
        "Soldiers killed: JNIM says 8, Malian army denies the figure.",
    ),
    "a whole below its part": (
        [
            claim("a", source="jnim", low=3, high=3, victims="people"),
            claim("b", low=9, high=9, victims="civilians"),
        ],
        "Cannot all hold: people killed: JNIM says 3, its parts come to 9 or more, 6 too many"
        " (Malian army says 9 (civilians killed)).",
    ),
    "two at once": (
        [claim("a", low=8, high=8), claim("b", low=9, high=9)],
        "Soldiers killed: Malian army says 8 and also 9, uncorrected.",
    ),
    "no number": (
        [claim("a", stance="vague", stated="heavy losses")],
        "Soldiers killed: Malian army gives no number.",
    ),
    "silence": (
        [claim("a", stance="silence", stated="no toll given")],
        "Soldiers killed: Malian army gives no number.",
    ),
}


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    """What the page says of each case, each on an event of its own."""
    figures, events = [], []
    for at, (claims, _) in enumerate(SENTENCES.values()):
        events.append(event(f"e{at}", name=f"Case {at}"))
        for one in claims:
            answers = {"answers": f"{one['answers']}{at}"} if "answers" in one else {}
            figures.append(one | {"event": f"e{at}", "claim": f"{one['claim']}{at}"} | answers)
    home = ledger_at(
        tmp_path_factory.mktemp("sentences"),
        events=events,
        figures=figures,
        event_parts=[],
        attributions=[],
    )
    told = report_of(home).of("sentences")
    return dict(
        re.findall(r"Case (\d) ML (.*?\.) (?:contested|one-sided|compatible|no figure)", told)
    )


@pytest.mark.parametrize("case", SENTENCES)
def test_an_event_is_told_in_a_sentence(case, sentences):
    _, sentence = SENTENCES[case]
    assert sentences[str(list(SENTENCES).index(case))] == sentence


def test_a_corrected_claim_stands_hollow_before_its_correction(tmp_path):
    figures = [
        claim("a", low=12, high=12, best=12),
        claim("b", low=15, high=15, best=15, supersedes="a", asserted_on="2025-06-04"),
    ]
    told = report_of(ledger_at(tmp_path, figures=figures, attributions=[]))
    rows = [told for tag, told in told.elements if tag == "tr" and "o" in (told.get("class") or "")]
    assert len(rows) == 1
    text = told.of("event-bridge-2025-06-01")
    assert text.index("12, corrected since") < text.index("15 ", text.index("Read in"))
    assert "4 Jun 2025: Malian army corrects 12 to 15 soldiers killed" in text


# options ------------------------------------------------------------------------------------------


def test_the_page_in_french_is_french(told):
    page = Page(told["fr"])
    assert ("html", {"lang": "fr"}) in page.elements
    assert "Divergences" in told["fr"]
    for words in ("alone gives a figure", " apart", "not recorded", "no toll given", "Read in"):
        assert words not in page.of("first") + page.of("sentences") + page.of("reading")
    assert "5 juin 2025" in told["fr"]


def test_a_selection_leaves_the_others_out_and_says_so():
    ledger = reconcile.read(SHIPPED)
    database = reconcile.connect(ledger)
    findings = reconcile.check(ledger, database, expectations=False)
    page = Page(
        reconcile.report(ledger, findings, database, form="html", selection=Selection(country="bf"))
    )
    assert "in Burkina Faso" in page.of("first")
    countries = dict(database.execute("SELECT event, country FROM events").fetchall())
    events = [one[6:] for one in page.ids if one.startswith("event-")]
    assert events and {countries[one] for one in events} == {"BF"}


def test_a_report_as_of_a_day_says_what_is_left_out(tmp_path):
    documents = [*base("documents"), document("bare", published_on="")]
    figures = [
        claim("a", low=8),
        claim("b", low=9, source="jnim", asserted_on="2025-06-04"),
        claim("c", low=7, source="monitors", asserted_on="", document="bare"),
    ]
    ledger = reconcile.read(ledger_at(tmp_path, documents=documents, figures=figures))
    database = reconcile.connect(ledger, "2025-06-03")
    findings = reconcile.check(ledger, database, expectations=False)
    told = Page(reconcile.report(ledger, findings, database, form="html")).of("first")
    assert "1 event, 1 claim," in told
    assert "What had been said by 3 Jun 2025; 1 claim without a date is left out." in told


def test_a_ledger_in_which_nobody_says_anything_still_has_a_page(tmp_path):
    page = report_of(ledger_at(tmp_path, figures=[], attributions=[]))
    assert "0 events, 0 claims" in page.of("first")


@pytest.mark.parametrize("wrong", [{"form": "pdf"}, {"language": "de"}])
def test_another_form_or_language_is_refused(wrong, tmp_path):
    ledger = reconcile.read(ledger_at(tmp_path))
    with pytest.raises(ReconcileError, match="there are"):
        reconcile.report(ledger, reconcile.check(ledger, expectations=False), **wrong)


def test_only_the_web_is_linked_to(tmp_path):
    documents = [
        document("d", url="javascript:alert(1)", archive_url="data:text/html,x"),
        document("e", url="https://example.org/a?b=\"'<c>", archive_url="http://example.net/x"),
    ]
    figures = [claim("a", low=8, document="d"), claim("b", low=9, document="e", source="jnim")]
    told = report_of(ledger_at(tmp_path, documents=documents, figures=figures, attributions=[]))
    outside = [link for link in told.links() if not link.startswith("#")]
    assert outside == ["https://example.org/a?b=%22%27%3Cc%3E", "http://example.net/x"]


def test_an_event_that_only_relays_tell_of_has_its_page(tmp_path):
    figures = [
        claim("root", low=60, best=60, high=60),
        claim("moved", event="market-2025-06-10", repeats="root", document="wire-2025-06-03"),
    ]
    events = [*base("events")]
    told = report_of(ledger_at(tmp_path, figures=figures, events=events, attributions=[]))
    assert "Only relays of what was said of another event." in told.of("sentences")
    assert "Attack on the bridge" in told.of("event-market-2025-06-10")


def test_a_voice_that_speaks_of_one_event_is_not_lost(tmp_path):
    figures = [claim("a", low=8), claim("b", source="crowd", low=7)]
    sources = [*base("sources"), source("crowd", "local", name="People at the bridge")]
    told = report_of(
        ledger_at(
            tmp_path,
            figures=figures,
            sources=sources,
            attributions=[],
            events=[event("bridge-2025-06-01", name="The bridge"), *base("events")[1:]],
        )
    )
    assert "People at the bridge local: The bridge" in told.of("sources")
