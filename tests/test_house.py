"""The rules of the house: who imports whom, one door per heavy library, no network, small rooms."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "reconcile"
MODULES = sorted(PACKAGE.rglob("*.py"))

ORDER = [
    "unseen",
    "deferred",
    "finding",
    "model",
    "escape",
    "tables",
    "rules",
    "aggregation",
    "wording",
    "bundled",
    "scratch",
    "engine",
    "reading",
    "rows",
    "dangling",
    "ledger",
    "journal",
    "circle",
    "breach",
    "verdict",
    "sieve",
    "law",
    "contract",
    "containment",
    "view",
    "filling",
    "database",
    "spark",
    "naming",
    "selection",
    "totals",
    "suite",
    "relation",
    "slices",
    "refusal",
    "expectation",
    "waiver",
    "pipeline",
    "replacing",
    "record",
    "filing",
    "baseline",
    "difference",
    "trial",
    "review",
    "revision",
    "exchange",
    "formats",
    "pages",
    "serve",
    "cli",
]
DOORS = {
    "pandera": {"contract"},
    "duckdb": {"engine", "database"},
    "pyspark": {"spark"},
    "great_expectations": {"expectation"},
    "typer": {"cli"},
    "rich": {"cli"},
    "xlsxwriter": {"exchange"},
    "openpyxl": {"exchange"},
    "jinja2": {"pages"},
    "babel": {"exchange", "pages"},
    "charset_normalizer": {"reading"},
    "dateutil": {"reading"},
    "scipy": {"slices"},
    "fastapi": {"serve", "cli"},
    "starlette": {"serve"},
    "pydantic": {"serve"},
    "uvicorn": {"cli"},
}
NETWORK = {"socket", "urllib", "http", "requests", "httpx", "ssl", "ftplib", "asyncio"}


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """Every module that a file imports at run time, also inside functions."""
    told: list[str] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.Import):
            told.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            told.extend(f"{node.module}.{alias.name}" for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(path.read_text("utf-8")))
    return told


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_those_above_it(path):
    here = room(path)
    if here in ("__init__", "__main__"):
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "reconcile" and len(parts) > 1 and parts[1] in ORDER:
            assert ORDER.index(parts[1]) <= ORDER.index(here), f"{here} imports {name}"


def test_every_room_has_its_place_in_the_order():
    rooms = {room(path) for path in MODULES} - {"__init__", "__main__"}
    assert rooms == set(ORDER)


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library):
    using = {
        room(path) for path in MODULES if any(n.split(".")[0] == library for n in imports(path))
    }
    assert using and using <= DOORS[library]


def test_nothing_can_reach_the_network():
    for path in MODULES:
        assert not NETWORK & {name.split(".")[0] for name in imports(path)}, path


def test_rooms_are_small_and_plainly_named():
    for path in MODULES:
        assert len(path.read_text("utf-8").splitlines()) <= 300, path
        words = {"utils", "helpers", "common", "manager", "process", "handle", "misc"}
        assert path.stem not in words, path


def test_no_submodule_hides_a_public_verb():
    import reconcile

    for name in reconcile.__all__:
        assert not (PACKAGE / f"{name}.py").exists() and not (PACKAGE / name).is_dir(), name
        assert getattr(reconcile, name) is not None


def loaded_by(*arguments: str) -> set[str]:
    """The top-level modules in a fresh interpreter after a command."""
    code = (
        "import sys\nfrom reconcile.cli import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(sorted({n.split('.')[0] for n in sys.modules})), file=sys.stderr)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(told.stderr.splitlines()[-1].split())


HEAVY = {
    *("pandas", "numpy", "pandera", "duckdb", "great_expectations", "rich", "jinja2", "babel"),
    *("fastapi", "starlette", "uvicorn"),
}


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["compare", "--help"], ["serve", "--help"]]
)
def test_help_loads_nothing_heavy(arguments):
    assert not loaded_by(*arguments) & HEAVY


def test_a_check_of_the_laws_alone_never_loads_great_expectations():
    loaded = loaded_by("check", "--no-expectations")
    assert "pandera" in loaded
    assert "great_expectations" not in loaded


def test_a_run_opens_no_connection():
    code = (
        "import sys, socket\n"
        "def refuse(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.bind'):\n"
        "        raise RuntimeError(f'network: {event} {arguments}')\n"
        "sys.addaudithook(refuse)\n"
        "from reconcile.cli import app\n"
        "app(['check', '--fail-on', 'never'])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "expectations put to" in told.stdout
    assert "network" not in told.stderr


def test_public_names_are_documented():
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
