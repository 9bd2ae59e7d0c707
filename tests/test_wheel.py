"""Installed as a wheel, away from the checkout, the product is whole."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_all_content_and_one_import_package(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"reconcile"}
    for folder, kinds in (("claims", ("csv", "md")), ("expectations", ("toml", "md"))):
        for kind in kinds:
            for path in (ROOT / folder).rglob(f"*.{kind}"):
                assert f"reconcile/shipped/{path.relative_to(ROOT).as_posix()}" in names
    for path in (ROOT / "reconcile").rglob("*"):
        if path.suffix in (".py", ".sql", ".toml", ".md"):
            assert path.relative_to(ROOT).as_posix() in names, path


def test_init_check_and_report_work_from_the_wheel(wheel, tmp_path):
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    packages = next((home / "lib").glob("python*")) / "site-packages"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            packages,
            wheel,
        ],
        check=True,
        capture_output=True,
    )
    # The libraries come from this environment, the product itself from the wheel alone.
    libraries = (
        Path(sys.modules["pandas"].__file__).parent.parent
        if "pandas" in sys.modules
        else (Path(__import__("pandas").__file__).parent.parent)
    )
    (packages / "libraries.pth").write_text(f"{libraries}\n")
    python = home / "bin" / "python"
    away = tmp_path / "away"
    away.mkdir()

    def reconcile(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [python, "-I", "-m", "reconcile", *arguments],
            cwd=away,
            capture_output=True,
            text=True,
            check=False,
        )

    where = subprocess.run(
        [python, "-I", "-c", "import reconcile; print(reconcile.__file__)"],
        cwd=away,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(home))
    assert reconcile("init", "--example", "sahel").returncode == 0
    told = reconcile("check", "sahel")
    assert told.returncode == 0, told.stderr
    assert "expectations put to" in told.stdout and "[figures-apart]" in told.stdout
    assert reconcile("report", "sahel", "-o", "report.md").returncode == 0
    assert "## Contested events" in (away / "report.md").read_text("utf-8")
