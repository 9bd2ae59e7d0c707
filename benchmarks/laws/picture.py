"""The seconds of each rival as a picture: a row each, a mark for each case, a logarithmic scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt

from benchmarks.laws.listed import RIVALS


def draw(told: dict[str, Any], file: Path) -> None:
    """Write the picture of the largest ledger on which every case was measured.

    A run that was cut off stands at its limit.
    """
    measured: dict[int, set[str]] = {}
    for run in told["runs"]:
        measured.setdefault(run["claims"], set()).add(run["case"])
    most = max(map(len, measured.values()))
    claims = max(size for size, cases in measured.items() if len(cases) == most)
    marks = [
        {
            "rival": run["rival"],
            "failing": run["case"],
            "seconds": max(run.get("check cpu", told["limit"]), 0.001),
            "ended": "why" not in run,
        }
        for run in told["runs"]
        if run["claims"] == claims and ("why" not in run or run["why"].startswith("longer"))
    ]
    chart = (
        alt.Chart(alt.Data(values=marks))
        .mark_point(size=90, filled=True)
        .encode(
            x=alt.X("seconds:Q", title="processor seconds of the check", scale={"type": "log"}),
            y=alt.Y("rival:N", title=None, sort=[rival.name for rival in RIVALS]),
            color=alt.Color("failing:N", sort=None, scale={"scheme": "dark2"}),
            shape=alt.Shape("failing:N", sort=None),
            opacity=alt.condition("datum.ended", alt.value(1), alt.value(0.3)),
        )
        .properties(width=560, title=f"The laws on {claims:,} claims")
    )
    chart.save(str(file))
