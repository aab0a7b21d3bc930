"""What these tests share: the shipped ledgers, and invented experiments with several seeds."""

from __future__ import annotations

import pytest

from corpus.ledgers import read_ledgers
from taxonomy.answers.verdict_rules import verdict_rules
from tests.cli.conftest import call

__all__ = ["call"]  # a fixture


@pytest.fixture(scope="session")
def ledgers(known_home):
    """The ledgers that ship."""
    return read_ledgers(known_home)


@pytest.fixture
def rules():
    """The rules that ship."""
    return verdict_rules()
