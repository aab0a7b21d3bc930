"""Choosing papers and studies by facets."""

from __future__ import annotations

import pytest

from corpus import UnknownNameError
from taxonomy.select import Facets, methods_of, select
from tests import examples


def ids(corpus, words, **facets) -> list[str]:
    """Return the studies that facets keep."""
    return [study.id for _, studies in select(corpus, Facets.resolve(words, **facets)) for study in studies]


def matching(corpus, condition) -> list[str]:
    """Return the studies for which a condition holds, in a plain loop."""
    return [study.id for paper in corpus.papers.values() for study in paper.studies if condition(study, paper)]


def test_no_facet_keeps_everything(shipped, words):
    """Without facets all papers and studies are kept, in order."""
    assert ids(shipped, words) == matching(shipped, lambda study, paper: True)


def test_values_of_a_facet_are_joined_by_or_and_facets_by_and(shipped, words):
    """A study needs one value of every facet; a paper is kept with the studies that have them."""
    found = ids(
        shipped, words, tasks=["Code Search", "defect-detection"], methods=["LoRA", "adapter"], years=[2023, 2024]
    )
    assert found == matching(
        shipped,
        lambda study, paper: (
            study.task in ("code-search", "defect-detection")
            and {"lora", "adapter"} & set(study.methods)
            and paper.bibliography.year in (2023, 2024)
        ),
    )
    assert found


def test_a_family_is_the_methods_below_it(shipped, words):
    """A family means its methods and those of the families below it."""
    below = methods_of(words, {"additive"})
    assert {"adapter", "ia3", "prefix-tuning", "prompt-tuning"} <= below
    assert not {"lora", "bitfit", "mam", "full-finetuning"} & below
    found = ids(shipped, words, families=["Additive"])
    assert found == matching(shipped, lambda study, paper: below & set(study.methods))


def test_an_architecture_keeps_its_studies(shipped, words):
    """The facet of architectures is that of the studies."""
    found = ids(shipped, words, architectures=["Encoder-Decoder"])
    assert found == matching(shipped, lambda study, paper: "encoder-decoder" in study.architectures)


def test_what_no_study_has_keeps_nothing(shipped, words):
    """A year without papers, a family without methods, and a method outside its family keep nothing, not everything."""
    assert ids(shipped, words, years=[1999]) == []
    assert ids(shipped, words, methods=["lora"], families=["selective"]) == []
    fields = examples.vocabulary_fields()
    fields["families"].append({"id": "empty", "label": "Empty"})
    assert (
        ids(examples.corpus_of([examples.paper()]), examples.Vocabulary.model_validate(fields), families=["empty"])
        == []
    )


@pytest.mark.parametrize(
    "facets",
    [{"tasks": ["code serch"]}, {"methods": ["lorra"]}, {"families": ["aditive"]}, {"architectures": ["encodr"]}],
)
def test_an_unknown_value_is_refused(facets, words):
    """A filter that names what does not exist is an error with a suggestion, never a filter that is skipped."""
    with pytest.raises(UnknownNameError, match="did you mean"):
        Facets.resolve(words, **facets)
