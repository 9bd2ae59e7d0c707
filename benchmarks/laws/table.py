"""What was measured, as Markdown, as JSON and as a picture."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks.laws.listed import RIVALS, Rival, versions

HERE = Path(__file__).parent
_RESULTS = HERE / "results.json"
_BEGIN, _END = "<!-- measured -->", "<!-- /measured -->"

Told = dict[str, Any]


def told(runs: list[Told], limit: float) -> Told:
    """The runs with what they ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)),
        "memory GB": round(memory),
        "limit": limit,
        "versions": versions({run["rival"] for run in runs}),
        "runs": runs,
    }


def beside_earlier(new: Told) -> Told:
    """What was measured now, and of what was written down before what was not measured again."""
    if not _RESULTS.exists():
        return new
    old = json.loads(_RESULTS.read_text("utf-8"))
    runs = {(run["claims"], run["case"], run["rival"]): run for run in (*old["runs"], *new["runs"])}
    ordered = sorted(runs.values(), key=lambda run: run["claims"])
    return {**new, "versions": {**old["versions"], **new["versions"]}, "runs": ordered}


def markdown(all_told: Told) -> str:
    """A table for each size, the failures below it, and the versions."""
    runs = all_told["runs"]
    cases = list(dict.fromkeys(run["case"] for run in runs))
    parts = []
    for claims in dict.fromkeys(run["claims"] for run in runs):
        found = {(run["rival"], run["case"]): run for run in runs if run["claims"] == claims}
        parts += [f"{claims:,} claims:\n", *_table(found, cases)]
    parts.append(
        f"Python {all_told['python']}, kept to {all_told['cores']} of the cores,"
        f" {all_told['memory GB']} GB of memory;"
    )
    parts.append(", ".join(f"{name} {one}" for name, one in all_told["versions"].items()) + ".")
    return "\n".join(parts) + "\n"


def _table(found: dict[tuple[str, str], Told], cases: list[str]) -> list[str]:
    cases = [case for case in cases if any(told == case for _, told in found)]
    head = ["rival", "own laws", "verdict", "import", *cases, f"clock, {cases[-1]}", "peak MB"]
    lines = [f"| {' | '.join(head)} |", f"|---|---|---|{'---:|' * (len(head) - 3)}"]
    notes = []
    for rival in RIVALS:
        of_it = [found[rival.name, case] for case in cases if (rival.name, case) in found]
        if len(of_it) < len(cases):
            continue
        lines.append(f"| {' | '.join(_row(rival, of_it))} |")
        for run in of_it:
            if "why" in run and not run["why"].startswith("longer"):
                notes.append(f"- {rival.name}: {run['why']}")
    return [*lines, "", *dict.fromkeys(notes), *([""] if notes else [])]


def _row(rival: Rival, runs: list[Told]) -> list[str]:
    good = [run for run in runs if "why" not in run]
    said = "names the rows" if rival.names else "counts only"
    faults = dict.fromkeys(run["why"].partition(":")[0] for run in runs if "why" in run)
    imports = f"{min(run['import cpu'] for run in good):.1f}" if good else "–"
    steps = [
        f"{run['load cpu']:.2f} + {run['check cpu']:.2f}" if "why" not in run else _short(run)
        for run in runs
    ]
    last = runs[-1]
    clock = f"{last['load clock'] + last['check clock']:.2f}" if "why" not in last else "–"
    peak = f"{max(run['peak MB'] for run in good):,.0f}" if good else "–"
    verdict = said if good else ", ".join(faults)
    own = "by hand" if rival.own is None else f"{rival.own} of 7"
    return [rival.name, own, verdict, imports, *steps, clock, peak]


def _short(run: Told) -> str:
    return str(run["why"].partition(":")[0])


def write(all_told: Told) -> None:
    """Leave the numbers, the picture and the tables in this folder."""
    text = json.dumps(all_told, indent=1, ensure_ascii=False)
    _RESULTS.write_text(text + "\n", "utf-8")
    from benchmarks.laws.picture import draw

    draw(all_told, HERE / "laws.svg")
    readme = HERE / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    readme.write_text(f"{before}{_BEGIN}\n\n{markdown(all_told)}\n{_END}{after}", "utf-8")
