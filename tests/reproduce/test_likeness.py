"""Suggestions of class by embedding, with the real model."""

from __future__ import annotations

from corpus import Home
from reproduce.likeness import suggest_by_likeness


def test_a_paper_is_classified_like_those_near_in_meaning(shipped, tmp_path):
    """A text about clones of code gets the clone papers' task, and each suggestion names the papers behind it."""
    abstract = "We detect semantic code clones with adapters for languages, tuned on pairs of Java functions."
    few = {name: shipped.papers[name] for name in ("P1", "P5", "P28", "P36")}
    found = suggest_by_likeness("Adapters for code clone detection", abstract, few, Home(tmp_path))
    assert "clone-detection" in [each.term for each in found if each.kind == "tasks"][:3]
    assert all(each.by == "embedding" and "P" in each.because for each in found)
