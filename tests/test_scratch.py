"""The folder for temporary files: removed with its run, or if that was killed by a later one."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import pytest

from reconcile import scratch

pytestmark = pytest.mark.untraced

MAKE = "from reconcile.scratch import scratch; print(scratch().parent, flush=True)"


def made(place, *more):
    """A run that makes its folder in `place`, says where, and goes on with `more`."""
    code = "; ".join((MAKE, *more))
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_in(place):
    """Where a run had its folder that has ended by now."""
    running = made(place)
    told, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    return Path(told.strip())


def killed_in(place):
    """The folder of a run that was killed, with something in it."""
    running = made(place, "scratch().mkdir()", "import time", "time.sleep(600)")
    folder = Path(running.stdout.readline().strip())
    while not list(folder.iterdir()):
        assert running.poll() is None
        time.sleep(0.01)
    running.kill()
    running.communicate()
    return folder


def aged(folder):
    """The folder as if it had been made an hour ago."""
    os.utime(folder, (time.time() - 3600,) * 2, follow_symlinks=False)
    return folder


def test_a_forked_process_has_other_paths_in_the_same_folder(tmp_path):
    code = "import os, sys; from reconcile.scratch import scratch; scratch(); child = not os.fork()"
    code += "; told = scratch(); told.mkdir(); os.write(1, b'%a ' % str(told)); child or os.wait()"
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    one, other = (Path(path.strip("'")) for path in told.stdout.split())
    assert one.parent == other.parent
    assert one != other
    assert list(tmp_path.iterdir()) == []


def test_a_run_takes_its_folder_away(tmp_path):
    assert run_in(tmp_path).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_killed_runs_left_is_removed_by_a_later_one(tmp_path):
    folders = [aged(killed_in(tmp_path)) for _ in range(2)]
    run_in(tmp_path)
    assert not any(folder.exists() for folder in folders)


@pytest.mark.parametrize("locked", [False, True])
def test_what_was_left_behind_is_not_held_open(locked, tmp_path):
    folders = [tmp_path / f"reconcile-scratch-{at:08}" for at in range(20)]
    for folder in folders:
        folder.mkdir()
        aged(folder)
    locks = [scratch._lock(folder) for folder in folders if locked]
    running = made(tmp_path, "import os", "print(len(os.listdir('/dev/fd')))")
    _, count = running.communicate(timeout=60)[0].split()
    for lock in locks:
        os.close(lock)
    assert int(count) < 10
    assert [folder.exists() for folder in folders] == [locked] * 20


def test_a_place_that_cannot_be_listed_will_do(tmp_path, monkeypatch):
    def refused(_):
        raise PermissionError

    monkeypatch.setattr(scratch.os, "scandir", refused)
    monkeypatch.setattr(scratch, "mkdtemp", lambda prefix: mkdtemp(prefix=prefix, dir=tmp_path))
    scratch._folder.cache_clear()
    try:
        assert scratch.scratch().parent.parent == tmp_path
    finally:
        scratch._folder.cache_clear()


def test_a_folder_for_a_block_is_removed_with_it_also_where_it_fails():
    with scratch.scratch_folder() as folder:
        (folder / "file").touch()
    assert not folder.exists()
    with pytest.raises(ZeroDivisionError), scratch.scratch_folder() as folder:
        (folder / "file").touch()
        raise ZeroDivisionError
    assert not folder.exists()


def test_what_was_made_just_now_is_left_alone(tmp_path):
    folder = killed_in(tmp_path)
    run_in(tmp_path)
    assert folder.is_dir()


def test_the_folder_of_a_run_that_lasts_is_left_alone(tmp_path):
    running = made(tmp_path, "input()")
    folder = aged(Path(running.stdout.readline().strip()))
    try:
        run_in(tmp_path)
        assert folder.is_dir()
    finally:
        running.kill()
        running.communicate()
    run_in(tmp_path)
    assert not folder.exists()


def test_what_is_in_the_way_of_one_is_not_in_that_of_others(tmp_path):
    files = [tmp_path / f"reconcile-scratch-{at:08}" for at in range(20)]
    for file in files:
        file.touch()
        aged(file)
    folder = aged(killed_in(tmp_path))
    run_in(tmp_path)
    assert all(file.is_file() for file in files)
    assert not folder.exists()


def test_another_users_folder_is_left_alone(tmp_path, monkeypatch):
    folder = tmp_path / "reconcile-scratch-00000000"
    folder.mkdir()
    aged(folder)
    monkeypatch.setattr(scratch.os, "getuid", lambda: -1)
    scratch._remove_abandoned(tmp_path)
    assert folder.is_dir()
    monkeypatch.undo()
    scratch._remove_abandoned(tmp_path)
    assert not folder.exists()


@pytest.mark.parametrize("kind", ["another name", "another file", "a link"])
def test_what_is_no_such_folder_is_left_alone(kind, tmp_path):
    place, elsewhere = tmp_path / "temporary", tmp_path / "elsewhere"
    place.mkdir()
    elsewhere.mkdir()
    own = place / (
        "reconcile-scratch-pad" if kind == "another name" else "reconcile-scratch-of_mine0"
    )
    if kind == "a link":
        own.symlink_to(elsewhere)
    else:
        own.mkdir()
    (own / ("claims" if kind == "another file" else "0" * 32)).mkdir()
    aged(own)
    run_in(place)
    assert own.is_dir()
    assert len(list(own.iterdir())) == 1
    assert len(list(place.iterdir())) == 1
