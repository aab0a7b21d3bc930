"""RO-Crate: a run as a Process Run Crate (profile 0.5 on RO-Crate 1.1), with its files.

The action is the run: its objects are the spec, the model and the data, its results the record, the per-item scores
and what was saved of the tuned model.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from corpus.exchange.runs.about import AboutRun
from corpus.exchange.saving import Content, Files
from corpus.files import dump_json_record
from corpus.records import RunStatus

METADATA = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCE = "https://spdx.org/licenses/Apache-2.0"
CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},  # a term of the profile, not of RO-Crate 1.1
]
AUTHORS = "#authors"
Entity = dict[str, Any]


def ro_crate(about: AboutRun) -> Files:
    """Return the files of a run's crate."""
    files: dict[str, Content] = {
        "spec.json": dump_json_record(about.run.spec),
        "record.json": dump_json_record(about.run),
    }
    if about.items is not None:
        files["items.csv.gz"] = about.items
    files |= {f"adapter/{name}": path for name, path in about.adapter_files().items()}
    described = [_file(name, content) for name, content in files.items()]
    results = [entity for entity in described if entity["@id"] != "spec.json"]
    inputs = [entity for entity in (_model(about), _data(about)) if entity is not None]
    scores = _scores(about)
    graph = [
        _descriptor(),
        _root(about, described),
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {"@id": LICENCE, "@type": "CreativeWork", "name": "Apache License 2.0"},
        *([{"@id": AUTHORS, "@type": "Organization", "name": about.measured_by}] if about.measured_by else []),
        *described,
        *inputs,
        *scores,
        *_software(about),
        _action(about, ["spec.json", *_ids(inputs)], _ids([*results, *scores])),
    ]
    document = {"@context": CONTEXT, "@graph": graph}
    return {METADATA: json.dumps(document, indent=2, ensure_ascii=False) + "\n", **files}


def _ids(entities: list[Entity]) -> list[str]:
    return [entity["@id"] for entity in entities]


def _links(ids: list[str]) -> list[Entity]:
    return [{"@id": name} for name in ids]


def _descriptor() -> Entity:
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }


def _root(about: AboutRun, files: list[Entity]) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Run {about.run.id}",
        "description": f"{about.title}: what it was asked to do, what it left, and with which software.",
        "datePublished": about.run.finished_at.date().isoformat(),
        "license": {"@id": LICENCE} if about.measured_by else "not stated by who ran it",
        "conformsTo": {"@id": PROFILE},
        "hasPart": _links(_ids(files)),
        "mentions": {"@id": "#run"},
        **({"author": {"@id": AUTHORS}, "publisher": {"@id": AUTHORS}} if about.measured_by else {}),
    }


_TYPES = {".json": "application/json", ".gz": "application/gzip", ".safetensors": "application/octet-stream"}
_NAMES = {
    "spec.json": "What the run was asked to do",
    "record.json": "What the run left: scores, times, versions",
    "items.csv.gz": "Scores of each test item before and after tuning",
}


def _file(name: str, content: Content) -> Entity:
    data = content.read_bytes() if isinstance(content, Path) else content
    data = data.encode() if isinstance(data, str) else data
    return {
        "@id": name,
        "@type": "File",
        "name": _NAMES.get(name, f"Saved of the tuned model: {Path(name).name}"),
        "encodingFormat": _TYPES.get(Path(name).suffix, "text/plain"),
        "contentSize": str(len(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _model(about: AboutRun) -> Entity | None:
    files = about.run.model_files
    if files is None:
        return None
    return {
        "@id": about.base_url or "#model",
        "@type": "CreativeWork",
        "name": files.name,
        "description": f"Base model at revision {files.revision or 'not recorded'}; its files' SHA-256 {files.sha256}",
        **({"license": about.base_licence} if about.base_licence else {}),
    }


def _data(about: AboutRun) -> Entity | None:
    files = about.run.data_files
    if files is None:
        return None
    return {
        "@id": "#data",
        "@type": "CreativeWork",
        "name": about.dataset,
        "description": f"Data set {files.name}; SHA-256 over its rows {files.sha256}",
        **({"license": about.dataset_licence} if about.dataset_licence else {}),
        **({"url": list(about.dataset_urls)} if about.dataset_urls else {}),
    }


def _scores(about: AboutRun) -> list[Entity]:
    splits = (("test", about.run.metrics), ("validation", about.run.validation), ("untuned", about.run.baseline))
    return [
        {
            "@id": f"#{split}-{metric}",
            "@type": "PropertyValue",
            "name": f"{about.metrics[metric].label}, {split}",
            "value": score.value,
            "unitText": about.metrics[metric].unit,
        }
        for split, scores in splits
        for metric, score in scores.items()
    ]


def _software(about: AboutRun) -> list[Entity]:
    versions = dict(about.run.versions)
    own = versions.pop("codepeft", None)
    needed = [
        {"@id": _package(name, version), "@type": "SoftwareApplication", "name": name, "softwareVersion": version}
        for name, version in versions.items()
    ]
    program: Entity = {
        "@id": "#codepeft",
        "@type": "SoftwareApplication",
        "name": "codepeft",
        "description": "python -m reproduce.run spec.json out/",
        "softwareRequirements": _links(_ids(needed)),
    }
    program |= {"softwareVersion": own} if own else {}
    program |= {"identifier": f"git commit {about.run.code_commit}"} if about.run.code_commit else {}
    return [program, *needed]


def _package(name: str, version: str) -> str:
    """Return the package URL of a library in a version."""
    kind = "generic" if name == "python" else "pypi"
    return f"pkg:{kind}/{name}@{quote(version)}"


def _action(about: AboutRun, objects: list[str], results: list[str]) -> Entity:
    run = about.run
    finished = run.status is RunStatus.FINISHED
    action: Entity = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": about.title,
        "description": f"{about.task}; status {run.status.value}",
        "instrument": {"@id": "#codepeft"},
        "startTime": run.started_at.isoformat(timespec="seconds"),
        "endTime": run.finished_at.isoformat(timespec="seconds"),
        **({"agent": {"@id": AUTHORS}} if about.measured_by else {}),
        "object": _links(objects),
        "result": _links(results),
        "actionStatus": f"http://schema.org/{'Completed' if finished else 'Failed'}ActionStatus",
    }
    return action | ({"error": run.error} if run.error else {})
