"""Another revision of a workspace, and what changed since one, asked of git itself."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconcile.finding import ReconcileError
from reconcile.ledger import FOLDER
from reconcile.scratch import scratch_folder

_FOLDERS = (FOLDER, "expectations")
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.M)
_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


def root_of(workspace: Path) -> str | None:
    """The path of a workspace from the root of its repository, as "" or "ledgers/mali/".

    None where git is not there or the workspace lies in no repository.
    """
    try:
        return _git(workspace, "rev-parse", "--show-prefix").rstrip("\n")
    except ReconcileError:
        return None


@contextmanager
def revision(workspace: Path, name: str) -> Iterator[Path]:
    """The workspace as it was at the revision called `name` (a branch, a tag, a commit).

    It lies in a temporary folder until the block ends; the repository is not touched. Raises
    ReconcileError where there is no such revision or the workspace was not there at it.
    """
    commit = _commit(workspace, name)
    with scratch_folder() as folder:
        home = folder / "workspace"
        home.mkdir()
        index = {"GIT_INDEX_FILE": str(folder / "index")}
        for part in _FOLDERS:
            tree = _git(workspace, "ls-tree", "-d", "--format=%(objectname)", commit, part).strip()
            if tree:
                _git(workspace, "read-tree", f"--prefix={part}/", tree, **index)
            elif part == FOLDER:
                raise ReconcileError(f"at {name} there was no folder {FOLDER} in {workspace}")
        top = Path(_git(workspace, "rev-parse", "--show-toplevel").rstrip("\n"))
        _git(top, "checkout-index", "--all", f"--prefix={home}/", **index)
        yield home


def changed_lines(workspace: Path, since: str) -> dict[str, frozenset[int]]:
    """The lines of each file of the ledger that differ from where this branch left `since`.

    Files are named from the workspace (`claims/figures.csv`), lines counted as they are now; a file
    that git does not follow yet has changed in all of them. Raises ReconcileError where there is no
    such revision, or where the history fetched does not reach back to it.
    """
    commit = _commit(workspace, since)
    try:
        base = _git(workspace, "merge-base", commit, "HEAD").strip()
    except ReconcileError:
        raise ReconcileError(
            f"this branch and {since} have no common ancestor in what was fetched; fetch the whole"
            " history (in GitHub Actions: fetch-depth: 0)"
        ) from None
    told: dict[str, frozenset[int]] = {}
    options = ("--no-ext-diff", "--no-textconv", "--no-color", "--no-renames", "--relative")
    names = _git(workspace, "diff", *options, "-z", "--name-only", base, "--", FOLDER)
    for name in filter(None, names.split("\0")):
        hunks = _git(workspace, "diff", *options, "--unified=0", base, "--", f":(literal){name}")
        lines: set[int] = set()
        for first, count in _HUNK.findall(hunks):
            lines.update(range(int(first), int(first) + int(count or 1)))
        told[name] = frozenset(lines)
    new = _git(workspace, "ls-files", "-z", "--others", "--exclude-standard", "--", FOLDER)
    for name in filter(None, new.split("\0")):
        count = (workspace / name).read_bytes().count(b"\n") + 1
        told[name] = frozenset(range(1, count + 1))
    return told


def _commit(workspace: Path, name: str) -> str:
    try:
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return _git(workspace, *asked).strip()
    except ReconcileError as fault:
        if root_of(workspace) is None:
            raise fault from None
        raise ReconcileError(
            f"{name} is no revision that git has here; if it is on the server, fetch it first"
        ) from None


def _git(folder: Path, *arguments: str, **environment: str) -> str:
    """What git prints. A variable that a hook sets for its own repository would mislead it."""
    inherited = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    try:
        told = subprocess.run(
            ["git", "-C", folder, *arguments],
            env={**inherited, "LC_ALL": "C", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise ReconcileError("git is not installed, and this asks it for a revision") from None
    if told.returncode:
        said = told.stderr.decode("utf-8", "replace").strip() or "git failed without a word"
        raise ReconcileError(f"git in {folder}: {said}")
    return os.fsdecode(told.stdout)
