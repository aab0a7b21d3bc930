"""Suggestions of class by words: each says what it rests on."""

from __future__ import annotations

import pytest

from taxonomy.classify import suggest_classes


def terms(found, kind: str) -> list[str]:
    """Return the suggested terms of a kind."""
    return [each.term for each in found if each.kind == kind]


def test_names_in_a_title_are_suggested_with_the_reason(words):
    """Methods, models and data sets that are named are suggested, and what follows from them."""
    found = suggest_classes(
        "Prompt Tuning and LoRA for Vulnerability Detection with CodeBERT", "On CodeSearchNet.", words
    )
    assert terms(found, "tasks") == ["defect-detection"]
    assert terms(found, "methods") == ["prompt-tuning", "lora"]
    assert (terms(found, "models"), terms(found, "architectures")) == (["codebert"], ["encoder"])
    assert "codesearchnet" in terms(found, "datasets")
    assert {each.because for each in found if each.term == "lora"} == {"'LoRA' is named"}
    assert {each.by for each in found} == {"words"}


@pytest.mark.parametrize(
    ("title", "task"),
    [("Summarising and summarizing source code", "code-to-text"), ("Automated repair of programs", "program-repair"),
     ("Code is written by many, and few of them ever search", None), ("Exploration of flowers", None)],
)  # fmt: skip
def test_stems_must_stand_together(title, task, words):
    """A task is suggested by words that follow each other, not by words that are far apart."""
    found = terms(suggest_classes(title, None, words), "tasks")
    assert (task in found) if task else found == []


def test_most_papers_of_the_review_get_a_task_or_method_of_theirs(shipped, words):
    """By title and summary alone, four of five papers are given a task or a method that they were classified as."""
    right = 0
    for paper in shipped.papers.values():
        found = suggest_classes(paper.bibliography.title, paper.summary, words)
        named = {*terms(found, "tasks"), *terms(found, "methods")}
        right += bool(named & {name for study in paper.studies for name in (study.task, *study.methods)})
    assert right >= 0.8 * len(shipped.papers)
