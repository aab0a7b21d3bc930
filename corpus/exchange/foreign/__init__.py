"""Results that others measured: reading their files and keeping them, apart from ours, in the user's folder."""

from corpus.exchange.foreign.formats import FOREIGN_FORMATS, foreign_format
from corpus.exchange.foreign.importing import ImportedResults, import_results

__all__ = ["FOREIGN_FORMATS", "ImportedResults", "foreign_format", "import_results"]
