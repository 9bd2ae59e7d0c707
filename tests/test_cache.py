"""Large files that an earlier run read: read anew whenever they or the program differ."""

import os
import shutil

import duckdb
import pytest
from commands import reconcile as command
from ledgers import BASE, base, ledger_at, source

import reconcile
from reconcile.reading import cache, file
from reconcile.tables import TABLES

pytestmark = pytest.mark.untraced


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The user's folder for such files, of which every file is taken for a large one."""
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    monkeypatch.setattr(file, "LARGE", 0)
    monkeypatch.setattr(cache, "_USED", {"here": False})
    cache.use_cache(True)
    return home / "claims-reconcile"


@pytest.fixture
def read_anew(monkeypatch):
    """The names of the files that were read, and not found."""
    told = []
    read_at_once = file.read_at_once

    def counted(path, *rest):
        told.append(path.name)
        return read_at_once(path, *rest)

    monkeypatch.setattr(file, "read_at_once", counted)
    return told


def test_a_file_that_did_not_change_is_read_once(folder, read_anew, tmp_path):
    home = ledger_at(tmp_path / "ledger")
    first = reconcile.read(home)
    assert "figures.csv" in read_anew
    assert len(list(folder.iterdir())) == len(set(read_anew))
    read_anew.clear()

    again = reconcile.read(home)

    assert read_anew == []
    assert again.counts == first.counts and again.findings == first.findings
    assert again.ids == first.ids and again.addresses.equals(first.addresses)
    assert all(again.tables[name].equals(first.tables[name]) for name in TABLES)


def test_rows_that_are_read_by_themselves_are_found_again(folder, read_anew, tmp_path):
    home = ledger_at(
        tmp_path / "ledger", sources=[source("b", "local", name=" b "), *base("sources")]
    )
    first = reconcile.read(home)
    again = reconcile.read(home)
    assert first.findings == () and read_anew.count("sources.csv") == 1
    assert again.tables["sources"].equals(first.tables["sources"])
    assert again.ids == first.ids and again.counts == first.counts


def test_another_content_of_the_same_size_and_time_is_read(folder, tmp_path):
    home = ledger_at(tmp_path / "ledger", sources=[*base("sources"), source("a-1", "local")])
    path = home / "claims" / "sources.csv"
    assert "a-1" in reconcile.read(home).ids["sources"]
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"a-1", b"a-2"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size

    ids = reconcile.read(home).ids["sources"]

    assert "a-2" in ids and "a-1" not in ids


def test_a_file_of_one_table_is_none_of_another(folder, tmp_path):
    raw = b"event,part_of\n"
    home = ledger_at(tmp_path / "ledger", event_parts=raw)
    reconcile.read(home)
    path = home / "claims" / "event_parts.csv"
    marks = {cache.mark_of(path, TABLES[name]) for name in ("event_parts", "events")}
    assert len(marks) == 2


@pytest.mark.parametrize("what", ["DuckDB", "the code"])
def test_another_program_reads_anew(folder, read_anew, what, monkeypatch, tmp_path):
    home = ledger_at(tmp_path / "ledger")
    reconcile.read(home)
    read_anew.clear()
    if what == "DuckDB":
        monkeypatch.setattr(cache, "VERSION", "0.0.1")
    else:
        package = shutil.copytree(cache.files("reconcile"), tmp_path / "package")
        with (package / "reading" / "cells.py").open("a") as code:
            code.write("\n")
        monkeypatch.setattr(cache, "files", lambda _: package)
    cache._reader.cache_clear()

    reconcile.read(home)

    monkeypatch.undo()
    cache._reader.cache_clear()
    assert "figures.csv" in read_anew


def test_a_file_with_a_fault_is_explained_each_time(folder, read_anew, tmp_path):
    home = ledger_at(tmp_path / "ledger", sources=[*base("sources"), source("A b", "local")])
    for _ in range(2):
        (finding,) = reconcile.read(home).findings
        assert finding.at.file == "claims/sources.csv"
    assert read_anew.count("sources.csv") == 2


def test_a_file_that_changes_while_it_is_read_is_not_kept(folder, monkeypatch, tmp_path):
    home = ledger_at(tmp_path / "ledger")
    path = home / "claims" / "sources.csv"
    read_at_once = file.read_at_once

    def late(asked, *rest):
        told = read_at_once(asked, *rest)
        if asked == path:
            path.write_bytes(path.read_bytes() + b"late,Late,local,,,,,,\n")
        return told

    monkeypatch.setattr(file, "read_at_once", late)
    reconcile.read(home)
    kept = {one.stem.partition("-")[0] for one in folder.iterdir()}
    assert kept and cache.mark_of(path, TABLES["sources"]) not in kept
    path.write_bytes(path.read_bytes().replace(b"late,Late,local,,,,,,\n", b""))
    assert cache.mark_of(path, TABLES["sources"]) not in kept


@pytest.mark.parametrize("damage", ["empty", "cut", "of another form", "a bit of it"])
def test_what_is_damaged_there_is_read_anew(folder, read_anew, damage, tmp_path):
    home = ledger_at(tmp_path / "ledger")
    first = reconcile.read(home)
    first_read = read_anew.copy()
    read_anew.clear()
    for path in folder.iterdir():
        if damage == "of another form":
            duckdb.execute(f"COPY (SELECT 1 AS line) TO '{path}' (FORMAT parquet)")
        elif damage == "a bit of it":
            raw = bytearray(path.read_bytes())
            raw[len(raw) // 3] ^= 1
            path.write_bytes(raw)
        else:
            path.write_bytes(path.read_bytes()[: 0 if damage == "empty" else -9])

    again = reconcile.read(home)

    assert sorted(read_anew) == sorted(first_read)
    assert all(again.tables[name].equals(first.tables[name]) for name in TABLES)


def test_what_no_run_asked_for_in_a_month_goes(folder, tmp_path):
    folder.mkdir(parents=True)
    for name, days in {"old.parquet": 31, "half.77": 40, "young.parquet": 29}.items():
        path = folder / name
        path.write_bytes(b"")
        then = path.stat().st_mtime - days * 86_400
        os.utime(path, (then, then))
    reconcile.read(ledger_at(tmp_path / "ledger"))
    names = {path.name for path in folder.iterdir()}
    assert not {"old.parquet", "half.77"} & names and "young.parquet" in names


def test_the_oldest_goes_where_there_is_too_much(folder, tmp_path, monkeypatch):
    home = ledger_at(tmp_path / "ledger")
    reconcile.read(home)
    told = sorted(folder.iterdir())
    for nth, path in enumerate(told):
        os.utime(path, (10**9 + nth, 10**9 + nth))
    monkeypatch.setattr(cache, "_MOST", sum(path.stat().st_size for path in told[-3:]))
    cache._sweep(folder)
    assert sorted(folder.iterdir()) == told[-3:]


@pytest.mark.parametrize("where", ["a file", "no home", "a full disk", "somewhere relative"])
def test_a_run_goes_on_where_nothing_can_be_kept(folder, where, tmp_path, monkeypatch):
    home = ledger_at(tmp_path / "ledger")
    folder.parent.mkdir()
    if where == "a file":
        folder.write_text("a file where the folder should be")
    elif where == "a full disk":
        copyfile = shutil.copyfile

        def full(source, target):
            copyfile(source, target)
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(shutil, "copyfile", full)
    else:

        def homeless():
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("XDG_CACHE_HOME", "here" if where == "somewhere relative" else "")
        monkeypatch.setattr(cache.Path, "home", homeless)
    ledger = reconcile.read(home)
    assert ledger.findings == ()
    assert len(ledger.tables["figures"]) == len(base("figures"))
    assert not folder.is_dir() or not list(folder.iterdir())
    assert not (tmp_path / "here").exists()


def test_the_library_keeps_nothing_unasked(folder):
    cache.use_cache(False)
    reconcile.read(BASE)
    assert not folder.exists()


def test_a_command_keeps_large_files_unless_told_not_to(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    lines = [source(f"s-{at}", "local", note="x" * 500) for at in range(1_100)]
    home = ledger_at(tmp_path / "ledger", sources=[*base("sources"), *lines])
    query = ["sql", "-w", str(home), "SELECT COUNT(*) FROM sources"]
    without = command(*query, "--no-cache")
    assert not (tmp_path / "claims-reconcile").exists()
    told = [command(*query) for _ in range(2)]
    assert len(list((tmp_path / "claims-reconcile").iterdir())) == 1
    assert {one.stdout for one in told} == {without.stdout}
    assert {one.returncode for one in told} == {0}
