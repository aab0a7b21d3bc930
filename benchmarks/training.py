"""Speed and memory of the training loop beside two others: ``python benchmarks/training.py > table.md``.

    ours      the laboratory's loop (reproduce/training.py)
    Trainer   transformers.Trainer with its default collator: batches in random order, padded to their longest row
    buckets   a plain loop over length buckets as the method comparison of peft draws them: 20 batches of rows shuffled,
              sorted by length, cut into batches; the model's own loss, AdamW

Same model, same rows once each, same batch size, same seed. For each case the loops take turns in one process, some
rounds each; a round begins with a fresh model. Speed is real tokens (padding not counted) a second of wall time and, as
the machine may be busy, a second of processor time; the median over rounds. Memory is the peak of a process of its own
for each loop (allocated memory on an accelerator), less what it held when the model was loaded.
"""

# ruff: noqa: E402  (libraries read their environment when they are loaded)

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from reproduce.environment import prepare_libraries

prepare_libraries()

import torch
from torch import nn

from corpus.home import Home
from corpus.records.run import GenerationSettings, TrainingSettings
from reproduce import machine
from reproduce.backbones import load_backbone, load_tokenizer
from reproduce.checkpoints import Checkpoints
from reproduce.data import Classified, Generated, Paired, open_dataset
from reproduce.determinism import pick_device, seed_everything, threads
from reproduce.frozen import FrozenLayers
from reproduce.methods.context import Context
from reproduce.model_files import resolve
from reproduce.objectives import Frame, Objective, Tuned, objective_of
from reproduce.registry import datasets, imported, methods, models
from reproduce.specs import settings_of
from reproduce.training import Hooks, train

SEED = 0


@dataclass(frozen=True)
class Case:
    """One model, method and task."""

    name: str
    model: str
    method: str
    kind: str
    batch: int
    max_length: int
    max_target_length: int | None


CASES = (
    Case("MiniLM, full, classification", "all-minilm-l6-v2", "full-finetuning", "classified", 8, 256, None),
    Case("SmolLM2-135M, LoRA, generation", "smollm2-135m", "lora", "generated", 4, 192, 48),
    Case("our T5, full, generation", "codepeft-t5-small", "full-finetuning", "generated", 8, 256, 48),
)
# Functions of installed packages: real code with real lengths, and nothing to download.
DATASET = "package-functions"


@dataclass
class Spent:
    """What a round took."""

    tokens: int
    wall: float
    processor: float


class Bench:
    """A case with its rows, for one round after another."""

    def __init__(self, case: Case, rows: int, precision: str) -> None:
        self.case = case
        self.device = pick_device()
        torch.set_num_threads(threads())
        self.entry = models()[case.model]
        home = Home.from_environment()
        self.files = resolve(self.entry, home)
        pairs = open_dataset(datasets()[DATASET], home).train
        assert isinstance(pairs, Paired)  # noqa: S101  (for the type checker)
        chosen = random.Random(SEED).sample(range(len(pairs.ids)), rows)  # noqa: S311  (no secret)
        ids = tuple(pairs.ids[at] for at in chosen)
        codes, queries = (tuple(texts[at] for at in chosen) for texts in (pairs.codes, pairs.queries))
        split: Any = Generated(ids, codes, queries)
        if case.kind == "classified":
            split = Classified(ids, codes, None, tuple(at % 2 for at in range(rows)), 2)
        self.steps = rows // case.batch
        self.frame = Frame(
            architecture=self.entry.architecture,
            tokenizer=load_tokenizer(self.entry, self.files),
            training=TrainingSettings(
                steps=self.steps, learning_rate=1e-4, weight_decay=0.01, warmup_steps=1, max_grad_norm=1.0,
                batch_items=case.batch, max_length=case.max_length, max_target_length=case.max_target_length,
                precision="bfloat16" if precision == "bfloat16" else "float32",
            ),
            generation=GenerationSettings(max_new_tokens=8) if case.kind == "generated" else None,
            metrics=(),
            splits={"train": split},
            language="Python",
        )  # fmt: skip
        self.objective: Objective = objective_of(case.kind, self.frame)  # type: ignore[arg-type]
        self.examples = [_example(self, at) for at in range(rows)]

    def fresh(self, *, cap: bool) -> Tuned:
        """Return the model under its method, the same each time; ``cap``: as our loop has it."""
        seed_everything(SEED)
        backbone: Any = load_backbone(self.entry, self.files).to(self.device)
        backbone.config.use_cache = False
        self.objective.prepare(backbone)
        head = self.objective.head(backbone)
        method = methods()[self.case.method]
        settings = settings_of(method, {}, self.entry.architecture)
        context = Context(architecture=self.entry.architecture, steps=self.steps, seed=SEED)
        body = imported(method.build)(backbone, settings, context)
        if cap:
            self.objective.cap(backbone)
        return Tuned(body, head).to(self.device)


def _example(bench: Bench, at: int) -> dict[str, Any]:
    """Return a row as the other two loops see it: token ids, labels as transformers' losses want them."""
    source = bench.objective.rows["train"][at]
    split = bench.frame.splits["train"]
    if isinstance(split, Classified):
        return {"input_ids": source, "labels": split.labels[at]}
    target = bench.objective._targets[at]  # type: ignore[attr-defined]
    if bench.entry.architecture == "decoder":
        return {"input_ids": source + target, "labels": [-100] * len(source) + target}
    return {"input_ids": source, "labels": target}


class WithLoss(nn.Module):
    """The model with its loss as transformers computes it; a classifier's is that of our head on the pooled states."""

    def __init__(self, tuned: Tuned) -> None:
        super().__init__()
        self.tuned = tuned

    def forward(self, input_ids: Any, attention_mask: Any, labels: Any) -> dict[str, Any]:
        """Return the loss."""
        if self.tuned.head is None:
            return {"loss": self.tuned.body(input_ids=input_ids, attention_mask=attention_mask, labels=labels).loss}
        states = self.tuned.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        scores = self.tuned.head((states * weights).sum(dim=1) / weights.sum(dim=1))
        return {"loss": nn.functional.cross_entropy(scores.float(), labels)}


def ours(bench: Bench) -> Spent:
    """Train by the laboratory's loop."""
    tuned = bench.fresh(cap=True)
    start = time.process_time()
    state = train(
        tuned, bench.objective, bench.frame.training, seed=SEED, hooks=Hooks(),
        frozen=FrozenLayers(tuned.body, bench.entry.architecture), checkpoints=Checkpoints(None, ""),
        validate=lambda: 0.0, after_step=lambda progress: None,
    )  # fmt: skip
    return Spent(state.tokens, state.seconds, time.process_time() - start)


def trainer(bench: Bench) -> Spent:
    """Train by transformers.Trainer with its default collator for the task."""
    from transformers import DataCollatorForSeq2Seq, DataCollatorWithPadding, Trainer, TrainingArguments

    module = WithLoss(bench.fresh(cap=False))
    tokenizer = bench.frame.tokenizer
    collator: Any = DataCollatorWithPadding(tokenizer)
    if module.tuned.head is None:
        collator = DataCollatorForSeq2Seq(tokenizer)
    training = bench.frame.training
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, per_device_train_batch_size=bench.case.batch, max_steps=bench.steps, seed=SEED,
            learning_rate=training.learning_rate, weight_decay=training.weight_decay, warmup_steps=1,
            bf16=training.precision == "bfloat16", use_cpu=bench.device.type == "cpu", report_to=[],
            save_strategy="no", logging_strategy="no", disable_tqdm=True, remove_unused_columns=False,
        )  # fmt: skip
        runner = Trainer(module, arguments, train_dataset=bench.examples, data_collator=collator)  # type: ignore[arg-type]
        wall, processor = time.perf_counter(), time.process_time()
        runner.train()
        return Spent(_tokens(bench), time.perf_counter() - wall, time.process_time() - processor)


def buckets(bench: Bench) -> Spent:
    """Train by a plain loop over length buckets."""
    module = WithLoss(bench.fresh(cap=False)).train()
    training = bench.frame.training
    trainable = [parameter for parameter in module.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trainable, lr=training.learning_rate, weight_decay=training.weight_decay)
    wall, processor = time.perf_counter(), time.process_time()
    for batch in _bucketed(bench):
        inputs = _collated(batch, bench)
        with torch.autocast(bench.device.type, torch.bfloat16, enabled=training.precision == "bfloat16"):
            loss = module(**inputs)["loss"]
        loss.backward()
        nn.utils.clip_grad_norm_(trainable, training.max_grad_norm)
        optimizer.step()
        optimizer.zero_grad()
        loss.item()
    return Spent(_tokens(bench), time.perf_counter() - wall, time.process_time() - processor)


def _bucketed(bench: Bench) -> Iterator[list[dict[str, Any]]]:
    draw = random.Random(SEED)  # noqa: S311  (no secret)
    rows = draw.sample(bench.examples, len(bench.examples))
    size = bench.case.batch
    for start in range(0, len(rows), 20 * size):
        bucket = sorted(rows[start : start + 20 * size], key=lambda row: len(row["input_ids"]))
        batches = [bucket[at : at + size] for at in range(0, len(bucket), size)]
        draw.shuffle(batches)
        yield from batches


def _collated(batch: list[dict[str, Any]], bench: Bench) -> dict[str, torch.Tensor]:
    def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
        longest = max(map(len, rows))
        return torch.tensor([row + [fill] * (longest - len(row)) for row in rows], device=bench.device)

    rows = [row["input_ids"] for row in batch]
    labels = [row["labels"] for row in batch]
    return {
        "input_ids": padded(rows, bench.frame.tokenizer.pad_token_id or 0),
        "attention_mask": padded([[1] * len(row) for row in rows], 0),
        "labels": torch.tensor(labels, device=bench.device) if isinstance(labels[0], int) else padded(labels, -100),
    }


def _tokens(bench: Bench) -> int:
    """Return the real tokens of one pass, counted alike for all loops: read and written."""
    split = bench.frame.splits["train"]
    if isinstance(split, Classified):
        return sum(len(row["input_ids"]) for row in bench.examples)
    targets = sum(map(len, bench.objective._targets))  # type: ignore[attr-defined]
    return sum(map(len, bench.objective.rows["train"])) + targets


LOOPS: dict[str, Callable[[Bench], Spent]] = {"ours": ours, "Trainer": trainer, "buckets": buckets}


def memory_of(case: Case, loop: str, options: argparse.Namespace) -> float:
    """Return the peak of a process that trains by one loop, less what it held with the model loaded, in GB."""
    command = [sys.executable, __file__, "--memory", loop, "--case", case.model, "--rows", str(options.rows),
               "--precision", options.precision]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(json.loads(said.splitlines()[-1]))


def _print_memory(bench: Bench, loop: str) -> None:
    if bench.device.type == "cuda":
        bench.fresh(cap=False)
        torch.cuda.reset_peak_memory_stats()
        held = torch.cuda.memory_allocated()
        LOOPS[loop](bench)
        print(json.dumps((torch.cuda.max_memory_allocated() - held) / 1e9))
        return
    held = machine.memory_gb()
    LOOPS[loop](bench)
    print(json.dumps(machine.peak_memory_gb() - held))


def compare(case: Case, options: argparse.Namespace) -> None:
    """Print a case's rows of the table."""
    bench = Bench(case, options.rows, options.precision)
    spent: dict[str, list[Spent]] = {loop: [] for loop in LOOPS}
    for turn in range(options.rounds + 1):
        for loop, run in LOOPS.items():
            took = run(bench)
            if turn:  # the first round warms up
                spent[loop].append(took)
    for loop in LOOPS:
        wall, processor = (
            statistics.median(each.tokens / getattr(each, clock) for each in spent[loop])
            for clock in ("wall", "processor")
        )
        faster = statistics.median(
            mine.tokens / mine.processor / (other.tokens / other.processor)
            for mine, other in zip(spent["ours"], spent[loop], strict=True)
        )
        memory = memory_of(case, loop, options)
        print(
            f"| {case.name} | {loop} | {wall:,.0f} | {processor:,.0f} | {faster:.2f} | {memory:.2f} "
            f"| {machine.load_average()} |",
            flush=True,
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=96, help="rows of the pass that every loop makes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--case", help="only the case of this model")
    parser.add_argument("--memory", choices=tuple(LOOPS), help="print the peak memory of one loop, in GB")
    options = parser.parse_args()
    cases = [case for case in CASES if options.case in (None, case.model)]
    if options.memory:
        _print_memory(Bench(cases[0], options.rows, options.precision), options.memory)
        return
    print("| case | loop | tokens/s | tokens/processor second | ours is faster by | memory, GB | load average |")
    print("|---|---|---|---|---|---|---|")
    for case in cases:
        compare(case, options)


if __name__ == "__main__":
    main()
