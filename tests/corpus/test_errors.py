"""Errors: one sentence with what was asked, what exists, what to do."""

from __future__ import annotations

import pytest

from corpus import RecordError, RequestError, UnknownNameError
from corpus.errors import Problem, lookup, shown_path


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("loar", "unknown method 'loar'; did you mean lora, qlora?"),
        ("LORA", "unknown method 'LORA'; did you mean lora, qlora?"),
        ("xyz", "unknown method 'xyz'; known: IA3, lora, qlora"),
        ("", "unknown method ''; known: IA3, lora, qlora"),
        ("ia3", "unknown method 'ia3'; did you mean IA3?"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(asked, sentence):
    """Near names are suggested whatever their case; with none near, the known ones are listed."""
    with pytest.raises(UnknownNameError) as caught:
        lookup("method", asked, {"lora": 1, "qlora": 2, "IA3": 3})
    assert str(caught.value) == sentence


def test_a_long_list_of_known_names_is_cut():
    """At most twenty known names are listed, with how many more there are."""
    error = UnknownNameError("paper", "zzz", [f"P{number}" for number in range(100, 130)])
    assert str(error).endswith("P118, P119 and 10 more")


def test_an_unknown_name_is_a_wrong_request():
    """Unknown names end a command with 2, faulty records with 1; both keep what they are about."""
    unknown = UnknownNameError("paper", "P2", ["P1"])
    faulty = RecordError([Problem("P1.yaml", "id", "is wrong"), Problem("P3.yaml", "", "is no file")])
    assert isinstance(unknown, RequestError)
    assert isinstance(unknown, LookupError)
    assert (unknown.exit_code, unknown.name, unknown.known) == (2, "P2", ("P1",))
    assert (faulty.exit_code, str(faulty)) == (1, "P1.yaml: id: is wrong\nP3.yaml: is no file")


def test_paths_are_shown_below_their_root(tmp_path):
    """A path below a root is shown relative to it, another one whole."""
    assert shown_path(tmp_path / "papers" / "P1.yaml", tmp_path) == "papers/P1.yaml"
    assert shown_path(tmp_path, tmp_path / "papers") == str(tmp_path)
