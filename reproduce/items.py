"""The per-item scores of a run, beside its record."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reproduce.data import Split

ITEMS_FILE = "items.csv.gz"


def write_items(path: Path, split: Split, untuned: NDArray[np.float64], tuned: NDArray[np.float64]) -> str:
    """Write each item's score by the spec's metric, without training and after it; return the file's SHA-256.

    The bytes depend on the scores alone: no time and no name goes into the compressed file.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("item", "group", "untuned", "tuned"))
    rows = zip(split.ids, split.groups, untuned.tolist(), tuned.tolist(), strict=True)
    writer.writerows((item, group, repr(before), repr(after)) for item, group, before, after in rows)
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    path.write_bytes(packed)
    return hashlib.sha256(packed).hexdigest()
