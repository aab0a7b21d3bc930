"""What is made of a function for each embedded data set."""

from __future__ import annotations

import ast

import pytest

from corpus import Home
from reproduce.data import open_dataset
from reproduce.data.embedded import blanks, comments, extract, faults, names, texts, unit_tests
from reproduce.data.embedded.choosing import pick, plain_lines
from reproduce.data.functions import functions_in
from reproduce.data.opening import FIELDS
from reproduce.data.packages import Found
from reproduce.registry import datasets
from reproduce.registry.datasets import InstalledPackages, packages_of

SOURCE = '''
def largest_of(items, start_at=0):
    """Return the largest of the items from ``start_at`` on."""
    best = items[0]
    for at in range(start_at, len(items)):
        if items[at] > best and best is not None:
            best = max(best, items[at])
    return best


def count_words(text, most):
    """Count the words of a text, at most so many."""
    words = text.split()
    if len(words) <= most:
        return len(words)
    return most
'''
FOUND = tuple(Found(f"pkg/a.py:{function.line}", function) for function in functions_in(SOURCE))
EMBEDDED = [name for name, entry in datasets().items() if isinstance(entry.origin, InstalledPackages)]


def test_choice_hangs_on_the_key_alone():
    """The same key picks the same of the same options; keys spread over all of them."""
    assert pick("a", "xyz") == pick("a", "xyz")
    assert {pick(str(at), "xyz") for at in range(50)} == set("xyz")


def test_lines_with_texts_and_comments_are_not_plain():
    """What stands in a text or a comment is never changed; a text of several lines shuts the whole body out."""
    assert plain_lines("x = 1\ny = 'a < b'\nz = 2  # < 3\n") == [0]
    assert plain_lines('x = 1\ny = """\na < b\n"""\n') == []


def test_summary_body_and_line_are_parts_of_the_function():
    """What is read and what is written come from one function and do not overlap."""
    (summary, _), (body, _), lines = texts.summarised(FOUND), texts.written(FOUND), texts.completed(FOUND)
    assert summary["target"] == "Return the largest of the items from ``start_at`` on."
    assert summary["target"] not in summary["source"]
    assert ast.parse(body["source"] + body["target"])
    for row, found in zip(lines, FOUND, strict=True):
        assert found.function.code.startswith(row["source"] + row["target"] + "\n")


def test_name_is_hidden_and_written_as_words():
    """The own name is nowhere to be read; its words are what is to be written."""
    rows = names.recommended(FOUND)
    assert [row["target"] for row in rows] == ["largest of", "count words"]
    assert all(row["target"].replace(" ", "_") not in row["source"] for row in rows)
    assert names.words_of("parseHTTPHeader_v2") == ["parse", "http", "header", "v", "2"]


def test_every_other_name_is_a_foreign_one():
    """An inconsistent name is that of another function and shares no word with the own one."""
    own, foreign = names.checked(FOUND)
    assert (own["label"], foreign["label"]) == (names.CONSISTENT, names.INCONSISTENT)
    assert own["text"] == FOUND[0].function.code
    assert foreign["text"] == FOUND[1].function.code.replace("count_words", "largest_of")


def test_fault_is_one_changed_line_that_parses():
    """Sound and faulty stand side by side, differ in one line, and both are programs."""
    rows = faults.judged(FOUND)
    assert [row["label"] for row in rows] == [0, 1, 0, 1]
    for sound, faulty in zip(rows[::2], rows[1::2], strict=True):
        changed = [
            pair
            for pair in zip(sound["text"].splitlines(), faulty["text"].splitlines(), strict=True)
            if len(set(pair)) > 1
        ]
        assert len(changed) == 1
        assert ast.parse(faulty["text"])


def test_repair_undoes_the_fault_and_review_sees_both_ways():
    """What is to be written is the function as it was; a review has the change and its opposite."""
    for row, found in zip(faults.repaired(FOUND), FOUND, strict=True):
        assert row["target"] == found.function.code != row["source"]
    undone, made = faults.reviewed(FOUND)[:2]
    assert (undone["label"], made["label"]) == (0, 1)
    swapped = {"-": "+", "+": "-"}
    assert sorted(swapped.get(line[0], " ") + line[1:] for line in undone["text"].splitlines()) == sorted(
        made["text"].splitlines()
    )


def test_lines_are_the_changed_ones_of_the_whole_functions():
    """What is judged by itself is the line in which a sound and a faulty function differ, not indented."""
    for whole, alone in zip(faults.judged(FOUND), faults.judged_lines(FOUND), strict=True):
        assert (alone["id"], alone["label"]) == (whole["id"], whole["label"])
        assert alone["text"].rstrip("\n") in [line.strip() for line in whole["text"].splitlines()]
    sound, faulty = (row["text"] for row in faults.judged_lines(FOUND)[:2])
    undone, made = faults.reviewed_lines(FOUND)[:2]
    assert (undone["text"], undone["other"], undone["label"]) == (faulty, sound, faults.SOUND)
    assert (made["text"], made["other"], made["label"]) == (sound, faulty, faults.FAULTY)


@pytest.mark.parametrize("name", ["package-fault-lines", "package-review-lines"])
def test_no_held_out_line_is_in_the_training_split(name, tmp_path):
    """Short lines come up in many packages; those that were trained on are not asked about, and classes stay even."""
    opened = open_dataset(datasets()[name], Home(tmp_path))
    for split in (opened.validation, opened.test):
        assert not {*split.texts, *(split.others or ())} & {*opened.train.texts, *(opened.train.others or ())}
        assert sum(split.labels) * 2 == len(split.labels)


@pytest.mark.parametrize(
    ("operator", "before", "after", "comment"),
    [
        (
            "comparison turned round",
            "if a < b:",
            "if a > b:",
            "The comparison is turned round: this was < and is > now.",
        ),
        ("test for None negated", "if a is None:", "if a is not None:", "it asks for the opposite."),
        ("off by one", "x = a[0]", "x = a[1]", "it should stay 0, not 1."),
        ("constant negated", "x = True", "x = False", "Why False? The value was True and should stay so."),
        (faults.WRONG_VARIABLE, "return f(b, a.b)", "return f(c, a.b)", "Wrong variable: c is used where b is meant."),
    ],
)
def test_comment_says_what_was_exchanged(operator, before, after, comment):
    """The sentence is that of the kind of fault, with the signs before and after the change."""
    assert faults._comment(faults.Change(operator, 0, before, after)).endswith(comment)


def test_a_comment_stands_on_the_change_that_brings_the_fault_in():
    """What is read is the change that a review would refuse; every operator has its sentence."""
    refused = [row["text"] for row in faults.reviewed(FOUND) if row["label"] == faults.FAULTY]
    assert [row["source"] for row in faults.commented(FOUND)] == refused
    assert set(faults.COMMENTS) == {*faults.OPERATORS, faults.WRONG_VARIABLE}


@pytest.mark.parametrize(
    ("operator", "line", "changed"),
    [
        ("comparison turned round", "    if a < b:", "    if a > b:"),
        ("condition negated", "    if done(a):", "    if not done(a):"),
        ("condition negated", "    while not left:", "    while left:"),
        ("test for None negated", "    if a is not None:", "    if a is None:"),
        ("off by one", "    x = a[0]", "    x = a[1]"),
        ("arithmetic swapped", "    x = a + b", "    x = a - b"),
        ("constant negated", "    x = True", "    x = False"),
    ],
)
def test_operators(operator, line, changed):
    """Each operator of the list does what its name says."""
    made = [
        text for pattern, instead in faults.OPERATORS[operator] for text in faults._one_by_one(line, pattern, instead)
    ]
    assert changed in made


def test_wrong_variable_is_another_parameter():
    """A use of a parameter becomes another parameter; keyword names and attributes are left alone."""
    (found,) = (
        Found("p/a.py:1", function)
        for function in functions_in(
            'def f(left, right):\n    """Add two numbers, one by one."""\n    z.left = g(left=1)\n    return left\n'
        )
    )
    wrong = {change.after for change in faults._candidates(found) if change.operator == faults.WRONG_VARIABLE}
    assert wrong == {"    return right"}


def test_blanks_are_as_often_one_option_as_the_other():
    """Surplus blanks with the more frequent answer are left out, so that frequency does not help."""
    wanted = ["a == b", "a == c", "a != d", "a == e"]
    sources = [
        f'def f{at}(a):\n    """Say whether this is so."""\n    x = 1\n    return {text}\n'
        for at, text in enumerate(wanted)
    ]
    found = tuple(Found(f"p/{at}", next(functions_in(source))) for at, source in enumerate(sources))
    rows = blanks.blanked(found)
    assert sorted(row["answer"] for row in rows) == ["!=", "=="]
    assert all(row["text"].count("<mask>") == 1 and row["options"] == ["==", "!="] for row in rows)


def test_comment_follows_the_renamed_parameter():
    """Only the named parameter changes, in code and comment alike."""
    (row,) = comments.updated(FOUND)
    new = row["target"].partition("``")[2].partition("``")[0]
    assert new in ("items", "text", "most")
    comment, _, changes = row["source"].partition("\n")
    assert comment.replace("start_at", new) == row["target"]
    assert all(line[0] in "+-" for line in changes.splitlines())


def test_tests_that_stand_alone_are_found():
    """A test with an argument or a decorator is left out; one of a class loses its self."""
    source = (
        "class TestIt:\n    def test_one(self):\n        x = 1\n        assert x\n\n    def test_two(self, fixture):\n"
        "        x = fixture\n        assert x\n\n@skip\ndef test_three():\n    x = 1\n    assert x\n"
    )
    assert list(unit_tests._tests_in(source)) == [("one", "def test_one():\n    x = 1\n    assert x\n")]


def test_test_belongs_to_the_longest_name_that_fits():
    """test_count_words_of_nothing tests count_words, not count."""
    functions = {"count": FOUND[0], "count_words": FOUND[1]}
    assert unit_tests._function_of("count_words_of_nothing", functions) == "count_words"
    assert unit_tests._function_of("other", functions) is None


@pytest.mark.parametrize("name", EMBEDDED)
def test_embedded_sets_have_the_fields_of_their_kind(name):
    """Every embedded set names an extraction and packages that are there."""
    entry = datasets()[name]
    assert {pin.split for pin in packages_of(entry.origin)} == {"train", "validation", "test"}
    assert entry.kind in FIELDS


def test_embedded_sets_are_the_pinned_ones(lab: Home):
    """Cut out of the installed packages, every embedded set of the shared choice has the pinned content."""
    shared = [name for name in EMBEDDED if datasets()[name].origin.like and datasets()[name].origin.cap is None]
    for name in shared:
        opened = open_dataset(datasets()[name], lab)
        assert not set(opened.test.groups) & set(opened.train.groups)
        assert set(extract(datasets()[name].origin)["test"][0]) >= set(FIELDS[datasets()[name].kind])


def test_words_to_fill_in_are_frequent_and_frequency_does_not_tell(tmp_path):
    """The answer is one of four words that the training functions have often; wrong ones are others' answers."""
    opened = open_dataset(datasets()["package-cloze-words"], Home(tmp_path))
    for split in (opened.train, opened.validation, opened.test):
        asked = set(split.answers)
        for text, options, answer in zip(split.texts, split.options, split.answers, strict=True):
            assert text.count("<mask>") == 1
            assert answer in options
            assert set(options) <= asked
            assert list(options) == sorted(set(options))
            assert len(options) == blanks.OPTIONS
    filled = opened.test.texts[0].replace("<mask>", opened.test.answers[0])
    assert ast.parse(filled)
