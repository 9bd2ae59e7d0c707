"""Outside files broken in many ways, each imported: a clear answer, nothing half written, no flood.

    python mutants.py FORMAT,FORMAT COUNT SEED

prints as JSON by format how many were refused, taken in and said to be no such file, and the most
memory that was ever used until then (MB). What is no clear answer stops it with a traceback.
"""

import csv
import io
import json
import random
import re
import resource
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
from ledgers import BASE
from test_exchange_data_sets import DATA, FILES, NEW, acled, empty

import reconcile
from reconcile.exchange import propose, seal, xlsx
from reconcile.exchange.package import export
from reconcile.exchange.package import plan as plan_of_packages
from reconcile.exchange.plan import carry_out, plan
from reconcile.finding import ReconcileError
from reconcile.ledger import Ledger

ROWS = 12
MAPPING = """
[events]
place = "place"
starts_on = "day"
country = { always = "ML" }
[sources]
name = "who"
side = { always = "local" }
[[figures]]
measure = { always = "killed" }
victims = { always = "soldiers" }
stated = "dead"
"""
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x ['
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)


def csv_of(rows, columns) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def whole(name: str) -> bytes:
    """A small file of the format in which nothing is wrong."""
    if name == "acled":
        notes = "JNIM claimed to have killed more than 30 soldiers."
        return csv_of([acled(number, notes=notes) for number in range(ROWS)], NEW)
    if name in FILES:
        with (DATA / FILES[name].name).open(encoding="utf-8-sig", newline="") as file:
            rows = [row for _, row in zip(range(ROWS), csv.DictReader(file), strict=False)]
        return csv_of(rows, rows[0])
    if name == "xlsx":
        return xlsx.export(reconcile.read(BASE))
    if name == "package":
        return seal.zipped(export(reconcile.read(BASE)))
    rows = [
        {"place": f"P{n}", "day": f"2025-06-{n + 1:02}", "who": "V", "dead": str(n)}
        for n in range(ROWS)
    ]
    if name == "table":
        return csv_of(rows, rows[0])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.parquet"
        (Path(folder) / "t.csv").write_bytes(csv_of(rows, rows[0]))
        query = f"COPY (SELECT * FROM read_csv('{folder}/t.csv', all_varchar=true)) TO '{file}'"
        duckdb.execute(f"{query} (FORMAT parquet)")
        return file.read_bytes()


# What is done to the bytes of any file.


def truncated(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def flipped(raw: bytes, chance: random.Random) -> bytes:
    told = bytearray(raw)
    for _ in range(chance.choice((1, 3, 20))):
        told[chance.randrange(len(told))] = chance.randrange(256)
    return bytes(told)


def cut(raw: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(raw)) for _ in range(2))
    return raw[:start] + raw[end:]


def doubled(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + raw[at:] * 2


def noise(raw: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 4, 1000, len(raw))))


ANY = (truncated, flipped, cut, doubled, noise)


# What is done to a text.


def encoded(raw: bytes, chance: random.Random) -> bytes:
    forms = ("utf-16", "utf-16-le", "utf-32", "cp1252", "cp1256", "utf-8-sig", "utf-7")
    return raw.decode("utf-8", "replace").encode(chance.choice(forms), "replace")


def recut(raw: bytes, chance: random.Random) -> bytes:
    """The columns swapped, dropped, renamed or doubled, in the header or throughout."""
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8"))))
    one, other = chance.randrange(len(rows[0])), chance.randrange(len(rows[0]))
    act = chance.choice(("swap header", "swap", "drop", "rename", "double", "ragged"))
    for at, row in enumerate(rows):
        if act == "swap" or (act == "swap header" and not at):
            row[one], row[other] = row[other], row[one]
        elif act == "drop":
            del row[one]
        elif act == "double":
            row.append(row[one])
        elif act == "ragged" and chance.random() < 0.3:
            row.append("x")
    if act == "rename":
        rows[0][one] = chance.choice(("", "x", rows[0][other], "=1", "a" * 5000))
    return _written(rows, chance)


CELLS = (
    *("", "x", "-1", "1e9", "9" * 30, "NaN", "inf", "03/04/2019", "2025-02-30", "0000-00-00"),
    *("=1+1", "a\nb", '"', "\x00", "\x1b[2J", "\u202e", "𝟛", "٣", "1,200", "ML", "mli1"),
    *("z" * 140_000, "../../x", "{x}", "'; DROP TABLE figures; --", "low 9, best 1, high 2"),
)


def retyped(raw: bytes, chance: random.Random) -> bytes:
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8"))))
    for _ in range(chance.choice((1, 2, 8))):
        row = chance.choice(rows[1:])
        row[chance.randrange(len(row))] = chance.choice(CELLS)
    return _written(rows, chance)


def quoted(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw))
    return raw[:at] + chance.choice((b'"', b"\n", b"\r", b"\x00", b",", b";")) + raw[at:]


def long(raw: bytes, chance: random.Random) -> bytes:
    return raw + chance.choice((b",", b"\n", b'"', b"a")) * chance.choice((10_000, 3_000_000))


def _written(rows, chance: random.Random) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=chance.choice(",,,;\t|")).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


TEXT = (encoded, recut, retyped, quoted, long)


# What is done to an archive.


def _archive(raw: bytes, change) -> bytes:
    """The archive with each entry as `change` has it: its name, its content or pieces of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            for told, content in change(name, old.read(name)):
                with new.open(told, "w", force_zip64=True) as entry:
                    for piece in [content] if isinstance(content, bytes) else content:
                        entry.write(piece)
    return out.getvalue()


def repacked(raw: bytes, chance: random.Random) -> bytes:
    """One part of the archive broken like any file, dropped, doubled or renamed."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        chosen = chance.choice(archive.namelist())
    act = chance.choice((*ANY, "drop", "rename", "lead out"))

    def change(name, content):
        if name != chosen:
            return [(name, content)]
        if act == "drop":
            return []
        if act == "rename":
            return [(name + "x", content)]
        if act == "lead out":
            return [("../" + name, content)]
        return [(name, act(content or b"x", chance))]

    return _archive(raw, change)


def bomb(raw: bytes, chance: random.Random) -> bytes:
    """A part that unpacks to hundreds of megabytes, or XML whose entities do."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        chosen = chance.choice([one for one in archive.namelist() if not one.endswith("/")])
    size = chance.choice((30 << 20, 150 << 20, 300 << 20))

    def change(name, content):
        if name != chosen:
            return [(name, content)]
        if chance.random() < 0.5:
            return [(name, (b" " * (1 << 20) for _ in range(size >> 20)))]
        body = content.decode("utf-8", "replace")
        at = body.find("?>") + 2 if body.startswith("<?xml") else 0
        return [(name, (LAUGHS + body[at:].replace("</", "&a9;</")).encode())]

    return _archive(raw, change)


ARCHIVE = (repacked, bomb)


def mutants(name: str, count: int, seed: int):
    raw = whole(name)
    ways = [*ANY, *(ARCHIVE if name in ("xlsx", "package") else TEXT if name != "parquet" else ())]
    for number in range(count):
        chance = random.Random(f"{name} {seed} {number}")
        yield ways[number % len(ways)].__name__, ways[number % len(ways)](raw, chance)


def tried(name: str, file: Path, home: Path, ledger: Ledger) -> str:
    """What becomes of one file: refused, taken in, or no such file; anything else raises.

    `ledger` is that of the workspace.
    """
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    how = home.parent / "mapping.toml"
    how.write_text(MAPPING, "utf-8")
    kind = "table" if name == "parquet" else name
    try:
        if name == "package":
            told = plan_of_packages(home, [file])
        else:
            mapped = how if kind == "table" else None
            told = plan(home, kind, propose(kind, [file], ledger, mapped))
        if not told.refused:
            carry_out(told)
    except ReconcileError as fault:
        assert str(fault).strip()
        told = None
    after = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    if told is None or told.refused:
        assert after == before, "something was written"
        assert told is None or all(one.message for one in told.findings)
        return "no such file" if told is None else "refused"
    assert all(after[path].startswith(content) for path, content in before.items())
    assert reconcile.read(home).findings == ()
    return "taken in"


def begun(home: Path) -> Path:
    """A workspace that is not as init makes it, so that a package is added and not laid."""
    rows = "party,side,country,name\nown,insurgent,,Own\n"
    (empty(home) / "claims" / "parties.csv").write_text(rows, "utf-8")
    return home


def most_memory() -> int:
    """The most memory that this process held, in MB; its maximum resident size would tell that of
    the process it was started from, where that was larger."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", status.read_text())[1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def main(name: str, count: int, seed: int) -> dict[str, int]:
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        made = begun(Path(folder) / "made")
        ledger = reconcile.read(made)
        for number, (way, raw) in enumerate(mutants(name, count, seed)):
            home = Path(folder) / "home"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(made, home)
            file = Path(folder) / "file"
            file.write_bytes(raw)
            try:
                told[tried(name, file, home, ledger)] += 1
            except BaseException:
                print(f"{name}, seed {seed}, number {number}: {way}", file=sys.stderr)
                raise
    told["most memory"] = most_memory()
    return dict(told)


if __name__ == "__main__":
    count, seed = map(int, sys.argv[2:])
    print(json.dumps({name: main(name, count, seed) for name in sys.argv[1].split(",")}))
