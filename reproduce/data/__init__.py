"""The data sets: labelled items for clone retrieval, pairs for code search; pinned by content."""

from reproduce.data.opening import Opened, open_dataset
from reproduce.data.splits import Labelled, Paired, Split

__all__ = ["Labelled", "Opened", "Paired", "Split", "open_dataset"]
