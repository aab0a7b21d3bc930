"""The ladder of docs/statistics.md: how every pooling model predicts papers left out, as a Markdown table.

    python benchmarks/ladder.py [--nested]

`--nested` also chooses the step anew for each paper left out, by the other papers alone; that takes a minute or two.
"""

from __future__ import annotations

import argparse

from corpus.library import open_corpus
from taxonomy.answers.ground import ground
from taxonomy.answers.ladder import LADDER, SENSITIVITY, Step, chosen_inside, climb
from taxonomy.vocabulary import vocabulary


def _row(step: Step) -> str:
    scale, skill = step.model.scale, step.skill
    name = scale.kind if scale.kind == "points" else f"asinh({scale.unit_points:g})"
    rank = "none" if skill.rank_correlation is None else f"{skill.rank_correlation:+.2f}"
    share = f"{100 * (skill.coverage or 0):.0f} %"
    like = "" if step.model.experiments_apart else ", experiments like papers"
    return f"| {name} | {' + '.join(step.model.effects)}{like} | {skill.mae:.2f} | {rank} | {share} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nested", action="store_true", help="choose the step inside, for each paper left out")
    options = parser.parse_args()
    words = vocabulary()
    aggregates = ground(open_corpus(), words).aggregates
    print("| scale | effects | mean absolute error | rank correlation | coverage |\n|---|---|---|---|---|")
    for step in climb(aggregates, words, (*LADDER, *SENSITIVITY)):
        print(_row(step))
    if options.nested:
        skill = chosen_inside(aggregates, words)
        print(f"\nchosen inside: {skill.mae:.2f} points, coverage {100 * (skill.coverage or 0):.0f} %")


if __name__ == "__main__":
    main()
