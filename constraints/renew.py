"""Write down what a fresh install takes today: one constraints file per line of DuckDB."""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LINES = {"1.5": "duckdb>=1.5,<2", "2.0": "duckdb>=2.0,<3"}

for line, duckdb in LINES.items():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        project = f"{HERE.parent}[dev,spark]"
        subprocess.run([*pip, "install", "--quiet", project, duckdb], check=True)
        frozen = subprocess.run(
            [*pip, "freeze", "--exclude", "claims-reconcile"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    head = f"# A fresh install with {duckdb}, as it was tested. Renewed by make constraints.\n"
    (HERE / f"duckdb-{line}.txt").write_text(head + frozen, "utf-8")
