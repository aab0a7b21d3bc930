"""Let records serve the papers that recipes name today: ``python -m reproduce.relink``.

A run is linked to the papers whose recipes named its experiment when it was planned, with how near it comes to each. A
recipe written later changes that and nothing of what was measured, so it needs no new run: the records that ship and
those of the user are written anew with the links of today. Where an experiment that is planned has other settings now,
the records of its earlier ones that ship stay, and say that they are superseded: answers count them no more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.errors import CodepeftError
from corpus.files import dump_json_record, write_text
from corpus.home import SHIPPED_RUNS, Home
from corpus.records.run import RunRecord, RunSpec
from reproduce.plan import plan
from reproduce.queue.measured import sound_records


def relinked(records: Iterable[RunRecord]) -> Iterator[RunRecord]:
    """Yield each record with the papers and likenesses of today's recipes."""
    planned = {spec.digest(): spec for spec in plan()}
    for record in records:
        spec = planned.get(record.spec_digest, record.spec)
        links = {"papers": spec.papers, "fidelity": spec.fidelity}
        as_planned = record.spec.model_copy(update=links)
        yield record.model_copy(update={"spec": as_planned}).sealed()


def superseded(records: Iterable[RunRecord]) -> Iterator[RunRecord]:
    """Yield each record with the reason why it counts no more, or none.

    It counts no more when its experiment still plans a run of its method and seed, with other settings.
    """
    planned = plan()
    digests = {spec.digest() for spec in planned}
    today = {(spec.recipe, spec.method, spec.seed): spec for spec in planned}
    for record in records:
        spec = today.get((record.spec.recipe, record.spec.method, record.spec.seed))
        reason = None
        if spec is not None and record.spec_digest not in digests:
            reason = f"its experiment has other settings now: {'; '.join(_differences(record.spec, spec))}"
        yield record.model_copy(update={"superseded_because": reason}).sealed()


def _differences(earlier: RunSpec, today: RunSpec) -> Iterator[str]:
    """Yield what is set otherwise today, with both values."""
    before, now = _settings(earlier), _settings(today)
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            yield f"{name.replace('_', ' ')} {now.get(name)} in place of {before.get(name)}"


def _settings(spec: RunSpec) -> dict[str, Any]:
    """Return all that determines a run, parts unfolded."""
    found: dict[str, Any] = {}
    for name, value in spec.model_dump(mode="json", exclude={"papers", "fidelity"}).items():
        found |= value if isinstance(value, dict) else {name: value}
    return found


def main() -> int:
    """Write the records whose links or standing have changed; return 0, or another number when files are at fault."""
    try:
        sound = sound_records(Home.from_environment())
        today = dict(zip(sound, relinked(sound.values()), strict=True))
        ours = [file for file in today if file.is_relative_to(SHIPPED_RUNS)]
        today |= zip(ours, superseded([today[file] for file in ours]), strict=True)
        changed = [file for file, record in today.items() if record != sound[file]]
        for file in changed:
            write_text(file, dump_json_record(today[file]))
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    print(f"{len(changed)} of {len(sound)} records now serve other papers than before, or are superseded")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
