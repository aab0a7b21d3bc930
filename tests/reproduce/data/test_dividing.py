"""Our own divisions: whole groups, the same for everybody, nothing on two sides."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from reproduce.data.dividing import divided
from reproduce.registry.datasets import ByHash, ByNumber

SHARES = {"train": 60, "validation": 20, "test": 20}


def by_hash(**changes) -> ByHash:
    """Return a division of the table ``all``."""
    given = {"by": "hash", "tables": ("all",), "shares": SHARES, "because": "a test", **changes}
    return ByHash.model_validate(given)


def rows(groups: int, each: int) -> list[dict]:
    """Return rows of so many groups."""
    return [{"id": f"g{group}/{at}", "source": f"s{group}"} for group in range(groups) for at in range(each)]


def test_groups_stay_whole_and_shares_are_about_right():
    """Rows of a group are in one split, every row is in one, and the shares are those asked for."""
    splits = divided({"all": rows(500, 3)}, by_hash())
    groups = [{row["id"].partition("/")[0] for row in splits[split]} for split in SHARES]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
    assert sum(map(len, splits.values())) == 1500
    assert [round(len(each) / 5) for each in groups] == pytest.approx([60, 20, 20], abs=6)


def test_division_does_not_depend_on_the_order_of_the_rows():
    """The same rows in another order give the same splits in the same order."""
    assert divided({"all": rows(40, 2)[::-1]}, by_hash()) == divided({"all": rows(40, 2)}, by_hash())


def test_rows_whose_groups_go_apart_are_left_out():
    """A pair is kept only where both its functions are in one split, so no function is in two."""
    pairs = [{"id": f"{a}/{b}", "text": f"f{a}", "other": f"f{b}"} for a in range(30) for b in range(a)]
    splits = divided({"all": pairs}, by_hash(groups=("text", "other")))
    functions = [{row[side] for row in splits[split] for side in ("text", "other")} for split in SHARES]
    assert not functions[0] & functions[1] | functions[0] & functions[2] | functions[1] & functions[2]
    assert 0 < sum(map(len, splits.values())) < len(pairs)


def test_other_tables_stay_and_their_groups_are_kept_apart():
    """A published test split stays as it is, and rows of its groups are not trained on."""
    tables = {"all": rows(50, 1), "test": [{"id": "t/0", "source": "s7"}]}
    shares = {"train": 90, "validation": 10}
    splits = divided(tables, by_hash(shares=shares, groups=("source",), apart_from=("test",)))
    assert splits["test"] == tables["test"]
    assert len(splits["train"]) + len(splits["validation"]) == 49
    assert "s7" not in {row["source"] for row in splits["train"] + splits["validation"]}


def test_no_more_rows_than_asked_for():
    """A cap keeps the rows whose ids have the smallest hashes: those that a lower cap would keep first."""
    few = divided({"all": rows(200, 1)}, by_hash(most={"train": 5}))["train"]
    more = divided({"all": rows(200, 1)}, by_hash(most={"train": 9}))["train"]
    assert (len(few), len(more)) == (5, 9)
    assert more[:5] == few


def test_published_numbers_divide():
    """A division by number puts each row where its number says and leaves out what is in no range."""
    division = ByNumber(by="number", table="all", ranges={"train": ((5, 6), (9, 9)), "test": ((1, 2),)})
    table = [{"id": f"T/{number}"} for number in range(1, 11)]
    splits = divided({"all": table}, division)
    assert [row["id"] for row in splits["train"]] == ["T/5", "T/6", "T/9"]
    assert [row["id"] for row in splits["test"]] == ["T/1", "T/2"]
    assert splits["validation"] == []


def test_shares_that_do_not_add_up_are_refused():
    """A division that would lose rows is a fault of the registry."""
    with pytest.raises(ValidationError, match="come to 100"):
        by_hash(shares={"train": 50, "test": 40})
