"""The web server's process: Streamlit, with what the first page needs made ready before it listens.

``python -m explorer.server <arguments of streamlit run>``. Modules are read and the index is opened once, by the server
and not by its first visitor; a server that is healthy answers at once.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from streamlit.web import cli

FEW = 20_000  # reported numbers that are read before the server listens; more would keep its first visitor waiting
APP = Path(__file__).with_name("app.py")


def warm() -> None:
    """Read the modules of the first pages and open the index; a fault is told by the page that meets it again."""
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    try:
        import plotly.io
        import plotly.tools
        import pyarrow  # noqa: F401  (of every table)

        from explorer import data
        from explorer.parts import export, frame, menu, network, standing, taxonomy_chart  # noqa: F401
        from taxonomy.graph import ROOTS, Facet

        for facet in Facet:
            nodes = data.tree(facet)
            figure = taxonomy_chart.figure_of(nodes, (ROOTS[facet], "icicle", "studies"))
            plotly.io.to_json(plotly.tools.return_figure_from_figure_or_data(figure, True), validate=False)
        nodes = data.tree(Facet.METHOD)
        for node in nodes:
            if node.depth < 2:
                standing.figure_of(node)
        if nodes[0].reported <= FEW:
            standing.standing(nodes[0])
    except Exception:
        logging.getLogger(__name__).debug("nothing was made ready", exc_info=True)


def main() -> None:
    """Serve the pages until stopped."""
    warm()
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
