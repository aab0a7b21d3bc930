"""Metrics of written text, by name. Predictions are compared with one reference or more each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from corpus.errors import lookup
from reproduce.errors import SpecError
from reproduce.metrics.bleu import codexglue_bleu, sacrebleu
from reproduce.metrics.chrf import chrf
from reproduce.metrics.code_bleu import GRAMMARS, codebleu_syntax
from reproduce.metrics.measured import Measured, mean_of, require_one_each

TextMetric: TypeAlias = Callable[[Sequence[str], Sequence[Sequence[str]]], Measured]
"""From predictions and each one's references to what it comes to."""


def exact_match(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return the share of predictions that are a reference, white space counting only as a separator.

    So does the evaluator of CodeXGLUE's text-to-code and code completion. Indentation is not looked at.
    """
    require_one_each(predictions, references)
    pairs = zip(predictions, references, strict=True)
    return mean_of([float(any(said.split() == each.split() for each in wanted)) for said, wanted in pairs])


def edit_similarity(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return the mean edit similarity in percent: 100 * (1 - d / (length of both)), rounded to whole percents.

    d counts inserted and deleted characters (a replaced one is both). This is the ratio of fuzzywuzzy with
    python-Levenshtein, by which CodeXGLUE evaluates line completion. The best reference counts.
    """
    from rapidfuzz import fuzz

    require_one_each(predictions, references)
    pairs = zip(predictions, references, strict=True)
    return mean_of([float(max(round(fuzz.ratio(said, each)) for each in wanted)) for said, wanted in pairs])


def rouge_l(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return the mean F of the longest common subsequence of words (Lin 2004), by the package rouge-score.

    Words are runs of ASCII letters and digits in lower case, not stemmed. The best reference counts.
    """
    from rouge_score.rouge_scorer import RougeScorer

    require_one_each(predictions, references)
    scorer = RougeScorer(["rougeL"])
    pairs = zip(predictions, references, strict=True)
    return mean_of([scorer.score_multi(list(wanted), said)["rougeL"].fmeasure for said, wanted in pairs])


class _NoSynonyms:
    """Stands where METEOR asks for synonyms: there are none, since WordNet is no part of a package."""

    @staticmethod
    def synsets(_word: str) -> tuple[()]:
        return ()


def meteor_exact_stem(predictions: Sequence[str], references: Sequence[Sequence[str]]) -> Measured:
    """Return the mean METEOR (Banerjee and Lavie 2005) whose words match exactly or by their Porter stem.

    By NLTK, with its parameters (alpha 0.9, beta 3, gamma 0.5) and without the stage of synonyms, for which WordNet
    would be needed: a lower bound of what NLTK gives with it. Words are split at white space, in lower case, after
    every sign of punctuation was set apart. The best reference counts.
    """
    from nltk.translate.meteor_score import meteor_score

    from reproduce.metrics.bleu import words_of

    require_one_each(predictions, references)
    pairs = zip(predictions, references, strict=True)
    scores = [
        meteor_score([words_of(each) for each in wanted], words_of(said), wordnet=_NoSynonyms())
        for said, wanted in pairs
    ]
    return mean_of(np.array(scores))


TEXT_METRICS: Mapping[str, TextMetric] = {
    "exact_match": exact_match,
    "codexglue_bleu": codexglue_bleu,
    "sacrebleu": sacrebleu,
    "chrf": chrf,
    "rougeL": rouge_l,
    "meteor_exact_stem": meteor_exact_stem,
    "edit_similarity": edit_similarity,
}
"""By the vocabulary's names: those that need to know nothing of a language. See ``text_metric`` for the others."""


def text_metric(name: str, language: str | None = None) -> TextMetric:
    """Return a metric by name; ``language`` is that of the text written ("Python", "Java", "C#").

    Raises UnknownNameError for a name that is not there, SpecError where the metric cannot read the language.
    """
    if name != "codebleu_syntax":
        return lookup("metric of text", name, {**TEXT_METRICS, "codebleu_syntax": exact_match})
    if language is None or language not in GRAMMARS:
        raise SpecError(f"codebleu_syntax reads {', '.join(GRAMMARS)}; the language written is {language or 'unknown'}")
    grammar = GRAMMARS[language]
    return lambda predictions, references: codebleu_syntax(predictions, references, grammar)
