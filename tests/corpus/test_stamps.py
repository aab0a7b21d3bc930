"""A cheap look at the record files: it sees every change, and reads none of them."""

import os
from pathlib import Path

import pytest

from corpus.home import Home
from corpus.stamps import SETTLED, stamp

OWN = ("papers/P901.yaml", "results/P901.csv", "runs/some/one.json", "imports/I1/import.json", "foreign/F1.json")


@pytest.mark.parametrize("name", OWN)
def test_a_new_a_changed_and_a_lost_file_change_the_stamp(name: str, home: Home):
    """Whatever kind of record it is."""
    path = home.root / name
    seen = [stamp(home).value]
    path.parent.mkdir(parents=True)
    path.write_text("one")
    seen.append(stamp(home).value)
    path.write_text("longer")
    seen.append(stamp(home).value)
    os.utime(path, ns=(1, 1))
    seen.append(stamp(home).value)
    path.unlink()
    assert len(set(seen)) == len(seen)
    assert stamp(home).value == seen[0]


def test_a_file_beside_the_records_counts_when_it_is_named(home: Home, tmp_path: Path):
    """The vocabulary is watched too."""
    beside = tmp_path / "vocabulary.yaml"
    beside.write_text("a: 1")
    before = stamp(home, beside)
    beside.write_text("a: 12")
    assert stamp(home, beside).value != before.value


def test_what_has_just_changed_is_not_settled(home: Home):
    """A second change within the clock's tick could not be seen, so a young stamp is not trusted."""
    path = home.papers / "P901.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("one")
    assert not stamp(home).settled
    old = path.stat().st_mtime - 10 * SETTLED
    os.utime(path, (old, old))
    assert stamp(home).settled
