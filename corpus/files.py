"""Reading and writing record files: YAML for papers, CSV for reported numbers, JSON for runs.

Each file has one canonical form, so that reading a record and writing it back changes nothing.
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import tempfile
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from corpus.errors import Problem, RecordError
from corpus.records.base import Source
from corpus.records.paper import Paper
from corpus.records.result import ReportedResult
from corpus.records.run import RunRecord

MAX_FILE_BYTES = 20_000_000
MAX_DEPTH = 64  # of a YAML file

try:
    from yaml import CSafeLoader as _BaseLoader
except ImportError:  # PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader as _BaseLoader  # type: ignore[assignment]


class _Loader(_BaseLoader):
    """Safe loading without repeated keys, in which every fault is a YAMLError with its place."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            # PyYAML's own converters let these through, e.g. for 2022-13-45
            kind, shown = node.tag.rpartition(":")[2], str(node.value)[:40]
            raise yaml.constructor.ConstructorError(None, None, f"{shown!r} is no {kind}", node.start_mark) from None

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[object] = set()
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(None, None, "a key is plain text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _refuse_bombs(text: str) -> None:
    """Raise MarkedYAMLError for aliases (a few bytes of them expand to gigabytes) and for too deep nesting.

    libyaml composes nodes in C, past any method of a loader, and overflows the stack on deep ones: events come first.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_BaseLoader):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not used in record files", mark)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise yaml.constructor.ConstructorError(None, None, f"nested more than {MAX_DEPTH} deep", mark)


class _Dumper(yaml.SafeDumper):
    """Block style with indented lists; long text is folded at the line's end."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_text(path: Path) -> str:
    """Return a record file's text; raise RecordError when it is missing, too large or not UTF-8."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            reason = f"larger than {MAX_FILE_BYTES:,} bytes; records are small text files"
            raise RecordError([Problem(path.name, "", reason)])
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RecordError([Problem(path.name, "", "no such file")]) from None
    except UnicodeDecodeError as error:
        reason = "not UTF-8 text; save the file as UTF-8"
        raise RecordError([Problem(path.name, f"byte {error.start}", reason)]) from None
    except OSError as error:
        raise RecordError([Problem(path.name, "", f"cannot be read: {error.strerror}")]) from None


def load_yaml(path: Path) -> Any:
    """Return a YAML file's content as plain objects; raise RecordError with line and reason."""
    text = read_text(path)
    try:
        _refuse_bombs(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise RecordError([Problem(path.name, where, f"not YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:  # a character that no YAML file may hold; its message has two lines
        raise RecordError([Problem(path.name, "", f"not YAML: {' '.join(str(error).split())}")]) from None


def dump_yaml(content: Any) -> str:
    """Return plain objects in the canonical YAML form."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=False)


def problems_of(error: ValidationError, file: str, prefix: str = "") -> list[Problem]:
    """Return every fault that pydantic found, one line each, in the words of the file."""
    found = []
    faults = error.errors(include_url=False, include_input=False)
    for fault in faults:
        place = fault["loc"]
        if fault["type"] == "too_short" and any(other["loc"][:-1][: len(place)] == place for other in faults):
            continue  # the list's entries are there, with faults of their own
        where = ".".join(str(part) for part in fault["loc"])
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            reason = "unknown field; fields are closed, see docs/records.md"
        found.append(Problem(file, f"{prefix}{where}".strip(". "), reason))
    return found


def read_paper(path: Path) -> Paper:
    """Return the paper in a YAML file; raise RecordError naming every fault."""
    content = load_yaml(path)
    if not isinstance(content, dict):
        raise RecordError([Problem(path.name, "", "a paper record is a mapping of fields")])
    try:
        paper = Paper.model_validate(content)
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None
    if paper.id != path.stem:
        raise RecordError([Problem(path.name, "id", f"{paper.id} stands in a file named {path.name}; they must agree")])
    return paper


def _pruned(value: Any) -> Any:
    """Drop None and empty containers: an absent field is one that the source does not state."""
    if isinstance(value, dict):
        pruned = {key: _pruned(entry) for key, entry in value.items()}
        return {key: entry for key, entry in pruned.items() if entry is not None and entry != {} and entry != []}
    if isinstance(value, list):
        return [_pruned(entry) for entry in value]
    return value


def dump_paper(paper: Paper) -> str:
    """Return a paper in the canonical form of its file."""
    return dump_yaml(_pruned(paper.model_dump(mode="json", exclude_defaults=True)))


_SOURCE_COLUMNS = {"source_kind": "kind", "source_url": "url", "source_at": "at"}
_LIST_COLUMNS = ("per_seed", "seeds")
RESULT_COLUMNS = (*(name for name in ReportedResult.model_fields if name != "source"), *_SOURCE_COLUMNS)


def _row_to_result(row: dict[str, str]) -> ReportedResult:
    values: dict[str, Any] = {key: value for key, value in row.items() if value != "" and key not in _SOURCE_COLUMNS}
    for column in _LIST_COLUMNS:
        values[column] = tuple(values.get(column, "").split())
    values["source"] = {field: row[column] for column, field in _SOURCE_COLUMNS.items() if row[column] != ""}
    return ReportedResult.model_validate(values)


def read_results(path: Path) -> tuple[ReportedResult, ...]:
    """Return the reported numbers of a CSV file; raise RecordError naming every faulty row and column."""
    reader = csv.DictReader(io.StringIO(read_text(path)), strict=True)
    results: list[ReportedResult] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    try:
        if tuple(reader.fieldnames or ()) != RESULT_COLUMNS:
            raise RecordError([Problem(path.name, "line 1", f"the header must be {','.join(RESULT_COLUMNS)}")])
        for row in reader:
            line = reader.line_num
            if None in row or None in row.values():
                problems.append(Problem(path.name, f"line {line}", f"a row has {len(RESULT_COLUMNS)} cells"))
                continue
            try:
                result = _row_to_result(row)
            except ValidationError as error:
                faults = problems_of(error, path.name, f"line {line}, ")
                problems.extend(replace(fault, where=fault.where.replace("source.", "source_")) for fault in faults)
                continue
            if result.paper != path.stem or not result.id.startswith(f"{path.stem}-"):
                problems.append(Problem(path.name, f"line {line}, id", f"{result.id} does not belong to {path.stem}"))
            if result.id in lines:
                problems.append(
                    Problem(path.name, f"line {line}, id", f"{result.id} stands on line {lines[result.id]} too")
                )
            lines[result.id] = line
            results.append(result)
    except csv.Error as error:
        problems.append(Problem(path.name, f"line {reader.reader.line_num}", f"not CSV: {error}"))
    if problems:
        raise RecordError(problems)
    return tuple(results)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return " ".join(_cell(entry) for entry in value)
    return repr(value) if isinstance(value, float) else str(value)


def _result_row(result: ReportedResult) -> list[str]:
    values = result.model_dump(mode="json")
    source: dict[str, Any] = values.pop("source")
    values.update({column: source[field] for column, field in _SOURCE_COLUMNS.items()})
    return [_cell(values[column]) for column in RESULT_COLUMNS]


def dump_results(results: Iterable[ReportedResult]) -> str:
    """Return reported numbers in the canonical form of their file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(RESULT_COLUMNS)
    writer.writerows(_result_row(result) for result in results)
    return out.getvalue()


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} is given twice")
    return content


def read_json_record(path: Path, record: type[BaseModel]) -> Any:
    """Return a record of the given type from a JSON file; raise RecordError naming every fault."""
    text = read_text(path)
    try:
        content = json.loads(text, object_pairs_hook=_each_key_once)
        json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair can be escaped, but not stored
    except json.JSONDecodeError as error:
        raise RecordError([Problem(path.name, f"line {error.lineno}", f"not JSON: {error.msg}")]) from None
    except ValueError as error:
        raise RecordError([Problem(path.name, "", f"not JSON: {error}")]) from None
    except RecursionError:
        raise RecordError([Problem(path.name, "", "not JSON: nested too deeply")]) from None
    try:
        return record.model_validate(content)
    except ValidationError as error:
        raise RecordError(problems_of(error, path.name)) from None


def read_run(path: Path) -> RunRecord:
    """Return the run record in a JSON file; raise RecordError when it is faulty or its digest does not fit its spec."""
    run: RunRecord = read_json_record(path, RunRecord)
    if run.spec.digest() != run.spec_digest:
        raise RecordError(
            [Problem(path.name, "spec_digest", "does not belong to the spec; the record was changed by hand")]
        )
    return run


def dump_json_record(record: BaseModel) -> str:
    """Return a record as JSON, one field a line, absent fields left out."""
    return json.dumps(record.model_dump(mode="json", exclude_none=True), indent=1, ensure_ascii=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader never sees half of it."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half of it.

    A process that is killed meanwhile leaves a hidden file behind, which names it (``remove_unfinished``).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_unfinished(os.getpid()))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _unfinished(pid: int) -> str:
    return f".{platform.node()}.{pid}.unfinished"


def remove_unfinished(folder: Path, is_alive: Callable[[int], bool]) -> int:
    """Remove, at any depth, what processes of this machine were killed over while they wrote it; return how many."""
    removed = 0
    for file in folder.rglob(".*.unfinished"):
        pid = file.name.removesuffix(".unfinished").rpartition(".")[2]
        if pid.isdecimal() and file.name.endswith(_unfinished(int(pid))) and not is_alive(int(pid)):
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def raise_all(problems: Sequence[Problem]) -> None:
    """Raise one RecordError for all problems, if there are any."""
    if problems:
        raise RecordError(problems)


__all__ = [
    "RESULT_COLUMNS", "Source", "dump_json_record", "dump_paper", "dump_results", "dump_yaml", "load_yaml",
    "problems_of", "raise_all", "read_json_record", "read_paper", "read_results", "read_run",
    "remove_unfinished", "write_bytes", "write_text",
]  # fmt: skip
