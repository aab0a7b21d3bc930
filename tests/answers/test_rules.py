"""Rules, traits and words as data: they are readable, complete, and use only names that exist."""

from __future__ import annotations

import re

import pytest

from corpus.errors import RecordError, RequestError, UnknownNameError
from taxonomy.answers.rules import AtMost, Rule, first_that_holds, read_rules, rules
from taxonomy.answers.traits import read_traits, traits, traits_file
from taxonomy.answers.words import task_words, understand_task


def test_a_rule_holds_when_every_fact_does():
    """Facts are joined by AND; a limit holds for numbers at or below it and never for a missing one."""
    rule = Rule(id="both", when={"family": "comparison", "size": AtMost(at_most=3)}, reason="because")
    assert rule.holds({"family": "comparison", "size": 3.0})
    assert not rule.holds({"family": "comparison", "size": 3.1})
    assert not rule.holds({"family": "comparison", "size": None})
    assert not rule.holds({"family": "additive", "size": 1.0})


def test_the_first_rule_that_holds_gives_the_reason():
    """Rules are tried in the order of the file."""
    one, two = (Rule(id=name, when={"trial": True}, reason=name) for name in ("one", "two"))
    assert first_that_holds([one, two], {"trial": True}) is one
    assert first_that_holds([one, two], {"trial": False}) is None


def test_a_rules_file_with_faults_lists_them_all(tmp_path):
    """Unknown fields and missing ones are named with the file."""
    path = tmp_path / "rules.yaml"
    path.write_text("surprise: 1\nno_log_ratio: []\n")
    with pytest.raises(RecordError) as raised:
        read_rules(path)
    said = str(raised.value)
    assert "rules.yaml: surprise" in said
    assert "rules.yaml: leave_out_of_pooling" in said


@pytest.mark.parametrize(
    ("sources", "good", "elsewhere", "word"),
    [
        (3, 2, 0, "strong"),
        (3, 0, 0, "limited"),
        (2, 1, 4, "moderate"),
        (1, 1, 0, "limited"),
        (0, 0, 2, "other tasks only"),
        (0, 0, 0, "borrowed only"),
    ],
)
def test_grades_count_sources_and_how_they_were_read(sources, good, elsewhere, word):
    """Each amount of evidence has one word."""
    assert rules().grade(sources=sources, good=good, elsewhere=elsewhere).word == word


def test_every_method_has_traits_and_a_source(words):
    """All methods but those of the comparison family have traits, and no others do."""
    wanted = {method.id for method in words.methods if method.family != "comparison"}
    assert set(traits()) == wanted
    assert all(entry.source for entry in traits().values())


def test_traits_use_names_that_exist(words):
    """Architectures and models in the traits are ids of the vocabulary."""
    for entry in traits().values():
        assert all(words.knows("architectures", name) for name in entry.architectures)
        assert all(words.knows("models", name) for name in entry.unsuitable)


@pytest.mark.parametrize("method", [entry.id for entry in traits_file().methods if entry.peft])
def test_library_defaults_are_those_of_the_peft_library(method):
    """The defaults in the traits equal those of the installed library, where its version is the one named."""
    peft = pytest.importorskip("peft", reason="the laboratory's extra is not installed")
    if peft.__version__ != traits_file().peft_version:
        pytest.skip(f"peft {peft.__version__} is installed; the defaults are those of {traits_file().peft_version}")
    support = traits()[method].peft
    needed = {"total_step": 10} if method == "adalora" else {}
    config = getattr(peft, support.config)(**needed)
    for field, default in support.defaults.items():
        if field not in needed:
            assert getattr(getattr(config, field), "value", getattr(config, field)) == default, field


def test_a_method_that_stands_twice_in_the_traits_is_refused(tmp_path):
    """A repeated id is a fault of the file."""
    one = "{id: lora, architectures: [encoder], source: somewhere}"
    path = tmp_path / "method_traits.yaml"
    path.write_text(f"peft_version: '1'\nfour_bit_loading: {{}}\nmethods:\n- {one}\n- {one}\n")
    with pytest.raises(RecordError, match="a method stands twice"):
        read_traits(path)


def test_task_words_are_of_tasks_that_exist(words):
    """Every task has words, and no other name has."""
    assert set(task_words()) == {task.id for task in words.tasks}


@pytest.mark.parametrize(
    ("description", "task"),
    [
        ("Code Summarization", "code-to-text"),
        ("apr", "program-repair"),
        ("write docstrings for my functions", "code-to-text"),
        ("Generate unit tests", "unit-test-generation"),
        ("find security vulnerabilities", "defect-detection"),
        ("generate review comments", "code-review-generation"),
        ("translate Java to C#", "code-to-code-trans"),
        ("search code by description", "code-search"),
    ],
)
def test_a_task_is_understood_by_name_or_by_words(words, description, task):
    """Names and aliases come first; then the words of a description."""
    assert understand_task(description, words).task == task


def test_words_that_fit_two_tasks_are_refused_with_both(words):
    """An ambiguous description is one sentence with the tasks that it may mean."""
    with pytest.raises(RequestError, match=re.escape("Code Clone Detection or Defect Detection; name one")):
        understand_task("clones and vulnerabilities", words)


@pytest.mark.parametrize("description", ["Code Sumarization", "brew coffee", "", "code"])
def test_an_unknown_task_is_refused_with_the_nearest_names(words, description):
    """What fits no words is an unknown name."""
    with pytest.raises(UnknownNameError, match="unknown task"):
        understand_task(description, words)
