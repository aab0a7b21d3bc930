"""A run with what its record leaves to others to know: labels, the scale of its metrics, licences, its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.records import RunRecord


@dataclass(frozen=True)
class MetricFacts:
    """How a metric's scores are to be read."""

    label: str
    unit: str  # in words, e.g. "0 to 1"
    higher_is_better: bool
    low: float | None  # of the scale; None: unbounded, or not known
    high: float | None


@dataclass(frozen=True)
class AboutRun:
    """A run, ready to be handed out. Paths are files of this machine to copy; None: they are not here."""

    run: RunRecord
    own: bool  # measured in the user's folder, not by the project
    metrics: Mapping[str, MetricFacts]
    task: str  # labels, as are the next three
    dataset: str
    model: str
    method: str
    peft_type: str | None  # None: peft does not have the method
    base_model: str  # the hub's id
    base_licence: str | None
    dataset_urls: tuple[str, ...]
    dataset_licence: str | None
    items: Path | None
    adapter: Path | None  # a folder

    @property
    def title(self) -> str:
        """What the run is, in a line."""
        return f"{self.model} tuned with {self.method} on {self.dataset}, seed {self.run.spec.seed}"

    @property
    def measured_by(self) -> str | None:
        """Who ran it; None for a user's own run, whose record names nobody."""
        return None if self.own else "The codepeft authors"

    @property
    def base_url(self) -> str | None:
        """Where the base model's pinned files are; None where the record names none."""
        files = self.run.model_files
        return f"https://huggingface.co/{files.name}/tree/{files.revision}" if files and files.revision else None

    def adapter_files(self) -> dict[str, Path]:
        """Return what was saved of the tuned model, by name; empty when it is not on this machine."""
        if self.adapter is None:
            return {}
        return {path.name: path for path in sorted(self.adapter.iterdir()) if path.is_file()}

    def score(self, metric: str, value: float) -> str:
        """Return a score as people read it, with its scale."""
        facts = self.metrics[metric]
        return f"{value:.{3 if facts.high == 1 else 2}f} ({facts.unit})"
