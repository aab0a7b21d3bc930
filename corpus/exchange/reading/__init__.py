"""Reading reference files: one reader for each format behind one protocol. What can be read is kept, the rest told."""

from corpus.exchange.reading.entries import Entry, Reading
from corpus.exchange.reading.formats import FORMATS, Format, format_of, read_references

__all__ = ["FORMATS", "Entry", "Format", "Reading", "format_of", "read_references"]
