"""CSL-JSON: a list of items, read one after the other, so that a broken one does not cost those before it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from corpus.exchange.reading.entries import Entry, Reading

_BLANK = " \t\n"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def read(text: str) -> Reading:
    """Return the items of a CSL-JSON file: a list of items, or one item."""
    found = Reading()
    for line, item in _items(text, found):
        if isinstance(item, dict):
            _take(item, line, found)
        else:
            found.refuse(line, "", "is no item: an item of CSL-JSON is an object with id, type and title")
    return found


def _items(text: str, found: Reading) -> Iterator[tuple[int, Any]]:
    place, line, counted = _skip(text, 0), 1, 0
    is_list = text[place : place + 1] == "["
    place = _skip(text, place + 1) if is_list else place
    while place < len(text) and text[place] != "]":
        line += text.count("\n", counted, place)
        counted = place
        try:
            item, place = _DECODER.raw_decode(text, place)
        except json.JSONDecodeError as error:
            found.refuse(text.count("\n", 0, error.pos) + 1, "", f"not JSON: {error.msg}; nothing after it was read")
            return
        except (ValueError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            found.refuse(line, "", f"not JSON: {reason[:200]}; nothing after it was read")
            return
        yield line, item
        place = _skip(text, place)
        if not is_list or text[place : place + 1] == "]":
            break
        if text[place : place + 1] != ",":
            found.refuse(text.count("\n", 0, place) + 1, "", "not JSON: a comma is missing; nothing after it was read")
            return
        place = _skip(text, place + 1)
    if is_list and text[place : place + 1] != "]":
        found.refuse(text.count("\n") + 1, "", "not JSON: the list does not end")
    elif text[place + (1 if is_list else 0) :].strip():
        found.refuse(text.count("\n", 0, place) + 1, "", "not JSON: something stands behind the items")


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _take(item: dict[str, Any], line: int, found: Reading) -> None:
    key = item.get("id", "")
    fields = {name: value if isinstance(value, str) else _as_json(value) for name, value in item.items()}
    people = item.get("author") or item.get("editor") or ()
    authors = tuple(filter(None, map(_name, people))) if isinstance(people, list) else ()
    kind = item.get("type")
    if not isinstance(kind, str) or not kind.strip():
        found.tell(line, str(key), "says no type")
        kind = "document"
    found.entries.append(Entry(line, str(key) if isinstance(key, (str, int)) else "", kind.strip(), fields, authors))


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _name(person: Any) -> str:
    if not isinstance(person, dict):
        return ""
    parts = [person.get(part) for part in ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")]
    joined = " ".join(part for part in parts if isinstance(part, str) and part.strip())
    literal = person.get("literal")
    return joined or (literal if isinstance(literal, str) else "")
