"""Files that a command is asked for: whole or not at all, and through what is no file."""

import os
import stat
import subprocess
import sys
import threading

import pytest
from commands import ROOT, reconcile
from ledgers import claim, ledger_at

ASKED = ("--no-expectations", "--fail-on", "never", "-o")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return ledger_at(tmp_path_factory.mktemp("written"), figures=[claim("a", n=3)])


def test_a_file_that_fails_midway_stays_as_it_was(home, tmp_path, monkeypatch):
    file = tmp_path / "findings.json"
    file.write_text("before", "utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    for asked in (("check", *ASKED, f"json:{file}"), ("report", "-o", str(tmp_path / "r.md"))):
        told = reconcile(*asked[:1], str(home), *asked[1:])
        assert told.returncode == 2
        assert "cannot be written: No space left on device" in told.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["findings.json"]
    assert file.read_text("utf-8") == "before"


def test_a_file_is_replaced_and_keeps_its_mode(home, tmp_path):
    file = tmp_path / "findings.json"
    file.write_text("before", "utf-8")
    file.chmod(0o640)
    other = tmp_path / "other.json"
    os.link(file, other)
    assert reconcile("check", str(home), *ASKED, f"json:{file}").returncode == 0
    assert file.read_text("utf-8").startswith("{") and other.read_text("utf-8") == "before"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_what_a_link_leads_to_is_written_in_its_place_as_a_shell_needs_of_dev_stdout(
    home, tmp_path
):
    file, link = tmp_path / "findings.json", tmp_path / "link.json"
    file.write_text("before", "utf-8")
    link.symlink_to(file)
    place = file.stat().st_ino
    assert reconcile("check", str(home), *ASKED, f"json:{link}").returncode == 0
    assert link.is_symlink() and file.read_text("utf-8").startswith("{")
    assert file.stat().st_ino == place


def test_a_pipe_is_written_to_and_stays(home, tmp_path):
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    heard = []
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    asked = [sys.executable, "-m", "reconcile", "check", home, *ASKED, f"json:{pipe}"]
    subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, timeout=60)
    reader.join(10)
    assert heard[0].startswith("{") and stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_package_is_there_as_a_whole_or_not_at_all(home, tmp_path, monkeypatch):
    put, count = os.replace, []

    def fails_at_the_third(*paths):
        count.append(paths)
        if len(count) == 3:
            raise OSError(28, "No space left on device")
        put(*paths)

    monkeypatch.setattr(os, "replace", fails_at_the_third)
    told = reconcile("export", "package", "-w", str(home), "-o", str(tmp_path / "package"))
    assert told.returncode == 2 and "No space left on device" in told.stderr
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
