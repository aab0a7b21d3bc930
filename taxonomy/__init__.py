"""The vocabulary and the trees, and what evidence stands on a node."""

from taxonomy.knowledge import Knowledge, open_knowledge

__all__ = ["Knowledge", "open_knowledge"]
