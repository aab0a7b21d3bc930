"""Croissant (MLCommons, 1.0): the corpus as CSV files with a description that data-set loaders read."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from typing import Any

from corpus.exchange.saving import Content, Files
from corpus.exchange.writing.tables import csv_text
from corpus.library import Corpus
from corpus.rows import TABLES, Row

METADATA = "croissant.json"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_ABOUT = (
    "The 28 primary studies of the systematic review arXiv 2504.21569 on parameter-efficient fine-tuning for code "
    "models, as checked records: papers, studies, reported numbers with source and grade of evidence, claims, "
    "cautions, and runs measured anew."
)


def croissant(corpus: Corpus) -> Files:
    """Return the corpus's tables as CSV files and their description; a table without rows is left out."""
    tables = {name: rows for name, make in TABLES.items() if (rows := make(corpus))}
    files: dict[str, Content] = {f"{name}.csv": csv_text(rows, list(rows[0])) for name, rows in tables.items()}
    newest = max((run.finished_at for run in corpus.every_run), default=None)
    description = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "codepeft",
        "description": _ABOUT,
        "license": "https://spdx.org/licenses/Apache-2.0",
        "url": "https://arxiv.org/abs/2504.21569",
        "citeAs": "codepeft: an executable survey of parameter-efficient fine-tuning for code models",
        "creator": {"@type": "sc:Organization", "name": "The codepeft authors"},
        "version": importlib.metadata.version("codepeft"),
        **({"datePublished": newest.date().isoformat()} if newest else {}),
        "distribution": [_file(name, str(text)) for name, text in files.items()],
        "recordSet": [_record_set(name, rows) for name, rows in tables.items()],
    }
    return {METADATA: json.dumps(description, indent=2, ensure_ascii=False) + "\n", **files}


def _file(name: str, text: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{len(text.encode())} B",
        "encodingFormat": "text/csv",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _record_set(name: str, rows: list[Row]) -> dict[str, Any]:
    first = next(iter(rows[0]))
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        **({"key": {"@id": f"{name}/{first}"}} if len({row[first] for row in rows}) == len(rows) else {}),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "dataType": _data_type([row[column] for row in rows]),
                "source": {"fileObject": {"@id": f"{name}.csv"}, "extract": {"column": column}},
            }
            for column in rows[0]
        ],
    }


def _data_type(values: list[Any]) -> str:
    """Return the narrowest type that holds a column; whole numbers with gaps are read as floats by pandas."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "sc:Boolean"
    if kinds == {int} and None not in values:
        return "sc:Integer"
    return "sc:Float" if kinds and kinds <= {int, float} else "sc:Text"
