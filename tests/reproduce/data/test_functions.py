"""The rule by which functions go into the embedded code-search set."""

from __future__ import annotations

import pytest

from reproduce.data.functions import functions_in, normalised

GOOD = '''
class Stack:
    @property
    def largest(self):
        """Return the largest element seen.

        Ties go to the first.
        """
        # the list is never empty

        best = max(self.items)
        return best
'''


def test_docstring_becomes_query_and_leaves_the_code():
    """The first paragraph is the query; the code keeps comments, loses docstring, decorator, indent, blank lines."""
    (found,) = functions_in(GOOD)
    assert (found.name, found.line) == ("largest", 4)
    assert found.query == "Return the largest element seen."
    assert found.code == (
        "def largest(self):\n    # the list is never empty\n    best = max(self.items)\n    return best\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        'def short(x):\n    """Return x as it was given."""\n    return x\n',
        'def vague(x):\n    """Do it."""\n    y = x\n    return y\n',
        'def other(x):\n    """Gibt zurück, was man gibt, größer."""\n    y = x\n    return y\n',
        'def headed(x):\n    """\n    Parameters\n    ----------\n    x : one\n    """\n    y = x\n    return y\n',
        'def __len__(self):\n    """Return the number of things inside."""\n    n = 1\n    return n\n',
        'def test_it(self):\n    """Check the number of things inside."""\n    n = 1\n    return n\n',
        'def one_line(x): """Return x as it was given."""; y = x; return y\n',
        "def bare(x):\n    y = x\n    return y\n",
        "def broken(:\n",
    ],
    ids=[
        "too-short",
        "few-words",
        "not-ascii",
        "heading",
        "dunder",
        "test",
        "shared-line",
        "no-docstring",
        "no-python",
    ],
)
def test_what_is_left_out(source):
    """Trivial, undocumented, generated-looking and unparsable code gives no function."""
    assert list(functions_in(source)) == []


def test_copies_under_another_name_are_the_same():
    """Normalised code ignores the function's own name and white space."""
    assert normalised("def a(x):\n    return a(x)\n", "a") == normalised("def bc(x):\n        return bc(x)", "bc")
