"""Programs: what the model writes is run against tests, in the sandbox and with consent only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from reproduce.determinism import threads
from reproduce.metrics import pass_at_k
from reproduce.objectives.base import Evaluated, Frame, Told, Tuned
from reproduce.objectives.generation import Generation
from reproduce.objectives.scoring import evaluated
from reproduce.sandbox import require_consent, run_program

# Where a function that was begun in the prompt is over: Chen et al. 2021, arXiv 2107.03374, section 2.1.
_OVER = re.compile(r"\n(?:class|def|#|if|print)")


class Writing(Generation):
    """Trained like all generation, on the authors' solutions; measured by the share of tasks whose tests pass.

    One program a task is written greedily, or ``samples`` of them are drawn for pass@k.
    """

    separator = ""  # an answer may continue the prompt

    def __init__(self, frame: Frame) -> None:
        require_consent()  # not after hours of training
        super().__init__(frame)

    def evaluate(self, tuned: Tuned, split: str, told: Told) -> Mapping[str, Evaluated]:
        """Return pass@k of what is written."""
        if self._frame.generation is None:
            raise ValueError("the spec of a task that generates text has generation settings")
        tasks = self._frame.splits[split]
        written = self._writer.write(tuned, self.rows[split], self._frame.generation, seed=0, told=told)
        programs = [
            tasks.program(at, _answer(text, continues=bool(tasks.before[at])))
            for at, texts in enumerate(written)
            for text in texts
        ]
        with ThreadPoolExecutor(max_workers=threads()) as runners:  # each waits for a process of its own
            passed = [ran.passed for ran in runners.map(run_program, programs)]
        results = np.array(passed, dtype=np.bool_).reshape(len(written), -1)
        return {name: evaluated(pass_at_k(results, int(name.removeprefix("pass@")))) for name in self._frame.metrics}

    def _wanted(self, split: str) -> tuple[str, ...]:
        solutions: tuple[str, ...] = self._frame.splits[split].solutions
        return solutions


def _answer(text: str, *, continues: bool) -> str:
    """Return what is run: of a continued function only its body, whatever else the model went on to write."""
    over = _OVER.search(text) if continues else None
    return text[: over.start()] if over else text
