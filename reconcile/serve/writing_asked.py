"""What the routes that write may be asked: rows, acts, words, and the headers that go with them."""

# Annotations are values here, as in `reconcile.serve.writing`.

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import Header, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reconcile.filing import filed
from reconcile.serve.filters import Identity
from reconcile.serve.service import Service
from reconcile.serve.typed import WRITTEN
from reconcile.serve.writing_schema import ACTING, RECORDING, ROWS

Act = Literal["submitted", "accepted", "returned", "retracted"]
"""What is done with a claim that is there."""


LONGEST_REASON = 1000
"""The most characters of a reason."""

Cell = str | int | bool | None
Row = dict[Annotated[str, StringConstraints(max_length=100)], Cell]
Rows = Annotated[list[Row], Field(max_length=100)]
Because = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REASON)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Any text that this request alone bears; a repeat is answered as the first.",
        examples=["3f2c9d1e-record-djibo"],
    ),
]
Match = Annotated[
    str,
    Header(alias="If-Match", max_length=200, description="The ETag of the review as you saw it."),
]
Claim = Annotated[Identity, Path(description="The id of a claim.", examples=["djibo--jnim--1"])]


class Rowed(BaseModel):
    """Rows to be added, by table, as the columns of the format name their cells."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ROWS]})

    sources: Rows = []
    documents: Rows = []
    events: Rows = []
    figures: Annotated[list[Row], Field(min_length=1, max_length=100)]

    def rows(self, service: Service) -> Mapping[str, list[Mapping[str, object]]]:
        """The rows by the file that they go to, without the tables that get none."""
        told = {name: getattr(self, name) for name in WRITTEN}
        current = service.keeper.current
        return filed(service.keeper.workspace, told, current.year_of)


class Recording(Rowed):
    """Claims to be recorded, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECORDING]})

    because: Because
    act: Literal["draft", "submitted"] = "submitted"


class Acting(BaseModel):
    """What is done with a claim, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ACTING]})

    act: Act
    because: Because


class Unasked(BaseModel):
    """No parameter: one that is given is refused."""

    model_config = ConfigDict(extra="forbid")


Bare = Annotated[Unasked, Query()]


class Worded(BaseModel):
    """Words for a figure."""

    model_config = ConfigDict(extra="forbid")

    stated: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")] = (
        "en"
    )
    codebook: Literal["literal", "idiomatic", "acled", "isaf", "ucdp"] = "literal"
