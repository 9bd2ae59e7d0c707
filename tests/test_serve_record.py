"""Claims recorded at the pages: what is shown first, what is refused, and what is written once."""

import csv
import html
import re
import sqlite3
import threading
from html.parser import HTMLParser

import pytest
from hostile import TEXTS, TURNING
from ledgers import base, claim, event, ledger_at
from serving import Office

import reconcile
from reconcile.serve.people import Role

ROLES = {"Awa": Role.RECORDER, "Rea": Role.READER, "Ibrahim": Role.REVIEWER}
CLAIM = {
    "document": "gazette-2025-06-02",
    "figures-0-event": "bridge-2025-06-01",
    "figures-0-source": "jnim",
    "figures-0-measure": "killed",
    "figures-0-victims": "soldiers",
    "figures-0-stated": "more than 60 soldiers",
    "figures-0-supersedes": "bridge--jnim--1",
}
DOCUMENT = {
    "documents-0-publisher": "Le Courrier (AFP)",
    "documents-0-title": "Le bilan s'alourdit",
    "documents-0-url": "https://example.org/9",
    "documents-0-published_on": "2025-06-20",
    "documents-0-language": "fr",
}

HOSTILE = [*TEXTS[::100], *TURNING, "=1+1", "::error::stop", "a\r\nSet-Cookie: x=1", "a\x00b"]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A service on which nothing is ever written."""
    told = Office(ledger_at(tmp_path_factory.mktemp("unwritten")), ROLES)
    before = told.files()
    yield told
    assert told.files() == before


@pytest.fixture(scope="module")
def writing(tmp_path_factory):
    """A service on which each test writes claims of its own."""
    return Office(ledger_at(tmp_path_factory.mktemp("written")), ROLES)


@pytest.fixture(scope="module")
def awa(office):
    return office.browser("Awa")


def values(page):
    """The fields of the form on a page as a browser would send them, but for its buttons."""
    form = page.text[page.text.index('<form class="record"') :]
    told = {}
    for tag in re.findall(r"<input [^>]*>", form):
        cells = {name: html.unescape(cell) for name, cell in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if cells.get("type") != "checkbox" or " checked" in tag:
            told[cells["name"]] = cells["value"]
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        told[name] = html.unescape(chosen[1]) if chosen else ""
    return told


def faults(page):
    """The fields that are to be mended, each with the law that is broken there."""
    told = page.text[page.text.index('id="shown"') :]
    told = told[: told.index("</ul>")]
    links = [
        (
            (re.search('href="#([^"]+)"', one) or [None, ""])[1],
            (re.search("<small>([a-z-]+)</small>", one) or [None, ""])[1],
        )
        for one in told.split("<li>")[1:]
    ]
    assert links
    return set(links)


def opened(browser, **more):
    """The fields of an empty form, with `more` in them."""
    return values(browser.get("/record")) | {"csrf": browser.csrf} | more


def shown(browser, **more):
    """The page that tells what would be recorded."""
    told = browser.post("/record", data=opened(browser, **more) | {"do": "preview"})
    assert told.status_code == 200, faults(told)
    return told


def save(browser, page, do="submitted", **more):
    """Send the form of a page to be saved."""
    because = {"because": "Read in the paper", "do": do}
    return browser.post("/record", data=values(page) | because | more)


def acts(office, claim):
    """What was done with a claim, by the journal."""
    return [one["act"] for one in rows(office, "journal") if one["claim"] == claim]


def of(measure, victims):
    """A claim of JNIM that corrects nothing."""
    cell = {"figures-0-measure": measure, "figures-0-victims": victims}
    return CLAIM | cell | {"figures-0-supersedes": ""}


def rows(office, table):
    path = office.home / "claims" / f"{table}.csv"
    return list(csv.DictReader(path.open(encoding="utf-8")))


def test_the_form_is_for_recorders_who_are_signed_in(office, awa):
    page = awa.get("/record")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "private, no-store"
    nobody = office.browser().get("/record")
    assert nobody.status_code == 303 and nobody.headers["Location"].startswith("/sign-in")
    rea = office.browser("Rea")
    assert rea.get("/record").status_code == 403
    assert "/record" not in rea.get("/events/bridge-2025-06-01").text
    for path in ("/record/known?table=events", "/record/reading?stated=40"):
        assert rea.get(path).status_code == 403
        assert office.browser().get(path).status_code == 303


def test_nothing_is_sent_without_the_session_and_its_mark(office, awa):
    fields = opened(awa, **CLAIM) | {"do": "preview"}
    assert awa.post("/record", data=fields | {"csrf": "0" * 64}).status_code == 403
    assert awa.post("/record", data=fields | {"csrf": ""}).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert awa.post("/record", data=fields, headers=elsewhere).status_code == 403
    assert office.browser().post("/record", data=fields).status_code == 403
    rea = office.browser("Rea")
    assert rea.post("/record", data=fields | {"csrf": rea.csrf}).status_code == 403
    assert awa.post("/record", data=fields | {"key": "short"}).status_code == 422


def test_a_page_fills_in_what_it_is_of(awa):
    event = awa.get("/events/bridge-2025-06-01").text
    assert 'href="/record?event=bridge-2025-06-01"' in event
    assert 'href="/record?source=jnim"' in awa.get("/sources/jnim").text
    told = values(
        awa.get("/record?event=bridge-2025-06-01&source=jnim&document=gazette-2025-06-02")
    )
    assert told["figures-0-event"] == "bridge-2025-06-01"
    assert told["figures-0-source"] == "jnim"
    assert told["document"] == "gazette-2025-06-02"


def test_the_reading_and_the_conflict_are_shown_before_anything_is_saved(awa):
    page = shown(awa, **CLAIM)
    text = re.sub(r"<[^>]+>", "", page.text)
    assert "Read as 61 or more." in text
    assert "Soldiers killed: Malian army says 34, JNIM says 61 or more; 27 apart." in text
    assert "new: Malian army says 34, JNIM says 61 or more, 27 apart" in text
    assert "32 to 36 between 32 and 36 soldiers" in text
    told = values(page)
    assert told["figures-0-claim"] == "bridge-2025-06-01--jnim--killed--soldiers"
    french = awa.post("/record?language=fr", data=told | {"do": "preview"}).text
    assert "Lu comme 61 ou plus." in french and 'lang="fr"' in french


def test_who_speaks_already_in_the_cell_is_asked_whether_that_is_a_correction(awa):
    page = shown(awa, **CLAIM | {"figures-0-supersedes": ""})
    assert "name it under “Corrects these claims”: bridge--jnim--1" in page.text
    assert "name it under" not in shown(awa, **CLAIM).text


def test_a_name_stands_for_its_id_and_a_misspelt_one_is_offered_the_nearest(awa):
    named = CLAIM | {"figures-0-event": "attack on the Bridge", "figures-0-source": "JNIM"}
    told = values(shown(awa, **named))
    assert (told["figures-0-event"], told["figures-0-source"]) == ("bridge-2025-06-01", "jnim")
    wrong = CLAIM | {"figures-0-event": "Atack on the brige", "figures-0-source": "jnmi"}
    page = awa.post("/record", data=opened(awa, **wrong) | {"do": "preview"})
    assert page.status_code == 422
    assert faults(page) == {
        ("figures-0-event", "unknown-reference"),
        ("figures-0-source", "unknown-reference"),
    }
    assert "did you mean Attack on the bridge (bridge-2025-06-01)?" in page.text
    assert "did you mean jnim?" in page.text


def test_fields_are_completed_from_ids_and_names(awa):
    told = awa.get("/record/known", params={"table": "events", "text": "BRIDGE"}).json()
    assert told == [["bridge-2025-06-01", "Attack on the bridge"]]
    told = awa.get("/record/known", params={"table": "documents", "text": "day after"}).json()
    assert [one for one, _ in told] == ["wire-2025-06-03"]
    asked = {"table": "figures", "text": "army", "event": "bridge-2025-06-01"}
    told = awa.get("/record/known", params=asked).json()
    assert ["bridge--army--1", "Malian army: 31 soldiers"] in told
    assert all("--army--" in one for one, _ in told)
    assert awa.get("/record/known", params={"table": "journal"}).status_code == 422


def test_words_are_read_in_the_language_of_their_document(awa):
    def read(**asked):
        return awa.get("/record/reading", params=asked).json()["reading"]

    assert read(stated="une soixantaine", language="fr") == "Read as 55 to 65."
    assert read(stated="jusqu'à 44", language="fr", spoken="fr") == "Lu comme jusqu'à 44."
    assert read(stated="blah") == "These words are not understood; the coder’s numbers serve."
    assert read(stated="no toll given") == "Read as: no toll given."
    assert read(stated="<script>", document="gazette-2025-06-02").startswith("These words")
    assert read() == ""


def test_a_claim_more_or_less_comes_back_with_all_that_was_typed(awa):
    typed = CLAIM | DOCUMENT | {"because": "So it is", "figures-0-note": "é “x” <b>"}
    page = awa.post("/record", data=opened(awa, **typed) | {"do": "more"})
    told = values(page)
    assert typed.items() <= told.items()
    assert told["figures-1-event"] == "bridge-2025-06-01" and told["figures-1-stated"] == ""
    assert "Take out claim 2" in page.text and "Submit to review" not in page.text
    second = told | {"figures-1-stated": "12 civilians", "do": "drop-0"}
    told = values(awa.post("/record", data=second))
    assert told["figures-0-stated"] == "12 civilians" and "figures-1-stated" not in told
    told = values(awa.post("/record", data=told | {"do": "drop-0"}))
    assert told["figures-0-stated"] == "12 civilians"


def test_faults_of_three_fields_come_back_at_once_beside_them(awa):
    typed = CLAIM | {
        "document": "",
        "documents-0-publisher": "Wire",
        "documents-0-published_on": "2025-02-30",
        "figures-0-victims": "soldier",
        "figures-0-low": "9",
        "figures-0-high": "3",
        "figures-0-asserted_on": "03/04/2025",
        "figures-0-repeats": "bridge--jnmi--1",
        "figures-0-supersedes": "bridge--army--1",
        "events-0-name": "Elsewhere",
        "events-0-country": "mali",
    }
    page = awa.post("/record", data=opened(awa, **typed) | {"do": "preview"})
    assert page.status_code == 422
    assert faults(page) == {
        ("documents-0-title", "empty-required-cell"),
        ("documents-0-published_on", "date-impossible"),
        ("events-0-starts_on", "empty-required-cell"),
        ("events-0-date_precision", "empty-required-cell"),
        ("events-0-country", "malformed-country"),
        ("figures-0-victims", "unknown-reference"),
        ("figures-0-low", "reversed-interval"),
        ("figures-0-asserted_on", "date-ambiguous"),
        ("figures-0-repeats", "unknown-reference"),
        ("figures-0-supersedes", "supersedes-another-source"),
    }
    told = values(page)
    assert typed.items() <= told.items()
    for field, _ in faults(page):
        assert f'id="wrong-{field}"' in page.text
    assert "Submit to review" not in page.text


def test_a_known_and_a_new_document_are_one_too_many(awa):
    page = awa.post("/record", data=opened(awa, **CLAIM | DOCUMENT) | {"do": "preview"})
    assert faults(page) == {("document", "")}


def test_an_empty_form_says_what_is_asked(awa):
    page = awa.post("/record?language=fr", data=opened(awa) | {"do": "preview"})
    fields = ("document", *(f"figures-0-{one}" for one in ("event", "source", "measure")))
    fields += ("figures-0-victims", "figures-0-stated")
    assert faults(page) == {(field, "empty-required-cell") for field in fields}
    assert "6 choses sont à corriger" in page.text


class Tags(HTMLParser):
    """Every tag of a page with the names of its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page.text)

    def handle_starttag(self, tag, attributes):
        self.found.add((tag, *sorted(name for name, _ in attributes)))


def everywhere(browser, text):
    """The form with `text` in every field, sent; and the fields."""
    empty = opened(browser)
    names = [name for name in empty if name not in ("csrf", "key")]
    typed = {name: text for name in names}
    return browser.post("/record", data=empty | typed | {"do": "preview"}), names


@pytest.fixture(scope="module")
def harmless(awa):
    """The tags of a form that is full of what is no harm and breaks a law."""
    return set().union(*(Tags(everywhere(awa, one)[0]).found for one in ("zz!", "z\x01z")))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field_is_shown_as_text_and_changes_nothing(text, awa, harmless):
    page, names = everywhere(awa, text)
    assert page.status_code == 422
    told = values(page)
    one_line = "".join(" " if ord(one) < 32 or one == "\u2028" else one for one in text).strip()
    assert {told[name] for name in names} == {one_line}
    assert Tags(page).found <= harmless
    assert page.text.count("<script>") == 1


def test_a_claim_with_a_new_document_event_and_source_is_recorded(writing):
    awa = writing.browser("Awa")
    fields = DOCUMENT | {
        "events-0-name": "Attack on a mine",
        "events-0-place": "Kéniéba, mine",
        "events-0-starts_on": "2025-06-18",
        "events-0-date_precision": "day",
        "events-0-country": "ML",
        "sources-0-name": "Mayor of Kéniéba",
        "sources-0-side": "local",
        "sources-0-collective": "yes",
        "document": "",
        "figures-0-measure": "killed",
        "figures-0-victims": "civilians",
        "figures-0-stated": "une soixantaine de civils",
    }
    page = shown(awa, **fields)
    assert "Read as 55 to 65." in page.text
    answer = save(awa, page)
    assert answer.status_code == 303, faults(answer)
    claim = "kenieba-2025-06-18--mayor-of-kenieba--killed--civilians"
    assert answer.headers["Location"] == f"/review/{claim}"
    assert rows(writing, "events")[-1]["event"] == "kenieba-2025-06-18"
    document = rows(writing, "documents")[-1]
    assert document["document"] == "le-courrier-kenieba-2025-06-20"
    assert document["publisher"] == "Le Courrier (AFP)" and document["language"] == "fr"
    source = rows(writing, "sources")[-1]
    assert (source["source"], source["collective"]) == ("mayor-of-kenieba", "yes")
    figure = rows(writing, "figures")[-1]
    assert (figure["claim"], figure["document"]) == (claim, document["document"])
    act = rows(writing, "journal")[-1]
    assert (act["claim"], act["act"], act["by"]) == (claim, "submitted", "Awa")
    ledger = reconcile.read(writing.home)
    assert ledger.findings == () and claim in list(ledger.withheld["claim"])


def test_an_id_that_the_laws_allow_is_no_hindrance(awa):
    """Two hyphens in an id, or more than sixty characters, are lawful."""
    for identity in ("djibo--2025", "x" * 70):
        fields = {"events-0-event": identity, "events-0-name": "A", "events-0-country": "ML"}
        fields |= {"events-0-starts_on": "2025-06-18", "events-0-date_precision": "day"}
        fields |= {"figures-0-event": identity, "figures-0-supersedes": ""}
        page = shown(awa, **CLAIM | fields)
        assert f"{identity}--jnim--killed--soldiers" in page.text


def test_several_claims_of_one_document_are_recorded_together_as_drafts(writing):
    awa = writing.browser("Awa")
    page = awa.post("/record", data=opened(awa, **of("killed", "civilians")) | {"do": "more"})
    more = values(page) | {"figures-1-victims": "civilians", "figures-1-stated": "61 to 70"}
    page = awa.post("/record", data=more | {"do": "preview"})
    first = "bridge-2025-06-01--jnim--killed--civilians"
    assert values(page)["figures-1-claim"] == f"{first}--2"
    answer = save(awa, page, "draft")
    assert answer.status_code == 303, faults(answer)
    told = awa.get(answer.headers["Location"])
    assert told.status_code == 200
    assert [f'href="/review/{one}"' in told.text for one in (first, f"{first}--2")] == [True, True]
    assert acts(writing, first) == acts(writing, f"{first}--2") == ["draft"]
    assert {one["document"] for one in rows(writing, "figures")[-2:]} == {"gazette-2025-06-02"}
    assert awa.get("/recorded?claims=nothing").status_code == 404


def test_nothing_is_saved_that_was_not_shown(writing):
    awa = writing.browser("Awa")
    before = writing.files()
    page = awa.post(
        "/record",
        data=opened(awa, **of("killed", "people"))
        | {"do": "submitted", "because": "Read", "seen": ""},
    )
    assert page.status_code == 200 and "Nothing is written yet" in page.text
    changed = save(awa, page, **{"figures-0-stated": "more than 70 soldiers"})
    assert changed.status_code == 200 and "71 or more" in changed.text
    unfounded = save(awa, changed, because="")
    assert unfounded.status_code == 422
    assert faults(unfounded) == {("because", "empty-required-cell")}
    assert faults(save(awa, changed, because="x" * 1001)) == {("because", "cell-too-long")}
    assert writing.files() == before
    assert save(awa, unfounded).status_code == 303
    assert rows(writing, "figures")[-1]["stated"] == "more than 70 soldiers"


def test_a_form_sent_twice_writes_once(writing):
    awa = writing.browser("Awa")
    page = shown(awa, **of("wounded", "soldiers"))
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(save(awa, page))) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["Location"] for one in answers}) == 1
    assert acts(writing, values(page)["figures-0-claim"]) == ["submitted"]
    written = writing.files()
    assert save(awa, page).headers["Location"] == answers[0].headers["Location"]
    with sqlite3.connect(writing.home / ".reconcile" / "answers.sqlite3") as database:
        database.execute("UPDATE answer SET body = NULL")
    assert save(awa, page).headers["Location"] == answers[0].headers["Location"]
    again = save(awa, page, because="For another reason")
    assert again.status_code == 422 and "was sent before" in again.text
    assert values(again)["key"] != values(page)["key"]
    assert writing.files() == written


def test_a_law_that_was_kept_when_it_was_shown_may_be_broken_when_it_is_saved(writing):
    awa, ibrahim = writing.browser("Awa"), writing.browser("Ibrahim")
    cell = of("wounded", "civilians")
    mine, theirs = shown(awa, **cell), shown(ibrahim, **cell)
    assert save(ibrahim, theirs).status_code == 303
    page = save(awa, mine)
    assert page.status_code == 422
    assert faults(page) == {("figures-0-claim", "duplicate-id")}
    other = shown(awa, **cell | {"figures-0-stated": "12"})
    assert values(other)["figures-0-claim"] == values(mine)["figures-0-claim"] + "--2"
    assert acts(writing, values(mine)["figures-0-claim"]) == ["submitted"]


def test_a_claim_goes_to_the_file_of_the_year_of_its_event(tmp_path):
    events = [*base("events"), event("mine-2024-05-01", starts_on="2024-05-01")]
    files = {"2024": [claim("a", event="mine-2024-05-01")], "2026": []}
    home = ledger_at(tmp_path, figures=files, events=events)
    office = Office(home, ROLES)
    awa = office.browser("Awa")
    page = awa.post("/record", data=opened(awa, **CLAIM) | {"do": "more"})
    told = values(page) | {"figures-0-event": "mine-2024-05-01", "figures-0-supersedes": ""}
    told |= {"figures-1-victims": "soldiers", "figures-1-stated": "40", "do": "preview"}
    assert save(awa, awa.post("/record", data=told)).status_code == 303
    assert [one["event"] for one in rows(office, "figures/2024")][1:] == ["mine-2024-05-01"]
    assert [one["event"] for one in rows(office, "figures/2026")] == ["bridge-2025-06-01"]
    body = {
        "because": "Read",
        "figures": [claim("b", event="mine-2024-05-01", source="jnim", stated="50")],
    }
    token = {"Authorization": f"Bearer {office.tokens['Awa']}", "Idempotency-Key": "one-of-them"}
    answer = awa.post("/v1/claims", json=body, headers=token)
    assert answer.json()["claims"] == [{"claim": "b", "file": "claims/figures/2024.csv", "line": 4}]


def test_a_column_that_the_file_does_not_have_is_not_asked_for(awa):
    told = values(awa.get("/record"))
    assert "documents-0-archive_url" not in told and "documents-0-origin" in told
    typed = CLAIM | DOCUMENT | {"document": "", "documents-0-archive_url": "https://example.org/a"}
    page = awa.post("/record", data=opened(awa, **typed) | {"do": "preview"})
    assert page.status_code == 422 and "the header has no column archive_url" in page.text


def test_only_the_form_may_run_its_script(awa):
    policy = awa.get("/record").headers["Content-Security-Policy"]
    assert re.search(r"script-src 'sha256-[\w+/=]+'; connect-src 'self';", policy)
    other = awa.get("/events/bridge-2025-06-01")
    assert "script-src" not in other.headers["Content-Security-Policy"]
    assert "<script" not in other.text
