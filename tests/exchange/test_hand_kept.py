"""Files that people keep by hand, with comments: their records hold everything that the files say.

Papers, numbers, runs and claims have a canonical form (tests/corpus/test_shipped.py, tests/ledgers/test_statements.py):
there a file is the same bytes after reading and writing. These here are read only, and are the same data.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from corpus.files import dump_yaml, load_yaml
from reproduce.registry import DatasetEntry, Experiment, MethodEntry, ModelEntry, Recipe
from taxonomy.vocabulary import VOCABULARY_FILE, Vocabulary

LABORATORY = VOCABULARY_FILE.parents[1] / "reproduce"
KEPT: list[tuple[Path, type[BaseModel]]] = [
    (VOCABULARY_FILE, Vocabulary),
    *((path, Recipe) for path in sorted((LABORATORY / "recipes").glob("*.yaml"))),
    *((path, Experiment) for path in sorted((LABORATORY / "experiments").glob("*.yaml"))),
    (LABORATORY / "registry" / "methods.yaml", MethodEntry),
    (LABORATORY / "registry" / "models.yaml", ModelEntry),
    (LABORATORY / "registry" / "datasets.yaml", DatasetEntry),
]


@pytest.mark.parametrize(("path", "kind"), KEPT, ids=lambda each: getattr(each, "stem", ""))
def test_a_record_holds_everything_that_its_file_says(path, kind, tmp_path):
    """Read into its record and written out plainly, a file has the same content, and reads as the same record."""
    content = load_yaml(path)
    for entry in content if isinstance(content, list) else [content]:
        record = kind.model_validate(entry)
        written = record.model_dump(mode="json", exclude_unset=True, by_alias=True)
        assert written == entry
        again = tmp_path / "again.yaml"
        again.write_text(dump_yaml(written), encoding="utf-8")
        assert kind.model_validate(load_yaml(again)) == record
