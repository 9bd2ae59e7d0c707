"""What the forges and their CI get: valid by its schema, within its limits, harmless."""

import gzip
import json
import random
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from ledgers import BASE, base, claim, ledger_at
from markdown_it import MarkdownIt

import reconcile
from reconcile.escape import forge, log, uri, xml
from reconcile.finding import Address, Finding, Findings, Rule, Severity, Text
from reconcile.formats import FORMATS, github, markdown, render, sarif
from reconcile.formats.run import Checked, Run

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
QUALITY = json.loads((SCHEMAS / "code-quality.json").read_text("utf-8"))
JUNIT = xmlschema.XMLSchema(SCHEMAS / "junit-10.xsd")
GOLDEN = Path(__file__).parent / "golden"

PIECES = [
    *("::error::gone", "::set-output name=a::b", "##[error]gone", "##[add-mask]a", "%0A::error::"),
    *("##vso[task.setvariable variable=a]b", "::stop-commands::", "%25", "\n", "\r\n", "\n::w::"),
    *("\x1b[2J", "\x1b]8;;https://example.org\x07", "\x00", "\x85", "\u2028", "\u202e", "\ufffe"),
    *(
        "<b>",
        "</failure>",
        "]]>",
        "<!--",
        "&amp;",
        "&#x1b;",
        '"',
        "'",
        "\\",
        "{0}",
        "{x}",
        "[a](b)",
    ),
    *("@everyone", "@org/team", "#12", "!7", "org/repo#3", "GH-4", "https://example.org/1"),
    *("www.a.b", "|", "`", "**", "\t", ",", ";", "=1+1", "ما لا يقل", "près de", "40", " "),
    *("\ud83d", "\U0001f480"),
]


def hostile_texts(count):
    """Texts of one to six hostile pieces, the same every time."""
    dice = random.Random(7)
    return ["".join(dice.choices(PIECES, k=dice.randint(1, 6))) for _ in range(count)]


def finding(
    text, severity=Severity.ERROR, line=2, name="a-rule", file="claims/figures.csv", also=()
):
    told = Text("{value}", "{value}")
    rule = Rule(name, severity, told, told, told, told)
    return Finding(rule, "figures", (text,), Address(file, line), {"value": text}, also)


@pytest.fixture(scope="module")
def lawful():
    return reconcile.read(BASE)


def run_of(ledger, found, **more):
    return Run((Checked(ledger, Findings.of(found), **more),))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A ledger whose claims, sources and file names are a thousand hostile texts, checked."""
    texts = [one.encode("utf-8", "ignore").decode() for one in hostile_texts(1000)]
    figures = [claim(f"c{at}", stated=text, note=text, low=at) for at, text in enumerate(texts)]
    sources = [*base("sources"), *({"source": text, "name": text} for text in texts[:300])]
    home = tmp_path_factory.mktemp("hostile")
    ledger_at(home, figures={"::error::%0A@x": figures}, sources=sources)
    ledger = reconcile.read(home)
    return Run((Checked(ledger, reconcile.check(ledger)),))


def commands(told):
    """The workflow commands that a runner of GitHub or Azure sees in a log, as (name, rest)."""
    found = []
    for line in re.split(r"\r\n|[\n\r]", told):
        if line.lstrip().startswith("::"):
            name, _, rest = line.lstrip()[2:].partition("::")
            found.append((name.partition(" ")[0], name.partition(" ")[2], rest))
        elif re.search(r"##(\[|vso\[)", line, re.I):
            found.append(("legacy", "", line))
    return found


def steering(text):
    """The characters of a text that steer a terminal or turn its direction."""
    kept = "\n"
    return [
        one
        for one in text
        if one not in kept
        and (unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") or one in "\u202e\u2066\u2067")
    ]


# Schemas


@pytest.mark.parametrize("name", ["base", "wrong-en", "wrong-fr"])
def test_sarif_is_valid_by_its_schema(name):
    jsonschema.validate(json.loads((GOLDEN / f"{name}.sarif").read_text("utf-8")), SARIF)


@pytest.mark.parametrize("name", ["base", "wrong-en", "wrong-fr"])
def test_junit_is_valid_by_its_schema(name):
    JUNIT.validate(GOLDEN / f"{name}.junit")


@pytest.mark.parametrize("name", ["base", "wrong-en", "wrong-fr"])
def test_code_quality_has_every_field_that_gitlab_documents(name):
    jsonschema.validate(json.loads((GOLDEN / f"{name}.gitlab").read_text("utf-8")), QUALITY)


def test_the_schemas_refuse_what_is_wrong():
    document = json.loads((GOLDEN / "wrong-en.sarif").read_text("utf-8"))
    document["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SARIF)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"description": "a"}], QUALITY)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        JUNIT.validate("<testsuites><testcase/></testsuites>")


def test_every_format_tells_every_finding_with_its_fingerprint_and_place(hostile):
    count = len(hostile.items)
    assert count > 1000
    (run,) = json.loads(render("sarif", hostile))["runs"]
    prints = sorted(one.finding.fingerprint for one in hostile.items)
    assert sorted(one["partialFingerprints"]["reconcile/v1"] for one in run["results"]) == prints
    marks = {one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]}
    assert len(marks) == count
    quality = json.loads(render("gitlab", hostile))
    assert {one["fingerprint"] for one in quality} == marks
    places = {(one["location"]["path"], one["location"]["lines"]["begin"]) for one in quality}
    locations = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert places == {
        (unquote(one["artifactLocation"]["uri"]), one["region"]["startLine"]) for one in locations
    }
    assert {one["ruleId"] for one in run["results"]} == {
        one["id"] for one in run["tool"]["driver"]["rules"]
    }
    for one in run["results"]:
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]


# Hostile texts


def test_a_thousand_hostile_texts_are_valid_sarif_and_code_quality(hostile):
    told = render("sarif", hostile)
    assert told.isascii()
    jsonschema.validate(json.loads(told), SARIF)
    jsonschema.validate(json.loads(render("gitlab", hostile)), QUALITY)


def test_a_thousand_hostile_texts_are_valid_xml(hostile):
    told = render("junit", hostile)
    JUNIT.validate(told)
    cases = ElementTree.fromstring(told).findall(".//testcase")
    told_of = [one for one in cases if len(one)]
    assert len(told_of) == len(hostile.items)
    assert {child.tag for case in told_of for child in case} == {"failure", "skipped"}


def test_a_thousand_hostile_texts_are_no_workflow_command(hostile):
    assert commands(render("text", hostile)) == []
    found = commands(render("github", hostile))
    assert [name for name, *_ in found if name not in ("error", "warning", "notice")] == [
        "group",
        "endgroup",
    ]
    assert len(found) <= 3 * github.SHOWN + 2
    for name, properties, _ in found:
        if name in ("error", "warning"):
            keys = [one.partition("=")[0] for one in properties.split(",")]
            assert keys == ["file", "line", "title"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_thousand_hostile_texts_steer_no_terminal(hostile, name):
    assert steering(render(name, hostile)) == []


WAKING = re.compile(r"[@!#~$]\w|://\w|www\.\w|\bgh-\d", re.I)


def test_a_thousand_hostile_texts_ping_nobody_and_leave_no_cell(hostile):
    page = MarkdownIt("gfm-like", {"linkify": False}).enable("table")
    tokens = page.parse(render("markdown", hostile))
    rows = [one for one in tokens if one.type == "tr_open"]
    cells = [tokens[at + 1] for at, one in enumerate(tokens) if one.type == "td_open"]
    assert len(cells) == 2 * (len(rows) - 2) + len({one.finding.rule.name for one in hostile.items})
    for cell in cells:
        assert {one.type for one in cell.children} <= {"text", "code_inline"}
        shown = "".join(one.content for one in cell.children if one.type == "text")
        assert not WAKING.search(shown), shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("34 soldiers", "34 soldiers"),
        ("::error::x", "\\::error::x"),
        ("  ::error::x", "\\  ::error::x"),
        ("a ::error::x", "a ::error::x"),
        ("a ##[error]x", "a #\\#[error]x"),
        ("###[group]", "##\\#[group]"),
        ("##VSO[task]", "#\\#VSO[task]"),
        ("## head", "## head"),
        ("\n::error::", "\\n::error::"),
    ],
)
def test_a_log_shows_what_would_be_a_command(text, shown):
    assert log(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("34 soldiers, 50 % of 68", "34 soldiers, 50 % of 68"),
        ("@someone", "\\@&#8203;someone"),
        ("org/repo#12", "org/repo\\#&#8203;12"),
        ("&1 %2", "&amp;&#8203;1 %&#8203;2"),
        ("https://a.b", "https://&#8203;a.b"),
        ("<@x>", "&lt;\\@&#8203;x&gt;"),
    ],
)
def test_a_forge_is_told_of_nobody(text, shown):
    assert forge(text) == shown


@pytest.mark.parametrize(
    "path", ["claims/figures/2025.csv", "a b/é?#%/ما.csv", "::error::%0A@x.csv"]
)
def test_a_path_is_a_reference_that_reads_back(path):
    assert re.fullmatch(r"[\w.~%/-]+", uri(path), re.A)
    assert unquote(uri(path)) == path


def test_no_character_that_xml_forbids_is_left():
    forbidden = [*map(chr, range(32)), "\ufffe", "\uffff", "\ud800", "\x7f"]
    for one in forbidden:
        assert ElementTree.fromstring(f"<a>{xml(f'x{one}y')}</a>").text.startswith("x\\")
    assert xml("é <b> 𝟘") == "é <b> 𝟘"


def test_brackets_and_braces_of_a_claim_are_no_link_and_no_placeholder(lawful):
    told = json.loads(render("sarif", run_of(lawful, [finding("[a](b) {0} \\")])))
    assert told["runs"][0]["results"][0]["message"]["text"] == "\\[a\\](b) {{0}} \\\\"


# Limits

MANY = [
    finding(f"{severity} {at}", severity, line=at + 2)
    for at in range(14)
    for severity in Severity
]  # fmt: skip


def test_github_gets_as_many_annotations_as_it_shows_and_the_rest_is_counted(lawful):
    told = render("github", run_of(lawful, MANY))
    found = commands(told)
    kinds = [name for name, *_ in found]
    assert {kind: kinds.count(kind) for kind in ("error", "warning", "notice")} == {
        "error": 10,
        "warning": 10,
        "notice": 10,
    }
    left = [rest for name, _, rest in found if name == "notice"][-1]
    assert left == (
        "13 of 42 findings are not annotated: 13 because GitHub shows 10 of a kind. "
        "All of them stand in the log."
    )
    for one in MANY:
        assert f"claims/figures.csv:{one.at.line}: {one.severity}: {one.message} [a-rule]" in told


def test_nothing_in_a_text_ends_a_workflow_command_or_adds_to_it(lawful):
    told = finding("50%0A::error::x, a: b", name="a-rule", file="claims/a,line=9:%0A.csv")
    lines = render("github", run_of(lawful, [told])).splitlines()
    assert lines[0] == (
        "::error file=claims/a%2Cline=9%3A%250A.csv,line=2,title=a-rule::50%250A::error::x, a: b"
    )


def test_github_says_nothing_of_what_is_left_out_where_nothing_is(lawful):
    few = [one for one in MANY if one.at.line < 11]
    told = render("github", run_of(lawful, few))
    assert "not annotated" not in told
    assert len([1 for name, *_ in commands(told) if name.endswith(("error", "ing", "ice"))]) == 27


def test_github_annotates_what_the_change_touched_and_counts_the_rest(lawful):
    rests = finding("rests", line=30, also=(Address("claims/figures.csv", 4),))
    other = finding("other", line=31)
    whole = finding("whole file", file="claims/events.csv", line=0)
    changed = {"claims/figures.csv": frozenset({4}), "claims/events.csv": frozenset({1})}
    told = render("github", run_of(lawful, [rests, other, whole], changed=changed, root="a/b/"))
    errors = [(place, rest) for name, place, rest in commands(told) if name == "error"]
    assert errors == [
        ("file=a/b/claims/events.csv,line=1,title=a-rule", "whole file"),
        (
            "file=a/b/claims/figures.csv,line=4,title=a-rule",
            "rests%0Arests on claims/figures.csv:30",
        ),
    ]
    assert "1 of 3 findings are not annotated: 1 because the change did not touch" in told
    assert "claims/figures.csv:31: error: other [a-rule]" in told


def test_sarif_points_at_the_line_that_the_change_touched(lawful):
    rests = finding("rests", line=30, also=(Address("claims/figures.csv", 4),))
    changed = {"claims/figures.csv": frozenset({4})}
    told = json.loads(render("sarif", run_of(lawful, [rests, finding("other")], changed=changed)))
    by_key = {one["properties"]["key"][0]: one for one in told["runs"][0]["results"]}
    region = by_key["rests"]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4}
    related = by_key["rests"]["relatedLocations"][0]["physicalLocation"]["region"]
    assert related == {"startLine": 30}
    assert by_key["other"]["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


@pytest.mark.parametrize("limit", [{"MOST": 20}, {"LARGEST": 1300}])
def test_sarif_keeps_the_severest_and_says_how_many_it_left_out(lawful, monkeypatch, limit):
    for name, value in limit.items():
        monkeypatch.setattr(sarif, name, value)
    told = render("sarif", run_of(lawful, MANY))
    (run,) = json.loads(told)["runs"]
    kept = [one["level"] for one in run["results"]]
    assert 0 < len(kept) < 42 and kept == sorted(kept, key=["error", "warning", "note"].index)
    assert len(kept) == 20 or len(gzip.compress(told.encode())) <= 1300
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith(
        f"{42 - len(kept)} of 42 findings are left out"
    )
    assert run["properties"]["leftOut"] == 42 - len(kept)
    jsonschema.validate(json.loads(told), SARIF)


def test_a_summary_is_as_large_as_github_takes_and_says_what_it_left_out(lawful, monkeypatch):
    monkeypatch.setattr(markdown, "LARGEST", 12_000)
    long = [finding("x" * 200 + str(at), one.severity) for at, one in enumerate(MANY)]
    told = render("markdown", run_of(lawful, long))
    assert len(told.encode()) < 12_000
    rows = re.findall(r"^\| claims/figures.csv:2 \| (\w+):", told, re.M)
    assert 0 < len(rows) < 42 and rows == sorted(rows, key=["error", "warning", "note"].index)
    assert f"{42 - len(rows)} of 42 findings are left out here" in told


def test_the_limits_are_those_of_the_consumers():
    assert (github.SHOWN, sarif.MOST, sarif.LARGEST) == (10, 25_000, 10_000_000)
    assert markdown.LARGEST < 1024 * 1024


# What fails, and several workspaces


@pytest.mark.parametrize(
    ("fail_on", "failures"),
    [(Severity.ERROR, 14), (Severity.WARNING, 28), (Severity.NOTE, 42), (None, 0)],
)
def test_junit_fails_what_makes_the_run_fail(lawful, fail_on, failures):
    run = replace(run_of(lawful, MANY), fail_on=fail_on)
    root = ElementTree.fromstring(render("junit", run))
    assert len(root.findall(".//failure")) == failures == int(root.get("failures"))
    assert len(root.findall(".//skipped")) == 42 - failures
    assert run.failed is (failures > 0)


def test_a_clean_file_passes_in_junit(lawful):
    root = ElementTree.fromstring(render("junit", run_of(lawful, [finding("a")])))
    suites = {one.get("name"): one for one in root}
    assert suites["claims/events.csv"].find("testcase").get("name") == "nothing found"
    assert not len(suites["claims/events.csv"].find("testcase"))
    assert suites["claims/figures.csv"].get("failures") == "1"


@pytest.fixture
def several(lawful):
    """Two workspaces in which the same is found."""
    found = Findings.of([finding("a"), finding("b", Severity.NOTE)])
    return Run(tuple(Checked(lawful, found, prefix) for prefix in ("mali/", "niger/")))


def test_several_workspaces_share_no_mark_and_keep_the_fingerprint(several):
    quality = json.loads(render("gitlab", several))
    assert len({one["fingerprint"] for one in quality}) == 4
    assert {one["location"]["path"] for one in quality} == {
        "mali/claims/figures.csv",
        "niger/claims/figures.csv",
    }
    results = json.loads(render("sarif", several))["runs"][0]["results"]
    assert len({one["partialFingerprints"]["reconcile/v1"] for one in results}) == 2
    jsonschema.validate(json.loads(render("sarif", several)), SARIF)
    JUNIT.validate(render("junit", several))


def test_several_workspaces_are_summed_and_told_one_by_one(several):
    told = json.loads(render("json", several))
    assert told["summary"]["error"] == told["summary"]["note"] == 2
    assert told["summary"]["records"] == 2 * told["workspaces"][0]["records"]
    assert [one["workspace"] for one in told["workspaces"]] == ["mali", "niger"]
    text = render("text", several).splitlines()
    assert text[-1] == "2 workspaces: 2 errors, 0 warnings, 2 notes"
    assert "mali" in text and "niger" in text and "  1 error, 0 warnings, 1 note" in text


def test_a_workspace_below_the_root_of_a_repository_is_named_from_the_root(lawful):
    run = run_of(lawful, [finding("a")], prefix="../there/", root="ledgers/there/")
    assert json.loads(render("gitlab", run))[0]["location"]["path"].startswith("ledgers/there/")
    assert "file=ledgers/there/claims/figures.csv" in render("github", run)
    uri = json.loads(render("sarif", run))["runs"][0]["results"][0]["locations"][0]
    assert uri["physicalLocation"]["artifactLocation"]["uri"] == "ledgers/there/claims/figures.csv"
    assert render("text", run).startswith("../there/claims/figures.csv:2: error: a")
