"""The web server's process: Streamlit, with what the first page needs made ready before it listens.

``python -m explorer.server <arguments of streamlit run>``. Modules are read and the index is opened once, by the server
and not by its first visitor; a server that is healthy answers at once.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from streamlit.web import cli

APP = Path(__file__).with_name("app.py")


def warm() -> None:
    """Read the modules of the first pages and open the index; a fault is told by the page that meets it again."""
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    try:
        from explorer import addresses, data, parts  # noqa: F401
        from explorer.parts import export, standing, taxonomy_chart  # noqa: F401
        from taxonomy.graph import Facet

        for facet in Facet:
            data.tree(facet)
    except Exception:
        logging.getLogger(__name__).debug("nothing was made ready", exc_info=True)


def main() -> None:
    """Serve the pages until stopped."""
    warm()
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
