"""How fast are answers? Times `suggest` on the shipped corpus, and on one a hundred times as large, made in memory.

    python benchmarks/queries.py [--times 100] [--repeats 50]

Cold is the first question to a corpus, which gathers and fits everything; warm is every question after it. The large
corpus repeats every paper with its numbers, runs and cautions under new ids, each copy's scores shifted at random.
"""

from __future__ import annotations

import argparse
import statistics
import time

from enlarging import enlarged

from corpus.library import Corpus, open_corpus
from taxonomy.answers.suggest import suggest
from taxonomy.answers.wishes import Wish
from taxonomy.vocabulary import Vocabulary, vocabulary

WISHES = (
    Wish("Code Summarization", memory_gb=24),
    Wish("Unit Test Generation", model="codellama-7b", memory_gb=24, hours=20),
    Wish("find functions by description", architecture="encoder"),
    Wish("Automated Program Repair", must_merge=True, must_quantise=True),
)


def _seconds(wish: Wish, corpus: Corpus, words: Vocabulary) -> float:
    begin = time.perf_counter()
    suggest(wish, corpus, words)
    return time.perf_counter() - begin


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="size of the large corpus")
    parser.add_argument("--repeats", type=int, default=50, help="warm questions of each kind")
    options = parser.parse_args()
    words, shipped = vocabulary(), open_corpus()
    print(f"{'corpus':<10}{'numbers':>10}{'runs':>7}{'cold s':>9}{'warm ms':>10}{'95th ms':>10}  question")
    for name, corpus in (("shipped", shipped), (f"{options.times} times", enlarged(shipped, options.times))):
        cold = _seconds(WISHES[0], corpus, words)
        for wish in WISHES:
            warm = sorted(1000 * _seconds(wish, corpus, words) for _ in range(options.repeats))
            print(
                f"{name:<10}{len(corpus.results):>10,}{len(corpus.every_run):>7}{cold:>9.2f}"
                f"{statistics.median(warm):>10.1f}{warm[int(0.95 * len(warm))]:>10.1f}  {wish.task}"
            )


if __name__ == "__main__":
    main()
