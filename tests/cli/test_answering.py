"""The answering commands: shapes that other programs rely on, and text for people."""

from __future__ import annotations

import pytest

ENTRY = {
    "method", "effect", "interval", "papers", "measured_runs", "trainable_percent", "memory_gb", "grade", "why",
    "prediction_interval", "configuration", "cautions",
}  # fmt: skip


def test_suggest_answers_with_groups_and_what_was_excluded(call):
    """The document has the task, groups of methods with the promised fields, and every exclusion with its reason."""
    found = call("suggest", "--task", "Code Summarization", "--memory-gb", "24", "--json")
    assert found.code == 0
    document = found.document
    assert document["task"] == "code-to-text"
    entries = [entry for group in document["groups"] for entry in group]
    assert entries
    assert all(set(entry) >= ENTRY for entry in entries)
    assert all(entry["interval"][0] <= entry["effect"] <= entry["interval"][1] for entry in entries)
    assert all(set(entry) == {"method", "because"} for entry in document["excluded"])


def test_suggest_with_a_model_has_numbers_for_memory_and_time(call):
    """Estimated amounts are marked as such beside the number."""
    document = call("suggest", "--task", "apr", "--model", "codellama-7b", "--must-quantize", "--json").document
    for group in document["groups"]:
        for entry in group:
            assert entry["memory_gb"] == entry["memory"]["middle"]
            assert entry["memory"]["estimated"]
            assert entry["quantization_config"]["load_in_4bit"]


def test_suggest_for_people_explains_itself(call):
    """The table is followed by how to read it, the evidence and the exclusions."""
    found = call("suggest", "--task", "write docstrings")
    assert found.code == 0
    for words in ("Code Summarization", "Group 1", "95 % interval", "understood as", "reported by", "Excluded"):
        assert words in found.out, words


def test_an_impossible_budget_is_an_empty_answer_with_the_nearest(call):
    """No group is no failure; the nearest possible is told to people and programs."""
    limits = ("--task", "Code Search", "--model", "codellama-7b", "--memory-gb", "1")
    found = call("suggest", *limits, "--json")
    assert (found.code, found.document["groups"]) == (0, [])
    assert found.document["nearest"]["memory_gb"] > 1
    assert "Nothing fits these limits. Nearest:" in call("suggest", *limits).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--task", "Code Sumarization"), "did you mean"),
        (("--task", "Code Search", "--architecture", "encoder", "--model", "codellama-7b"), "leave out one of the two"),
    ],
)
def test_bad_requests_exit_2_with_one_sentence(call, arguments, said):
    """Nothing is printed to standard output."""
    found = call("suggest", *arguments, "--json")
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert len(found.err.strip().splitlines()) == 1


def test_validate_suggestions_compares_with_every_baseline(call):
    """The document has ours and the baselines with their errors, on the same papers."""
    document = call("validate-suggestions", "--json").document
    assert set(document["ours"]) >= {"mae", "rank_correlation", "coverage"}
    assert set(document["baselines"]) == {"zero", "global_mean", "method_mean", "family_mean", "lora_mean"}
    for entry in document["baselines"].values():
        assert set(entry["by_paper"]) == set(document["ours"]["by_paper"])
        assert entry["worse_than_ours_by"] == pytest.approx(entry["mae"] - document["ours"]["mae"])


def test_validate_suggestions_for_people_is_a_table(call):
    """A row for ours and one for each baseline."""
    lines = call("validate-suggestions").out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["predictor", "ours", "zero"]
