"""Let records serve the papers that recipes name today: ``python -m reproduce.relink``.

A run is linked to the papers whose recipes named its experiment when it was planned, with how near it comes to each. A
recipe written later changes that and nothing of what was measured, so it needs no new run: the records that ship and
those of the user are written anew with the links of today. Records of specs that no experiment plans any more stay as
they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from corpus.errors import CodepeftError
from corpus.files import dump_json_record, write_text
from corpus.home import Home
from corpus.records.run import RunRecord
from reproduce.plan import plan
from reproduce.queue.measured import sound_records


def relinked(records: Iterable[RunRecord]) -> Iterator[RunRecord | None]:
    """Yield each record with the papers and likenesses of today's recipes, None where it has them already."""
    planned = {spec.digest(): spec for spec in plan()}
    for record in records:
        spec = planned.get(record.spec_digest, record.spec)
        links = {"papers": spec.papers, "fidelity": spec.fidelity}
        as_planned = record.spec.model_copy(update=links)
        yield None if as_planned == record.spec else record.model_copy(update={"spec": as_planned}).sealed()


def main() -> int:
    """Write the records that serve other papers than they say; return 0, or another number when files are at fault."""
    try:
        sound = sound_records(Home.from_environment())
        changed = 0
        for file, record in zip(sound, relinked(sound.values()), strict=True):
            if record is not None:
                write_text(file, dump_json_record(record))
                changed += 1
    except CodepeftError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return error.exit_code
    print(f"{changed} of {len(sound)} records now serve other papers than before")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
