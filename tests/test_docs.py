"""The documents and the program say the same: columns, rules, views, commands, the notebook."""

import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from commands import reconcile

from reconcile.aggregation import aggregation_rules
from reconcile.exchange import FORMATS
from reconcile.rules import rules
from reconcile.suite import suites
from reconcile.tables import TABLES
from reconcile.view import views

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parent.parent
RENEW = "RECONCILE_RENEW" in os.environ
FORMAT = ROOT / "claims" / "README.md"
RULES = ROOT / "expectations" / "README.md"
README = ROOT / "README.md"
EXCHANGE = ROOT / "reconcile" / "exchange" / "README.md"


def all_rules():
    told = dict(rules())
    for suite in suites(ROOT):
        told |= suite.rules()
    return told


def between(document: Path, marker: str, wanted: str) -> str:
    """The lines between `<!-- marker -->` and `<!-- end -->`; renewed first if that is asked."""
    text = document.read_text("utf-8")
    section = re.compile(rf"(<!-- {re.escape(marker)} -->\n)(.*?)(<!-- end -->)", re.S)
    assert section.search(text), f"{document.name} has no section {marker}"
    if RENEW:
        text = section.sub(lambda told: told[1] + wanted + told[3], text)
        document.write_text(text, "utf-8")
    return section.search(text)[2]


def cell(text: str) -> str:
    return text.replace("|", "\\|")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_is_described_as_the_program_knows_it(table):
    lines = ["| column | may be | what it is |\n", "| --- | --- | --- |\n"]
    for column in table.columns:
        may = "filled" if column.filled else "missing" if column.optional else "empty"
        lines.append(f"| `{column.name}` | {may} | {cell(column.meaning)} |\n")
    wanted = "".join(lines)
    assert between(FORMAT, f"columns: {table.name}", wanted) == wanted


def test_the_extent_of_the_ledger_is_what_the_format_says():
    for name in TABLES:
        files = [*(ROOT / "claims").glob(f"{name}.csv"), *(ROOT / "claims").glob(f"{name}/*.csv")]
        rows = sum(len(file.read_text("utf-8").splitlines()) - 1 for file in files)
        if rows:
            assert re.search(rf"\| `?{name}`? \| {rows} \|", FORMAT.read_text("utf-8")), (
                name,
                rows,
            )


ROOMS = {"law": RULES, "journal": RULES, "expectation": RULES, "waiver": RULES, "import": EXCHANGE}


@pytest.mark.parametrize("room", ROOMS)
def test_every_rule_has_a_line(room):
    told = [rule for rule in all_rules().values() if rule.room == room]
    lines = ["| rule | severity | why |\n", "| --- | --- | --- |\n"]
    lines += [f"| `{one.name}` | {one.severity} | {cell(one.reason.en)} |\n" for one in told]
    wanted = "".join(lines)
    assert len(told) > 1
    assert between(ROOMS[room], f"rules: {room}", wanted) == wanted


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.name)
def test_every_rule_says_all_it_must_in_both_languages(rule):
    for text in (rule.message, rule.reason, rule.example, rule.answer):
        assert text.en and text.fr
    assert rule.message.en != rule.message.fr
    placeholders = re.compile(r"\{(\w+)\}")
    english, french = (placeholders.findall(told) for told in (rule.message.en, rule.message.fr))
    assert set(english) == set(french)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)


def test_every_view_has_a_line():
    lines = ["| view | what one row is |\n", "| --- | --- |\n"]
    for view in views().values():
        lines.append(f"| `{view.name}` | {cell(view.row_is.partition(' is ')[2])} |\n")
    wanted = "".join(lines)
    assert between(README, "views", wanted) == wanted


def test_every_rule_of_aggregation_has_a_line():
    lines = ["| rule | what it draws from the claims on an event |\n", "| --- | --- |\n"]
    for rule in aggregation_rules().values():
        lines.append(f"| `{rule.name}` | {cell(rule.says.en)} |\n")
        assert rule.says.fr and rule.says.fr != rule.says.en
    wanted = "".join(lines)
    assert between(README, "rules of aggregation", wanted) == wanted


def test_every_format_has_a_line_and_a_section():
    lines = ["| format | in | out | what |\n", "| --- | --- | --- | --- |\n"]
    for one in FORMATS.values():
        ways = ("yes" if way else "" for way in (one.comes_in, one.goes_out))
        lines.append(f"| `{one.name}` | {' | '.join(ways)} | {one.what} |\n")
    wanted = "".join(lines)
    assert between(EXCHANGE, "formats", wanted) == wanted
    text = EXCHANGE.read_text("utf-8")
    for name in FORMATS:
        assert re.search(rf"^## .*\b{name}\b|export {name} ", text, re.M), name


@pytest.mark.parametrize("name", ["acled", "ucdp-ged", "eventreport", "radford", "acw"])
def test_the_columns_that_a_data_set_needs_are_told(name):
    module = import_module(FORMATS[name].module)
    wanted = f"Needs the columns {', '.join(f'`{column}`' for column in module.COLUMNS)}.\n"
    assert between(EXCHANGE, f"columns: {name}", wanted) == wanted


def test_the_mapping_of_the_document_is_one_and_reads_what_it_says(tmp_path):
    from test_exchange_data_sets import empty
    from test_exchange_table import FRENCH, taken

    (told,) = re.findall(r"```toml\n(.*?)```", EXCHANGE.read_text("utf-8"), re.S)
    (tmp_path / "m.toml").write_text(told, "utf-8")
    (tmp_path / "bilans.csv").write_text(FRENCH.replace("Local;", "Insurgés;"), "utf-8")
    done = taken(empty(tmp_path / "home"), tmp_path / "bilans.csv", tmp_path / "m.toml")
    assert not done.refused and len(done.new["figures"]) == 5


def test_every_file_of_words_that_the_document_names_is_there():
    text = EXCHANGE.read_text("utf-8")
    for name in re.findall(r"`(\w+\.toml)`", text):
        assert (EXCHANGE.parent / name).is_file(), name


VERDICTS = r"\b(actual|actually|true|truth|real figure|confirmed|admitted|exaggerat\w+|liar)\b"
OURS = ["README.md", "claims/README.md", "expectations/README.md", "expectations/*.toml"]
OURS += ["reconcile/*.toml", "reconcile/views/*.sql", "reconcile/pages/templates/*"]
OURS += ["reconcile/exchange/README.md", "reconcile/exchange/guidance.toml"]


@pytest.mark.parametrize("pattern", OURS)
def test_our_own_voice_gives_no_verdict(pattern):
    for file in ROOT.glob(pattern):
        text = re.sub(r"`[^`]*`|= true\b|aria-\w+=\"true\"", "", file.read_text("utf-8"))
        if file.suffix == ".sql":
            text = "\n".join(re.findall("--.*", text))
        words = re.search(VERDICTS, text, re.I)
        assert words is None, f"{file.name}: {words}"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README.read_text("utf-8"), re.S)


def run(command: str, folder: Path) -> str:
    """What a line of the tour prints: `reconcile` as in this process, the rest as bash does it."""
    ours = re.fullmatch(r"""reconcile ((?:'[^']*'|"[^"]*"|[^'"|>])*)(.*)""", command)
    if ours is None:
        return _bash(command, folder, "")
    told = reconcile(*shlex.split(ours[1]), cwd=folder, NO_COLOR="1")
    assert told.returncode < 2, told.stderr
    return (_bash(f"cat {ours[2]}", folder, told.stdout) if ours[2] else told.stdout) + told.stderr


def _bash(command: str, folder: Path, text: str) -> str:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_every_command_of_the_tour_prints_what_the_tour_shows(tmp_path):
    text = README.read_text("utf-8")
    shown, printed = [], []
    for block in blocks("console"):
        told = ""
        for command in re.findall(r"^\$ (.*)$", block, re.M):
            output = "\n".join(line.rstrip() for line in run(command, tmp_path).split("\n"))
            told += f"$ {command}\n{output}"
        shown.append(block)
        printed.append(told)
    if RENEW:
        for old, new in zip(shown, printed, strict=True):
            text = text.replace(f"```console\n{old}```", f"```console\n{new}```", 1)
        README.write_text(text, "utf-8")
        shown = blocks("console")
    assert len(printed) > 6
    assert shown == printed


def test_the_notebook_of_the_readme_runs(tmp_path):
    (code,) = blocks("python")
    run("reconcile init --example sahel", tmp_path)
    (tmp_path / "notebook.py").write_text(code, "utf-8")
    told = run(f"{shlex.quote(sys.executable)} notebook.py", tmp_path)
    assert re.search(r"^\d+ gaps, \d+ findings$", told, re.M)
    assert "figures-apart" in told
    assert len([line for line in code.splitlines() if line]) <= 12


def test_every_command_is_in_the_tour_and_has_examples():
    from typer.testing import CliRunner

    from reconcile.cli import app

    tour = "".join(blocks("console"))
    names = [command.name for command in app.registered_commands]
    assert len(names) >= 6
    for name in names:
        assert f"reconcile {name}" in tour, name
        told = CliRunner().invoke(app, [name, "--help"]).output
        assert "Example" in told, name


def test_the_worked_event_of_the_format_is_lawful_and_finds_what_it_says(tmp_path):
    from typer.testing import CliRunner

    import reconcile
    from reconcile.cli import app

    assert CliRunner().invoke(app, ["init", str(tmp_path)]).exit_code == 0
    text = FORMAT.read_text("utf-8")
    tables = re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", text, re.S)
    assert len(tables) == 5
    for name, rows in tables:
        (tmp_path / "claims" / name).write_text(rows, "utf-8")
    ledger = reconcile.read(tmp_path)
    found = [one.message for one in reconcile.check(ledger)]
    assert not ledger.findings
    assert any(message.endswith("26 apart") for message in found)
    assert any("changes its claimant, bound" in message for message in found)


def test_a_new_workspace_describes_the_format_and_not_our_ledger(tmp_path):
    from typer.testing import CliRunner

    from reconcile.cli import app

    CliRunner().invoke(app, ["init", str(tmp_path)])
    text = (tmp_path / "claims" / "README.md").read_text("utf-8")
    assert "Sahel" not in text and "660" not in text
    assert "A worked event" in text and "`supersedes`" in text
