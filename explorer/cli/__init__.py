"""The command line. Commands parse, call one library function and print; heavy imports sit inside them."""

from __future__ import annotations

import sys

from explorer.cli.adding import register as register_adding
from explorer.cli.answering import register as register_answering
from explorer.cli.app import app
from explorer.cli.exporting import register as register_exporting
from explorer.cli.importing import register as register_importing
from explorer.cli.ledgers import register as register_ledgers
from explorer.cli.reading import register as register_reading
from explorer.cli.running import register as register_running
from explorer.cli.screening import register as register_screening

register_reading(app)
register_running(app)
register_answering(app)
register_ledgers(app)
register_exporting(app)
register_importing(app)
register_adding(app)
register_screening(app)


def main() -> None:
    """Run the command line: exit 0 done, 1 the work failed, 2 the request was wrong."""
    from corpus.errors import CodepeftError

    try:
        app()
    except CodepeftError as error:
        print(f"codepeft: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        print("codepeft: stopped", file=sys.stderr)
        sys.exit(1)
