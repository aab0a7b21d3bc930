"""The closed vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus import RecordError, UnknownNameError
from corpus.files import dump_yaml
from reproduce.metrics import CLASS_METRICS
from reproduce.registry import datasets
from taxonomy.vocabulary import KINDS, VOCABULARY_FILE, Vocabulary, read_vocabulary, vocabulary
from tests import examples

SPELLINGS = [
    (kind, term.id, spelling)
    for kind in KINDS
    for term in vocabulary().terms(kind)
    for spelling in (term.id, term.label, *term.aliases)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_spelling_of_a_term_means_it_in_any_case(kind, words):
    """Ids, labels and aliases resolve to their term, in lower and upper case and with spaces around."""
    spellings = [(term_id, spelling) for of_kind, term_id, spelling in SPELLINGS if of_kind == kind]
    assert spellings
    for term_id, spelling in spellings:
        for written in (spelling, spelling.lower(), spelling.upper(), f"  {spelling}\n"):
            assert words.resolve(kind, written) == term_id


@pytest.mark.parametrize(
    ("kind", "written", "sentence"),
    [
        ("methods", "lorra", r"unknown method 'lorra'; did you mean lora, "),
        ("tasks", "code sumarization", r"unknown task 'code sumarization'; did you mean Code Summarization"),
        ("task_groups", "generativ", r"unknown task group 'generativ'; did you mean generative"),
        ("datasets", "devin", r"unknown data set 'devin'; did you mean devign"),
        ("metrics", "", r"unknown metric ''; known: "),
    ],
)
def test_an_unknown_name_suggests_the_nearest(kind, written, sentence, words):
    """A name that no spelling has is refused with the nearest names, or with the known ones."""
    with pytest.raises(UnknownNameError, match=sentence):
        words.resolve(kind, written)


@given(st.text(max_size=30))
def test_resolving_finds_a_known_term_or_says_so(words, name):
    """Any text is a term's spelling or an unknown name; there is no third way."""
    for kind in KINDS:
        try:
            found = words.resolve(kind, name)
        except UnknownNameError as error:
            assert str(error)  # noqa: PT017  (either outcome is right)
        else:
            assert words.knows(kind, found)


@pytest.mark.parametrize("spelling", ["soft", "Soft Prompt", "LOW RANK", "full-finetuning"])
def test_one_spelling_cannot_mean_two_methods(spelling):
    """An alias that is another term's id, label or alias, in any case, is refused by name."""
    fields = examples.vocabulary_fields()
    fields["methods"].append({"id": "new", "label": "New", "family": "additive", "aliases": [spelling]})
    with pytest.raises(ValidationError, match=f"methods: '{spelling}' means both .* and new"):
        Vocabulary.model_validate(fields)


def test_one_spelling_may_be_a_method_and_a_task():
    """Spellings must be told apart within a kind, not between kinds."""
    fields = examples.vocabulary_fields()
    fields["tasks"][0]["aliases"] = ["LoRA"]
    assert Vocabulary.model_validate(fields).resolve("tasks", "lora") == "code-search"


def test_an_id_cannot_be_used_twice():
    """Two terms of one kind with the same id are refused, even when all their names agree."""
    fields = examples.vocabulary_fields()
    fields["methods"].append(dict(fields["methods"][0]))
    with pytest.raises(ValidationError, match="methods: 'lora' means both lora and lora"):
        Vocabulary.model_validate(fields)


@pytest.mark.parametrize(
    ("kind", "term", "kinds"),
    [
        ("methods", {"id": "new", "label": "New", "family": "nowhere"}, "families"),
        ("families", {"id": "new", "label": "New", "parent": "nowhere"}, "families"),
        ("tasks", {"id": "new", "label": "New", "group": "nowhere"}, "task_groups"),
        ("models", {"id": "new", "label": "New", "architecture": "nowhere"}, "architectures"),
        ("datasets", {"id": "new", "label": "New", "tasks": ["nowhere"]}, "tasks"),
    ],
    ids=["family", "parent", "group", "architecture", "task"],
)  # fmt: skip
def test_a_reference_must_lead_somewhere(kind, term, kinds):
    """A term that names a term which does not exist is refused, with both names."""
    fields = examples.vocabulary_fields()
    fields[kind].append(term)
    with pytest.raises(ValidationError, match=f"new names 'nowhere', which is not among the {kinds}"):
        Vocabulary.model_validate(fields)


def test_all_faults_of_the_file_are_told_at_once(tmp_path):
    """Collisions and dangling references come together; so do unknown fields and wrong values."""
    path = tmp_path / "vocabulary.yaml"
    fields = examples.vocabulary_fields()
    fields["methods"].append({"id": "new", "label": "LoRA", "family": "nothing", "aliases": ["soft"]})
    path.write_text(dump_yaml(fields))
    with pytest.raises(RecordError) as caught:
        read_vocabulary(path)
    assert str(caught.value) == (
        "vocabulary.yaml: methods: 'LoRA' means both lora and new; methods: 'soft' means both soft and new; "
        "new names 'nothing', which is not among the families"
    )
    fields["metrics"][0] |= {"scale": "furlongs", "colour": "red"}
    path.write_text(dump_yaml(fields))
    with pytest.raises(RecordError) as caught:
        read_vocabulary(path)
    assert [problem.where for problem in caught.value.problems] == ["metrics.0.scale", "metrics.0.colour"]


def test_a_vocabulary_is_a_mapping(tmp_path):
    """A file that holds no kinds of terms is told what it should be."""
    path = tmp_path / "vocabulary.yaml"
    path.write_text("- lora\n")
    with pytest.raises(RecordError, match="the vocabulary is a mapping of kinds of terms"):
        read_vocabulary(path)


@pytest.mark.parametrize(
    ("metric", "difference", "points"),
    [("mrr", 0.02, 2.0), ("bleu", 2.0, 2.0), ("rating", 0.2, 2.0), ("error_rate", 0.02, -2.0), ("speedup", 2.0, None)],
)
def test_differences_are_points_of_100_with_better_upwards(metric, difference, points):
    """A difference on any scale becomes points of 100, positive where it is an improvement; a factor has none."""
    found = examples.small_vocabulary().metric[metric].points(difference)
    assert found == (points if points is None else pytest.approx(points))


def test_the_shipped_vocabulary_has_no_unused_metric(shipped, words):
    """Every metric of the vocabulary is one that a reported number or the laboratory uses."""
    measured = {metric for entry in datasets().values() for metric in entry.metrics} | set(CLASS_METRICS)
    used = measured | {row.metric for row in shipped.results} | {run.spec.metric for run in shipped.runs}
    assert {metric.id for metric in words.metrics} - used <= NEVER_REPORTED


NEVER_REPORTED: set[str] = set()
"""Metrics that no record uses. This list may only shrink."""


def test_the_shipped_file_is_the_one_that_is_read(words):
    """The vocabulary that programs use is the one in the file."""
    assert read_vocabulary(VOCABULARY_FILE) == words
