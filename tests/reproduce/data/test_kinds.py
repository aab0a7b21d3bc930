"""The kinds of data that are learnt item by item."""

from __future__ import annotations

from itertools import islice

import pytest

from reproduce.data import Classified, Cloze, Generated, Labelled, Programs
from reproduce.data.splits import endless_order


def test_order_sees_every_item_before_any_twice_and_repeats():
    """The same seed gives the same order; a pass over the items holds each once; the next pass is another one."""
    first = list(islice(endless_order(50, 3), 150))
    assert first == list(islice(endless_order(50, 3), 150))
    passes = [first[:50], first[50:100], first[100:]]
    assert all(sorted(each) == list(range(50)) for each in passes)
    assert passes[0] != passes[1]
    assert first != list(islice(endless_order(50, 4), 150))


def test_empty_split_has_no_order():
    """Nothing to draw from is told instead of looping for ever."""
    with pytest.raises(ValueError, match="empty"):
        next(endless_order(0, 0))


@pytest.fixture
def judged() -> Classified:
    """Six pairs, four of the first class."""
    rows = [{"id": f"p{at}/f{at}", "text": f"a{at}", "other": f"b{at}", "label": int(at > 3)} for at in range(6)]
    return Classified.from_rows(rows)


def test_trial_of_classified_items_holds_every_class(judged: Classified):
    """A classified split that is cut down keeps items of every class and knows how many classes there are."""
    cut = judged.head(3)
    assert (cut.labels, cut.texts, cut.others, cut.classes) == ((0, 0, 1), ("a0", "a1", "a4"), ("b0", "b1", "b4"), 2)
    assert cut.groups == ("p0", "p1", "p4")
    assert judged.head(None) is judged


def test_single_texts_have_no_others():
    """Items of one text have no second one."""
    assert Classified.from_rows([{"id": "x", "text": "t", "label": 0}]).others is None


def test_cut_splits_keep_their_columns_together():
    """Cutting a split down cuts every column to the same items."""
    texts = Generated.from_rows([{"id": f"i{at}", "source": f"s{at}", "target": f"t{at}"} for at in range(4)]).head(2)
    assert (texts.ids, texts.texts, texts.targets) == (("i0", "i1"), ("s0", "s1"), ("t0", "t1"))
    rows = [{"id": f"i{at}", "text": "<mask>", "options": ["max", "min"], "answer": "max"} for at in range(3)]
    cloze = Cloze.from_rows(rows).head(1)
    assert (cloze.ids, cloze.options, cloze.answers) == (("i0",), (("max", "min"),), ("max",))
    assert list(islice(cloze.order(1), 3)) == [0, 0, 0]
    assert list(islice(Labelled(("a", "b"), ("x", "y"), (0, 1)).order(1), 2)) in ([0, 1], [1, 0])


def test_program_is_prompt_answer_and_tests_or_the_answer_alone():
    """An answer continues its prompt, unless the row says what stands before it."""
    row = {
        "id": "h/1",
        "prompt": "def f():\n",
        "solution": "    return 1\n",
        "tests": "assert f() == 1",
        "entry_point": "f",
    }
    assert Programs.from_rows([row]).program(0, "    return 2\n") == "def f():\n    return 2\n\n\nassert f() == 1\n"
    repaired = Programs.from_rows([{**row, "before": ""}])
    assert repaired.program(0, "def f(): return 1") == "def f(): return 1\n\nassert f() == 1\n"
    assert repaired.texts == ("def f():\n",)
