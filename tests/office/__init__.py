"""LibreOffice, headless, as a person at its keyboard."""

import os
import shutil
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

OFFICE = shutil.which("soffice")
_MACRO = Path(__file__).parent / "Person.bas"
_MODULE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE script:module PUBLIC'
    ' "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">\n'
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Person"'
    ' script:language="StarBasic">{}</script:module>'
)
_LIBRARY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE library:library PUBLIC'
    ' "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">\n'
    '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
    ' library:readonly="false" library:passwordprotected="false">'
    '<library:element library:name="Person"/></library:library>'
)


def needed() -> None:
    """Skip a test where LibreOffice is absent; in CI fail it."""
    if OFFICE is None:
        if "CI" in os.environ:
            pytest.fail("LibreOffice is not installed: the workbook cannot be tried")
        pytest.skip("LibreOffice is not installed")


class Office:
    """LibreOffice with a profile of its own under `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._run("--terminate_after_init")
        basic = home / "profile" / "user" / "basic" / "Standard"
        (basic / "script.xlb").write_text(_LIBRARY, "utf-8")
        (basic / "Person.xba").write_text(_MODULE.format(escape(_MACRO.read_text("utf-8"))))

    def fill_in(self, source: Path, target: Path, typed: dict[tuple[str, str], str]) -> None:
        """Type words into cells, (sheet, cell) by (sheet, cell), and save as another workbook."""
        lines = self._home / "typed.txt"
        told = (f"{sheet}\t{cell}\t{words}" for (sheet, cell), words in typed.items())
        lines.write_text("\n".join(told), "utf-8")
        failed = self._home / "failed.txt"
        places = {
            "FILL_SOURCE": source.as_uri(),
            "FILL_TARGET": target.as_uri(),
            "FILL_TYPED": lines.as_uri(),
            "FILL_FAILED": str(failed),
        }
        self._run("macro:///Standard.Person.Fill", **places)
        assert not failed.exists(), failed.read_text("utf-8")
        assert target.exists()

    def saved_as(self, source: Path, form: str) -> Path:
        """A workbook opened and saved in another form ("ods", "xlsx")."""
        folder = self._home / f"as-{form}"
        self._run("--convert-to", form, "--outdir", str(folder), str(source))
        return folder / f"{source.stem}.{form}"

    def _run(self, *arguments: str, **places: str) -> None:
        profile = (self._home / "profile").as_uri()
        subprocess.run(
            [
                str(OFFICE),
                f"-env:UserInstallation={profile}",
                "--headless",
                "--norestore",
                *arguments,
            ],
            env=os.environ | places,
            capture_output=True,
            timeout=120,
            check=True,
        )
