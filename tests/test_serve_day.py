"""A whole day in a browser: found, compared, recorded, reviewed, counted and taken back.

RECONCILE_PHOTOGRAPHS in the environment names a folder in which the pages are photographed.
"""

import csv
import os
import re
from pathlib import Path

import pytest
from commands import reconcile
from hostile import TEXTS
from ledgers import ledger_at
from serving import Office, listening
from test_browser import OPEN, OUTSIDE, STANDARD, WIDTHS, Heard

from reconcile.serve.manners import Manners
from reconcile.serve.people import Role

pytestmark = pytest.mark.untraced

PHOTOGRAPHS = os.environ.get("RECONCILE_PHOTOGRAPHS")
ROLES = {"Awa": Role.RECORDER, "Ibrahim": Role.REVIEWER, "Fatou": Role.REVIEWER}
EVENT, SOURCE, DOCUMENT = "bridge-2025-06-01", "jnim", "gazette-2025-06-02"
CLAIM = f"{EVENT}--{SOURCE}--killed--soldiers"
WORDS = "more than 60 soldiers"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A service of a small ledger on this machine; `address` is where."""
    told = Office(ledger_at(tmp_path_factory.mktemp("desk")), ROLES)
    wrapped = Manners(told.app, ["127.0.0.1"], lambda line: None, lambda: "now")
    with listening(wrapped) as told.address:
        yield told


@pytest.fixture
def signed(browser, desk):
    """Opens a page at which somebody is signed in; closed at the end."""
    contexts = []

    def sign(who, width="laptop", **more):
        size = {"width": WIDTHS[width], "height": 900}
        contexts.append(browser.new_context(viewport=size, **more))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.goto(desk.address + "/sign-in")
        page.get_by_label("Token").fill(desk.tokens[who])
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.get_by_text(re.compile(f"{who}, ")).wait_for()
        return page

    yield sign
    for context in contexts:
        context.close()


def record(page, words):
    """Fill the form for the claim and look at what it would change."""
    page.get_by_label("A known document").fill(DOCUMENT)
    page.get_by_label("Source", exact=True).fill(SOURCE)
    page.locator("#figures-0-measure").select_option("killed")
    page.locator("#figures-0-victims").select_option("soldiers")
    page.get_by_label("Words for the figure").press_sequentially(words)


def look(page):
    page.get_by_role("button", name="Show the reading and the conflicts").click()


def do(page, act, because):
    """Act on the claim whose review is open, with a reason."""
    page.get_by_label("Why").fill(because)
    page.get_by_role("button", name=act).click()
    page.wait_for_load_state()


def photograph(page, name):
    if PHOTOGRAPHS:
        Path(PHOTOGRAPHS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PHOTOGRAPHS) / f"{name}.png", full_page=True)


def counted(home):
    """The claims of the event in a report of the workspace."""
    told = reconcile("report", str(home), "--no-expectations", "-o", str(home / "report.md"))
    assert told.returncode == 0, told.stderr
    return (home / "report.md").read_text("utf-8")


@pytest.mark.untraced
def test_a_whole_day(desk, signed):
    awa = signed("Awa")
    awa.get_by_role("link", name="Events", exact=True).click()
    awa.get_by_label("Id or name").fill("bridge")
    awa.get_by_role("button", name="Find").click()
    awa.locator("#sentences a", has_text="Attack on the bridge").first.click()
    awa.get_by_role("link", name="Compare", exact=True).click()
    awa.get_by_label("One source or side").fill("army")
    awa.get_by_label("The other").fill(SOURCE)
    awa.get_by_role("button", name="Compare").click()
    assert "Attack on the bridge" in awa.locator("table.beside").inner_text()
    awa.goto(f"{desk.address}/events/{EVENT}")
    awa.get_by_role("link", name="Record a claim on this event").click()
    record(awa, WORDS)
    awa.evaluate(OPEN)
    awa.locator("#figures-0-supersedes").press_sequentially("jnim")
    completed = "#known-figures:not(:has(option[value='bridge--army--1']))"
    awa.locator(f"{completed} option[value='bridge--jnim--1']").wait_for(state="attached")
    awa.locator("#figures-0-supersedes").fill("bridge--jnim--1")
    reading = awa.locator("#reading-0")
    reading.get_by_text("Read as 61 or more.").wait_for()
    look(awa)
    shown = awa.locator("#shown")
    shown.get_by_text("Would be read as: 61 or more").wait_for()
    conflict = "new: Malian army says 34, JNIM says 61 or more, 27 apart"
    assert conflict in shown.locator(".conflicts").inner_text()
    photograph(awa, "day-shown")
    before = desk.files()
    awa.get_by_label("Why it is recorded").fill("Said in a communiqué")
    awa.get_by_role("button", name="Submit to review").click()
    awa.wait_for_url(f"**/review/{CLAIM}")
    assert desk.files() != before

    ibrahim = signed("Ibrahim")
    ibrahim.get_by_role("link", name="Review", exact=True).click()
    ibrahim.locator(f'a[href="/review/{CLAIM}"]').click()
    photograph(ibrahim, "day-review")
    do(ibrahim, "Return", "Which page says so?")
    awa.goto(f"{desk.address}/review/{CLAIM}")
    assert "Which page says so?" in awa.locator("main").inner_text()
    do(awa, "Submit", "Page 4")
    ibrahim.goto(f"{desk.address}/review/{CLAIM}")
    do(ibrahim, "Accept", "As printed")

    with (desk.home / "claims" / "figures.csv").open(encoding="utf-8") as file:
        (line,) = (row for row in csv.DictReader(file) if row["claim"] == CLAIM)
    assert (line["stated"], line["document"]) == (WORDS, DOCUMENT)
    assert WORDS in counted(desk.home)
    awa.goto(f"{desk.address}/events/{EVENT}")
    assert WORDS in awa.locator("main").inner_text()

    fatou = signed("Fatou")
    fatou.goto(f"{desk.address}/review/{CLAIM}")
    do(fatou, "Retract, for good", "The communiqué was forged")
    fatou.goto(f"{desk.address}/claims/{CLAIM}")
    tombstone = fatou.locator("main").inner_text()
    assert "The communiqué was forged" in tombstone and "retracted" in tombstone.lower()
    photograph(fatou, "day-tombstone")
    assert WORDS not in counted(desk.home)
    fatou.goto(f"{desk.address}/events/{EVENT}")
    assert WORDS not in fatou.locator("main").inner_text()


@pytest.mark.untraced
@pytest.mark.parametrize(("width", "language"), [("phone", "fr"), ("laptop", "en")])
def test_the_form_is_whole_and_axe_finds_nothing(width, language, signed, desk):
    from axe_playwright_python.sync_playwright import Axe

    page = signed("Awa", width, bypass_csp=True)
    heard = Heard()
    heard.listen(page)
    page.goto(f"{desk.address}/record?event={EVENT}&language={language}")
    for name in ("empty", "faults"):
        page.evaluate(OPEN)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
        assert page.evaluate(OUTSIDE) == []
        asked = {"runOnly": {"type": "tag", "values": STANDARD}}
        told = Axe().run(page, options=asked).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in told] == []
        photograph(page, f"record-{name}-{width}-{language}")
        page.locator("form.record button[value=preview]").last.click()
        page.get_by_role("alert").wait_for()
    assert [one for one in heard if "422" not in one[1]] == []


def test_hostile_text_runs_nothing_in_the_browser(signed, desk):
    page = signed("Awa")
    page.goto(f"{desk.address}/record")
    page.evaluate(
        """(texts) => [...document.querySelectorAll("form.record input:not([type=hidden])")]
          .forEach((one, at) => {
            if (one.type === "checkbox") return;
            one.type = "text";
            one.value = texts[at * 9 % texts.length];
            one.dispatchEvent(new Event("input", { bubbles: true }));
          })""",
        TEXTS,
    )
    page.locator("#reading-0", has_text=re.compile("[a-z]")).wait_for()
    look(page)
    page.get_by_role("alert").wait_for()
    page.mouse.move(300, 300)
    assert page.evaluate("window.harm") is None
    assert page.locator("form.record").count() == 1


def test_the_form_is_sent_by_the_keyboard_and_without_a_script(signed, desk):
    page = signed("Awa", java_script_enabled=False)
    page.goto(f"{desk.address}/record?event={EVENT}&source=jnim&document={DOCUMENT}")
    page.locator("#figures-0-measure").select_option("killed")
    page.locator("#figures-0-victims").select_option("soldiers")
    page.locator("#figures-0-stated").fill("mehr als 300")
    page.keyboard.press("Enter")
    page.locator("section#shown").wait_for()
    assert page.url.endswith("#shown")
    assert page.locator("#reading-0").inner_text().strip() == "Read as 301 or more."
    page.get_by_role("button", name="One more claim").click()
    page.locator("#claim-2").wait_for()
    assert page.locator("#figures-0-stated").input_value() == "mehr als 300"
