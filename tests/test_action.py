"""The ready-made parts for CI: what they call exists, and their steps run as they stand."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from conftest import SOAKING
from ledgers import claim, ledger_at
from ruamel.yaml import YAML
from test_history import CORRECTION, IDENTITY, add, commit, figures, git

from reconcile.cli import app
from reconcile.formats import FORMATS

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parent.parent
ACTION = YAML(typ="safe").load(ROOT / "action.yml")
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
GITLAB = YAML(typ="safe").load(ROOT / "ci" / "gitlab.yml")
HOOKS = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
PAGE = (ROOT / "ci" / "README.md").read_text("utf-8")


def scripts():
    """Every piece of shell that calls the command, with where it stands."""
    yield from ((name, step["run"]) for name, step in STEPS.items())
    yield from (("gitlab", line) for line in GITLAB["reconcile"]["script"])
    yield from ((hook["id"], hook["entry"]) for hook in HOOKS)
    yield from (("page", block) for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S))


def calls():
    for where, script in scripts():
        for call in re.findall(r"\breconcile ((?:\\\n|[^\n|])*)", script):
            words = shlex.split(call.replace("\\\n", " "), comments=True)
            yield pytest.param(words, id=f"{where}: {words[0]}")


@pytest.mark.parametrize("words", list(calls()))
def test_every_command_that_is_called_has_the_options_that_it_is_called_with(words):
    command = typer.main.get_command(app).commands[words[0]]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    for word in words[1:]:
        if word.startswith("-") and word != "--":
            assert word in known, word


def test_the_options_that_the_action_adds_exist():
    for step in STEPS.values():
        for name in re.findall(r"(?<=[(\s])--[a-z-]+", step["run"]):
            known = [
                option
                for command in typer.main.get_command(app).commands.values()
                for param in command.params
                for option in (*param.opts, *param.secondary_opts)
            ]
            assert name in (*known, "--quiet", "--disable-pip-version-check"), name


def test_every_output_is_in_a_format_that_there_is():
    told = [name for _, script in scripts() for name in re.findall(r'-o "?([a-z]+):', script)]
    assert len(told) > 6 and set(told) <= set(FORMATS)


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-actions", "action.yml"),
        ("vendor.github-workflows", ".github/workflows/ci.yml"),
        ("vendor.gitlab-ci", "ci/gitlab.yml"),
    ],
)
def test_the_files_are_valid_by_the_schemas_of_their_forges(schema, file):
    asked = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_workflow_of_the_page_is_valid_too(tmp_path):
    github = re.search(r"## GitHub\n\n```yaml\n(.*?)```", PAGE, re.S)[1]
    (tmp_path / "workflow.yml").write_text(github, "utf-8")
    asked = ["check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    told = subprocess.run(
        [sys.executable, "-m", *asked, tmp_path / "workflow.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
    blocks = re.findall(r"```(?:yaml|sh)\n(.*?)```", PAGE, re.S)
    assert all(len(block.splitlines()) <= 10 for block in blocks) and len(blocks) == 7


def test_the_project_uses_its_own_action_on_its_own_ledger():
    workflow = YAML(typ="safe").load(ROOT / ".github" / "workflows" / "ci.yml")
    assert {"uses": "./"} in workflow["jobs"]["ledger"]["steps"]


def test_every_input_is_declared_and_used():
    text = (ROOT / "action.yml").read_text("utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])
    outputs = set(re.findall(r"steps\.check\.outputs\.([a-z-]+)", text))
    assert outputs == set(re.findall(r'echo "([a-z-]+)=', STEPS["Check"]["run"]))
    for step in STEPS.values():
        assert "${{" not in step["run"], "an expression in a script is run as shell"


# The steps of the action


class Runner:
    """Runs steps of the action as the runner of GitHub does, on the laws alone."""

    def __init__(self, home, folder, **inputs):
        self.home, self.folder = home, folder
        defaults = {name: one["default"] for name, one in ACTION["inputs"].items()}
        self.inputs = defaults | {"changed-since": "", "expectations": "false"} | inputs
        self.outputs = {}
        bin_ = folder / "bin"
        bin_.mkdir()
        (bin_ / "reconcile").write_text(
            f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m reconcile "$@"\n', "utf-8"
        )
        (bin_ / "reconcile").chmod(0o755)

    def run(self, name):
        step = STEPS[name]
        output, summary = self.folder / "output", self.folder / "summary"
        for file in (output, summary):
            file.touch()
        environment = os.environ | IDENTITY | {"PYTHONPATH": str(ROOT)}
        environment |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
        environment |= {"RUNNER_TEMP": str(self.folder / "temp")}
        environment |= {"PATH": f"{self.folder}/bin:{os.environ['PATH']}"}
        environment |= {key: self._filled(text) for key, text in step["env"].items()}
        told = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.summary = summary.read_text("utf-8")
        return told

    def _filled(self, text):
        text = re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda one: self.inputs[one[1]], text)
        return re.sub(
            r"\$\{\{ steps\.check\.outputs\.([a-z-]+) \}\}", lambda one: self.outputs[one[1]], text
        )


@pytest.fixture
def branch(tmp_path):
    """A repository with two workspaces, and a branch that corrects a claim and slips in another."""
    home = tmp_path / "repository"
    home.mkdir()
    git(home, "init", "--quiet", "--initial-branch", "main")
    for name in ("mali", "niger"):
        ledger_at(home / "ledgers" / name)
    commit(home)
    git(home, "checkout", "--quiet", "-b", "change")
    add(home / "ledgers" / "mali", CORRECTION, claim("slip", source="amry"))
    commit(home)
    return home


def test_the_action_annotates_tells_reports_and_fails(branch, tmp_path):
    workspaces = "ledgers/mali\nledgers/niger"
    runner = Runner(branch, tmp_path, workspaces=workspaces, **{"changed-since": "main"})
    told = runner.run("Check")
    assert told.returncode == 0, told.stderr
    line = len(figures(branch / "ledgers" / "mali").read_text("utf-8").splitlines())
    place = f"::error file=ledgers/mali/claims/figures.csv,line={line},title=unknown-reference::"
    assert place in told.stdout
    assert runner.outputs["exit-code"] == "1"
    folder = Path(runner.outputs["folder"])
    assert {one.name for one in folder.iterdir()} == {
        *("findings.json", "findings.sarif", "findings.xml", "summary.md"),
    }
    assert "unknown-reference" in runner.summary

    runner.inputs["workspaces"] = "ledgers/mali"
    told = runner.run("Say what changed")
    assert told.returncode == 0, told.stderr
    assert "**corrected**" in runner.summary
    assert (folder / "changes.md").read_text("utf-8") in runner.summary

    runner.inputs["workspaces"] = workspaces
    told = runner.run("Report")
    assert told.returncode == 0, told.stderr
    for name in ("mali", "niger"):
        report = (folder / f"ledgers-{name}-discrepancies.html").read_text("utf-8")
        assert report.startswith("<!doctype html>")
    assert runner.run("Exit code").returncode == 1


def test_a_comment_says_of_which_workspaces_it_does_not_tell(branch, tmp_path):
    runner = Runner(branch, tmp_path, workspaces="ledgers/mali\nledgers/niger")
    runner.outputs = {"folder": str(tmp_path), "changed-since": "main"}
    (tmp_path / "bin" / "reconcile").write_text("#!/bin/sh\nprintf '%040000d\\n' 0\n", "utf-8")
    told = runner.run("Say what changed")
    assert told.returncode == 0, told.stderr
    lines = (tmp_path / "changes.md").read_text("utf-8").splitlines()
    assert lines[0] == "0" * 40_000
    assert lines[1:] == [
        "Left out, for a comment has no room for it: what changed in ledgers/niger"
    ]
    assert not (tmp_path / "one.md").exists()


def test_a_run_that_fails_fails_the_action(tmp_path):
    runner = Runner(tmp_path, tmp_path, workspaces="nowhere")
    told = runner.run("Check")
    assert told.returncode == 0 and runner.outputs["exit-code"] == "2"
    assert "nowhere is no workspace" in told.stderr and runner.summary == ""
    assert runner.run("Exit code").returncode == 2


def test_a_shallow_checkout_annotates_every_line_and_says_why(branch, tmp_path):
    runner = Runner(branch, tmp_path, workspaces="ledgers/mali", **{"changed-since": "f" * 40})
    told = runner.run("Check")
    assert "::notice::The history fetched does not reach back" in told.stdout
    assert runner.outputs["changed-since"] == "" and runner.outputs["exit-code"] == "1"
    assert "::error file=ledgers/mali" in told.stdout


def test_no_input_is_run_as_shell(tmp_path):
    runner = Runner(
        tmp_path,
        tmp_path,
        **{"workspaces": "$(touch stolen) --version", "fail-on": "; touch stolen"},
        **{"language": "`touch stolen`", "changed-since": "$(touch stolen)"},
    )
    runner.run("Check")
    assert runner.outputs["exit-code"] == "2"
    assert not (tmp_path / "stolen").exists()


def test_the_template_of_gitlab_writes_what_it_collects(branch, tmp_path):
    job = GITLAB["reconcile"]
    Runner(branch, tmp_path)
    (tmp_path / "bin" / "python").write_text("#!/bin/sh\n", "utf-8")
    (tmp_path / "bin" / "python").chmod(0o755)
    variables = job["variables"] | {"RECONCILE_WORKSPACES": "ledgers/mali ledgers/niger"}
    variables |= {"RECONCILE_OPTIONS": "--no-expectations"}
    told = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=branch,
        env=os.environ
        | variables
        | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1, told.stderr
    collected = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    assert len(collected) == 3
    for file in collected:
        assert "unknown-reference" in (branch / file).read_text("utf-8")


# pre-commit


@pytest.fixture
def hooked(tmp_path, branch):
    """The repository with both hooks of this project, as pre-commit itself installs them.

    The project is installed from a repository; its libraries are those of this environment.
    """
    source = tmp_path / "project"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source)
    for name in ("reconcile", "claims", "expectations"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    git(source, "init", "--quiet", "--initial-branch", "main")
    commit(source)
    config = {"repos": [{"repo": str(source), "rev": git(source, "rev-parse", "HEAD").strip()}]}
    config["repos"][0]["hooks"] = [{"id": one["id"], "args": ["ledgers/mali"]} for one in HOOKS]
    YAML().dump(config, branch / ".pre-commit-config.yaml")
    commit(branch, "The hooks")
    libraries = Path(typer.__file__).parent.parent
    environment = os.environ | IDENTITY | {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    environment |= {"PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1"}
    return branch, environment | {"PYTHONPATH": str(libraries)}


def test_the_hooks_are_valid():
    asked = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True)
    quick, full = HOOKS
    for hook in HOOKS:
        assert re.search(hook["files"], "ledgers/mali/claims/figures/2025.csv")
        assert not re.search(hook["files"], "reconcile/claims.py")
    assert "--no-expectations" in quick["entry"] and "--no-expectations" not in full["entry"]
    assert re.search(full["files"], "expectations/event_gap.toml")


def test_a_commit_that_breaks_a_law_is_stopped_and_a_lawful_one_is_made(hooked):
    home, environment = hooked

    def tried(**more):
        subprocess.run(["git", "add", "-A"], cwd=home, env=environment, check=True)
        asked = [sys.executable, "-m", "pre_commit", "run"]
        return subprocess.run(
            asked, cwd=home, env=environment | more, capture_output=True, text=True, check=False
        )

    file = figures(home / "ledgers" / "mali")
    file.write_text(file.read_text("utf-8").replace("slip,", "slip-2,"), "utf-8")
    told = tried(SKIP="reconcile")
    assert told.returncode == 1, told.stderr
    assert "source amry is not in sources; did you mean army? [unknown-reference]" in told.stdout
    assert "records in" not in told.stdout

    file.write_text(file.read_text("utf-8").replace("amry", "army"), "utf-8")
    told = tried() if SOAKING else tried(SKIP="reconcile")
    assert told.returncode == 0, told.stdout
    for hook in HOOKS if SOAKING else HOOKS[:1]:
        assert re.search(rf"^{hook['name']}\.+Passed$", told.stdout, re.M)
