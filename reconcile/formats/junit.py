"""Findings as JUnit XML: a suite a file, a test a finding, and one that passes for a clean file."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reconcile.escape import xml
from reconcile.formats.run import Checked, Item, Run
from reconcile.formats.text import lines_of

_CLEAN = {"en": "nothing found", "fr": "rien trouvé"}


def render(run: Run) -> str:
    """The whole document. What makes the run fail is a failure; the rest is skipped, with its
    message, since to pass would hide it."""
    root = Element("testsuites", name="reconcile")
    totals = [0, 0]
    for checked in run.checked:
        found = [one for one in run.items if one.checked is checked]
        by_file = {
            file: list(items) for file, items in groupby(found, lambda one: one.finding.at.file)
        }
        for file in sorted({*checked.ledger.counts, *by_file}):
            suite = _suite(root, checked, file, by_file.get(file, []), run)
            totals[0] += int(suite.get("tests", 0))
            totals[1] += int(suite.get("failures", 0))
    root.set("tests", str(totals[0]))
    root.set("failures", str(totals[1]))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, "unicode")}\n'


def _suite(root: Element, checked: Checked, file: str, items: list[Item], run: Run) -> Element:
    fails = [run.fail_on is not None and one.severity >= run.fail_on for one in items]
    suite = SubElement(
        root,
        "testsuite",
        name=xml(checked.prefix + file),
        tests=str(max(len(items), 1)),
        failures=str(sum(fails)),
        errors="0",
        skipped=str(len(items) - sum(fails)),
    )
    for item, failing in zip(items, fails, strict=True):
        finding = item.finding
        name = f"{finding.rule.name} {item.mark}"
        case = SubElement(suite, "testcase", classname=xml(checked.prefix + file), name=xml(name))
        told = SubElement(
            case,
            "failure" if failing else "skipped",
            type=str(item.severity),
            message=xml(finding.message_in(run.language)),
        )
        told.text = "\n".join(map(xml, lines_of(item, run.language)))
    if not items:
        SubElement(
            suite, "testcase", classname=xml(checked.prefix + file), name=_CLEAN[run.language]
        )
    return suite
