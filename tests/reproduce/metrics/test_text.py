"""Metrics of text, by hand, against second implementations, and against values recorded from others' programs."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from corpus.errors import UnknownNameError
from reproduce.errors import SpecError
from reproduce.metrics import TEXT_METRICS, text_metric
from reproduce.metrics.bleu import words_of
from reproduce.metrics.code_bleu import GRAMMARS, _sums, parts
from taxonomy.vocabulary import Vocabulary

SAID = ["Return the size of the list.", "close file", "x = a + b", ""]
WANTED = [["Returns the number of items in the list."], ["Close the file", "close file"], ["x = a - b"], ["Nothing"]]


@pytest.fixture(scope="module")
def corpus() -> tuple[list[str], list[list[str]]]:
    """Sixty sentences of twelve words and changed copies of them."""
    draw = random.Random(5)  # noqa: S311
    words = ["the", "of", "read", "file", "and", "a", "return", "x", "in", "name.value", "get_item()", "(self,", "3.5"]
    wanted = [[" ".join(draw.choices(words, k=12))] for _ in range(60)]
    said = [" ".join(word for word in text[0].split() if draw.random() > 0.3) for text in wanted]
    return said, wanted


@pytest.mark.parametrize("name", TEXT_METRICS)
def test_value_lies_in_its_interval_and_on_its_scale(name, corpus, words: Vocabulary):
    """A metric is the vocabulary's, has a number for each item, an interval around its value, and 1 or 100 at best."""
    said, wanted = corpus
    top = {"unit": 1, "percent": 100}[words.metric[name].scale]
    measured = TEXT_METRICS[name](said, wanted)
    assert measured.low <= measured.value <= measured.high
    assert len(measured.items) == len(said)
    assert 0 <= measured.items.min() <= measured.items.max() <= top
    perfect = TEXT_METRICS[name]([each[0] for each in wanted], wanted)
    assert perfect.value == pytest.approx(top, rel=0.01)
    assert (measured.low, measured.high) == (
        TEXT_METRICS[name](said, wanted).low,
        TEXT_METRICS[name](said, wanted).high,
    )


def test_exact_match_ignores_white_space_only():
    """Other spaces and line ends make no difference, another word does; any reference will do."""
    assert TEXT_METRICS["exact_match"](["a  b\n", "a c", "x"], [["a b"], ["a b"], ["y", "x"]]).items.tolist() == [
        1,
        0,
        1,
    ]


def test_edit_similarity_by_hand():
    """For abcd and abxd: one replaced is two edits of eight characters. 'ab' and '': nothing in common."""
    assert TEXT_METRICS["edit_similarity"](["abcd", "", "same"], [["abxd"], ["ab"], ["same"]]).items.tolist() == [
        75,
        0,
        100,
    ]


def test_rouge_l_by_hand():
    """Five words against four with 'the file' in common in order: precision 2/5, recall 2/4."""
    measured = TEXT_METRICS["rougeL"](["open the big old file"], [["close the file now"]])
    assert measured.value == pytest.approx(2 * 0.4 * 0.5 / 0.9)


def test_meteor_by_hand():
    """Three of four words match in two runs; 'returned' matches 'returns' by its stem, a synonym does not."""
    measured = TEXT_METRICS["meteor_exact_stem"](["returns the large list"], [["returned the big list"]])
    mean = 0.75 * 0.75 / (0.9 * 0.75 + 0.1 * 0.75)
    assert measured.value == pytest.approx(mean * (1 - 0.5 * (2 / 3) ** 3))


def test_codexglue_bleu_by_hand():
    """'a b c' for 'a b d': 1-grams 2/3, 2-grams (1+1)/(2+1), 3-grams (0+1)/(1+1), 4-grams (0+1)/(0+1); no penalty."""
    measured = TEXT_METRICS["codexglue_bleu"](["a b c"], [["a b d"]])
    assert measured.value == pytest.approx(100 * (2 / 3 * 2 / 3 * 1 / 2 * 1) ** 0.25)
    short = TEXT_METRICS["codexglue_bleu"](["a"], [["a b c"]])
    assert short.value == pytest.approx(100 * math.exp(1 - 4 / 2))


@pytest.mark.parametrize(
    ("said", "wanted", "value"),
    [
        ("Return the size of the list.", "Returns the number of items in the list.", 29.435902755275706),
        ("get_name of user's file-name 3.14", "Get the name_ of the user's file.", 31.368826982478375),
        ("add", "Add two numbers, then return 1,000 of them.", 0.40867714384640663),
        ("", "Close it.", 4.978706836786395),
        ("Read the next line from the input stream.", "Read the next line from the input stream.", 100.0),
        ("zzz yyy", "Nothing in common here at all.", 1.63116154205033e-76),
    ],
)
def test_codexglue_bleu_is_that_of_the_published_evaluator(said, wanted, value):
    """The value that CodeXGLUE's evaluator of code-to-text gives for the same pair (run by us once, at ac74a62)."""
    assert TEXT_METRICS["codexglue_bleu"]([said], [[wanted]]).value == pytest.approx(value, rel=1e-9)


def test_words_of_the_evaluator():
    """Lower case; every sign alone, underscores too; no number is held together by its point."""
    assert words_of("Get_name: it's 3.14!") == ["get", "_", "name", ":", "it", "'", "s", "3", ".", "14", "!"]


def test_corpus_bleu_agrees_with_nltk():
    """On words that no tokenizer would split, without empty orders, BLEU is NLTK's unsmoothed corpus BLEU."""
    from nltk.translate.bleu_score import corpus_bleu

    draw = random.Random(9)  # noqa: S311
    wanted = [" ".join(draw.choices("abcdef", k=20)) for _ in range(40)]
    said = [" ".join(word if draw.random() > 0.2 else "z" for word in each.split()) for each in wanted]
    theirs = corpus_bleu([[each.split()] for each in wanted], [each.split() for each in said])
    measured = TEXT_METRICS["sacrebleu"](said, [[each] for each in wanted])
    assert measured.value == pytest.approx(100 * theirs, rel=1e-9)


def test_corpus_bleu_and_chrf_are_sacrebleus(corpus):
    """Added up from items' counts, BLEU and chrF are sacreBLEU's of the whole corpus, with two references."""
    from sacrebleu.metrics import BLEU, CHRF

    said, wanted = corpus
    second = [text[::-1] for (text,) in wanted]
    both = [[*first, other] for first, other in zip(wanted, second, strict=True)]
    streams = [[first for (first,) in wanted], second]
    assert TEXT_METRICS["sacrebleu"](said, both).value == pytest.approx(BLEU().corpus_score(said, streams).score)
    assert TEXT_METRICS["chrf"](said, both).value == pytest.approx(CHRF().corpus_score(said, streams).score)
    for texts, references in ((SAID, WANTED), (["ab", ""], [["abcdefgh"], ["x"]])):
        first = [[each[0] for each in references]]
        ours = TEXT_METRICS["chrf"](texts, [each[:1] for each in references]).value
        assert ours == pytest.approx(CHRF().corpus_score(texts, first).score)


def test_chrf_agrees_with_torchmetrics(corpus):
    """The chrF is torchmetrics' chrF without words, up to the term that keeps it from dividing by zero."""
    theirs = pytest.importorskip("torchmetrics.functional.text")
    said, wanted = corpus
    score = theirs.chrf_score(said, wanted, n_word_order=0)
    assert TEXT_METRICS["chrf"](said, wanted).value == pytest.approx(100 * float(score), abs=0.05)


CODE = {
    "Python": (
        [
            ("def add(a, b):\n    return a + b\n", "def add(a, b):\n    total = a + b\n    return total\n"),
            (
                "def area(radius):\n    # of a circle\n    return 3.14 * radius ** 2\n",
                'def area(r):\n    """Return the area."""\n    return math.pi * r ** 2\n',
            ),
            (
                "for item in items :\n    if item > 0 :\n        total += item\n",
                "for entry in entries :\n    if entry >= 0 :\n        total += entry\n    else :\n        break\n",
            ),
            ("while True :\n    pass\n", "while True :\n    pass\n"),
        ],
        [
            (0.18614483004741206, 0.19070828081828384, 0.25),
            (0.045293761707938834, 0.05552189925275034, 0.25),
            (0.1961976806670114, 0.20086936595190455, 0.36363636363636365),
            (1.0, 1.0, 1.0),
        ],
        (0.22496725924049882, 0.23254644214910006, 0.3870967741935484),
    ),
    "Java": (
        [
            ("public int size ( ) { return count ; }", "public int getSize ( ) { return this . count ; }"),
            (
                "for ( int i = 0 ; i < n ; i ++ ) { sum += values [ i ] ; } // add up",
                "for ( int k = 0 ; k <= n ; k ++ ) { sum += values [ k ] ; }",
            ),
            (
                'if ( name == null ) { throw new IllegalArgumentException ( "name" ) ; }',
                "if ( name != null ) { this . name = name ; } else { return false ; }",
            ),
            ("private boolean empty ;", "private boolean empty ;"),
        ],
        [
            (0.34666677727296225, 0.34172334076593075, 0.375),
            (0.38008291687857143, 0.4408169175382952, 1.0),
            (0.08957188135609102, 0.08701636344430229, 0.2),
            (1.0, 1.0, 1.0),
        ],
        (0.3343550385355979, 0.3325542713207454, 0.6060606060606061),
    ),
    "C#": (
        [
            (
                "public override int Count ( ) { return items . Length ; }",
                "public int Count ( ) { return items . Count ; }",
            ),
            (
                "foreach ( var item in items ) { total += item . Price ; }",
                "foreach ( Item item in items ) { /* skip free ones */ total += item . Price * item . Number ; }",
            ),
            ("string name = null ;", 'string name = "none" ;'),
        ],
        [
            (0.6262844962765468, 0.6942616247886293, 0.625),
            (0.310579049809478, 0.353003111274967, 0.2222222222222222),
            (0.28574404296988, 0.2933705789311311, 0.0),
        ],
        (0.44752510480856245, 0.4601444495640358, 0.30434782608695654),
    ),
}


@pytest.mark.parametrize("language", CODE)
def test_codebleu_parts_are_those_of_the_package(language):
    """N-gram, weighted n-gram and syntax match are those of codebleu 0.7.0 (run by us once), alone and together."""
    pairs, alone, together = CODE[language]
    sums = np.array([_sums(said.strip(), [wanted.strip()], GRAMMARS[language]) for said, wanted in pairs])
    assert parts(sums.sum(axis=0)) == pytest.approx(together, abs=1e-12)
    for row, expected in zip(sums, alone, strict=True):
        assert parts(row) == pytest.approx(expected, abs=1e-12)


def test_codebleu_without_data_flow_is_the_mean_of_its_parts():
    """The value is the mean of the three parts; comments and docstrings count for nothing in the tree."""
    metric = text_metric("codebleu_syntax", "Python")
    pairs, _, together = CODE["Python"]
    measured = metric([said for said, _ in pairs], [[wanted] for _, wanted in pairs])
    assert measured.value == pytest.approx(sum(together) / 3)
    assert measured.low < measured.value < measured.high
    plain, told = "def f(x):\n    return x\n", 'def f(x):\n    """Say."""\n    return x  # so\n'
    assert parts(np.array(_sums(plain, [told], GRAMMARS["Python"])))[2] == 1


def test_metric_that_is_not_there_is_told():
    """An unknown name and a language without a grammar are told in one sentence."""
    with pytest.raises(UnknownNameError, match="bleurt"):
        text_metric("bleurt")
    with pytest.raises(SpecError, match=r"codebleu_syntax reads Python, Java, C#; the language written is Ruby"):
        text_metric("codebleu_syntax", "Ruby")
    assert text_metric("chrf", "Ruby") is TEXT_METRICS["chrf"]
