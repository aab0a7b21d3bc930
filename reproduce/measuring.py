"""The steps of one run, in order. What is known is noted as soon as it is known, so that a failure keeps it."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import time
from pathlib import Path
from typing import Any

import torch

from corpus.records.run import Hardware, RunSpec
from reproduce import machine
from reproduce.backbones import load_backbone, load_tokenizer, tokenise
from reproduce.data import Opened, Split
from reproduce.determinism import make_repeatable, pick_device, seed_everything, threads
from reproduce.evaluation import Evaluated, evaluate
from reproduce.events import EventLog
from reproduce.losses import LOSSES
from reproduce.methods.saving import save
from reproduce.model_files import ModelFiles
from reproduce.registry import imported
from reproduce.specs import Checked
from reproduce.training import Progress, train

ITEMS_FILE = "items.csv.gz"
ADAPTER_FOLDER = "adapter"


def measure(
    spec: RunSpec, checked: Checked, files: ModelFiles, data: Opened, out: Path, events: EventLog, known: dict[str, Any]
) -> None:
    """Run the spec: baseline, training, validation, test; note fields of the record in ``known``."""
    device = pick_device()
    make_repeatable(device)
    known["hardware"] = Hardware(
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        processor=machine.processor(),
        cores=threads(),
        memory_gb=machine.machine_memory_gb(),
    )
    validation, test = data.validation.head(spec.validation_items), data.test.head(spec.test_items)
    splits: dict[str, Split] = {"train": data.train, "validation": validation, "test": test}
    tokenizer = load_tokenizer(checked.model, files)
    tokens = {name: tokenise(tokenizer, split.texts, spec.training.max_length) for name, split in splits.items()}
    backbone = load_backbone(checked.model, files).to(device)
    evaluation_time = 0.0

    def evaluated(module: torch.nn.Module, split: str, phase: str) -> Evaluated:
        nonlocal evaluation_time
        start = time.perf_counter()
        texts = len(tokens[split])
        events.tell(phase, step=0, steps=texts)
        result = evaluate(
            module,
            tokens[split],
            splits[split],
            metric=spec.metric,
            precision=spec.training.precision,
            after_chunk=lambda done: events.tell(phase, step=done, steps=texts),
        )
        evaluation_time += time.perf_counter() - start
        known["evaluation_time"] = round(evaluation_time, 3)
        events.tell(phase, step=texts, steps=texts, message=f"{spec.metric} {result.score.value:.4f}")
        return result

    def after_step(progress: Progress) -> None:
        rate = progress.tokens / progress.seconds
        events.tell(
            "training", step=progress.step, steps=spec.training.steps, loss=progress.loss, tokens_per_second=rate
        )

    untuned = evaluated(backbone, "test", "baseline")
    known["baseline"] = {spec.metric: untuned.score}

    seed_everything(spec.seed)
    module: torch.nn.Module = imported(checked.method.build)(backbone, checked.settings).to(device)
    known["num_trainable_params"] = sum(each.numel() for each in module.parameters() if each.requires_grad)
    known["num_total_params"] = sum(each.numel() for each in module.parameters())
    trained = train(
        module,
        tokens["train"],
        splits["train"],
        spec.training,
        loss_of=LOSSES[checked.dataset.kind],
        seed=spec.seed,
        after_step=after_step,
    )
    known["train_loss"] = trained.losses
    known["train_time"] = round(trained.seconds, 3)
    known["train_tokens"] = trained.tokens
    known["tokens_per_second"] = round(trained.tokens / trained.seconds, 1)

    known["validation"] = {spec.metric: evaluated(module, "validation", "validation").score}
    tuned = evaluated(module, "test", "test")
    known["metrics"] = {spec.metric: tuned.score}

    events.tell("saving")
    known["items_file"] = ITEMS_FILE
    known["items_sha256"] = write_items(out / ITEMS_FILE, test, untuned, tuned)
    about = {
        "method": spec.method,
        "settings": checked.settings.model_dump(mode="json"),
        "model": checked.model.published_as,
        "revision": checked.model.revision,
        "run": spec.run_id(),
    }
    known["adapter_file_size"] = save(
        module, out / ADAPTER_FOLDER, saved_as=checked.method.saved_as, model=checked.model, about=about
    )
    if device.type == "cuda":
        known["peak_memory_gb"] = round(torch.cuda.max_memory_allocated(device) / 1e9, 3)


def write_items(path: Path, split: Split, untuned: Evaluated, tuned: Evaluated) -> str:
    """Write the per-item scores of the test split, before and after training; return the file's SHA-256.

    The bytes depend on the scores alone: no time and no name goes into the compressed file.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("item", "group", "untuned", "tuned"))
    rows = zip(split.ids, split.groups, untuned.items.tolist(), tuned.items.tolist(), strict=True)
    writer.writerows((item, group, repr(before), repr(after)) for item, group, before, after in rows)
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    path.write_bytes(packed)
    return hashlib.sha256(packed).hexdigest()
