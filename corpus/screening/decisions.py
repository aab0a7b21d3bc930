"""The file of screening decisions: a row a decision, in the order in which they were made; it only grows."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from pydantic import ValidationError

from corpus.errors import CodepeftError, Problem, RecordError, RequestError, lookup
from corpus.files import problems_of, raise_all, read_text
from corpus.home import Home
from corpus.records.screening import Decision, Stage, Verdict

FILE = "decisions.csv"
COLUMNS = tuple(Decision.model_fields)


def read_decisions(home: Home) -> tuple[Decision, ...]:
    """Return all decisions in their order; raise RecordError naming every faulty row."""
    path = home.screening / FILE
    if not path.exists():
        return ()
    rows = csv.DictReader(io.StringIO(read_text(path)), strict=True)
    found: list[Decision] = []
    problems: list[Problem] = []
    try:
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise RecordError([Problem(path.name, "line 1", f"the header must be {','.join(COLUMNS)}")])
        for row in rows:
            if None in row or None in row.values():
                problems.append(Problem(path.name, f"line {rows.line_num}", f"a row has {len(COLUMNS)} cells"))
                continue
            try:
                found.append(Decision.model_validate({key: value for key, value in row.items() if value != ""}))
            except ValidationError as error:
                problems.extend(problems_of(error, path.name, f"line {rows.line_num}, "))
    except csv.Error as error:
        problems.append(Problem(path.name, f"line {rows.reader.line_num}", f"not CSV: {error}"))
    raise_all(problems)
    return tuple(found)


def record_decisions(
    home: Home,
    references: Sequence[str],
    known: Collection[str],
    *,
    stage: Stage,
    reviewer: str,
    verdict: Verdict,
    reason: str | None = None,
) -> tuple[Decision, ...]:
    """Add a decision on each reference to the file, all or none, and return them.

    Raises:
        UnknownNameError: a reference is not in the library.
        RequestError: the reviewer's name cannot be stored, or an exclusion has no reason.
    """
    for name in references:
        lookup("reference", name, dict.fromkeys(known))
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        made = tuple(
            Decision(reference=name, stage=stage, reviewer=reviewer, verdict=verdict, reason=reason or None, at=now)
            for name in references
        )
    except ValidationError as error:
        fault = problems_of(error, "decision")[0]
        raise RequestError(f"the decision cannot be kept: {fault.where or 'reason'}: {fault.message}") from None
    _append(home, made)
    return made


def _append(home: Home, decisions: Sequence[Decision]) -> None:
    """Write all rows by one call at the file's end, so that two reviewers' programs do not mix their lines."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    path = home.screening / FILE
    try:
        home.screening.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            writer.writerow(COLUMNS)
        for decision in decisions:
            values = decision.model_dump(mode="json")
            writer.writerow(["" if values[column] is None else values[column] for column in COLUMNS])
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, out.getvalue().encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise CodepeftError(f"the decision was not kept: {path} cannot be written: {error.strerror}") from None
