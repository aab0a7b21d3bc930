"""The data sets: items to classify, to retrieve, to write or to fill in; pinned by content."""

from reproduce.data.kinds import BLANK, Classified, Cloze, Generated, Programs
from reproduce.data.opening import Opened, open_dataset
from reproduce.data.splits import Contrasted, Labelled, Paired, Split

__all__ = [
    "BLANK", "Classified", "Cloze", "Contrasted", "Generated", "Labelled", "Opened", "Paired", "Programs", "Split",
    "open_dataset",
]  # fmt: skip
