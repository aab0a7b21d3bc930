"""The web server's process: Streamlit, with what the first page needs made ready before it listens.

``python -m explorer.server <arguments of streamlit run>``. Modules are read and the index is opened once, by the server
and not by its first visitor; a server that is healthy answers at once.
"""

from __future__ import annotations

import gc
import logging
import socket
import sys
from pathlib import Path

from streamlit.web import cli

FEW = 20_000  # reported numbers that are read before the server listens; more would keep its first visitor waiting
APP = Path(__file__).with_name("app.py")


def warm() -> None:
    """Draw a first page and open the index, as a visitor would; a fault is told by the page that meets it again."""
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)
    # Streamlit reads the options for this page, and once more, with those of the command line, when it begins to serve.
    logging.getLogger("streamlit.config").addFilter(lambda record: "[server] config option" not in record.getMessage())
    try:
        import plotly.io
        import plotly.tools
        from streamlit.testing.v1 import AppTest

        from explorer import data
        from explorer.parts import network, standing, taxonomy_chart  # noqa: F401
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
            AppTest.from_file(str(APP)).switch_page("screens/taxonomy.py").run(timeout=60)
    except Exception:
        logging.getLogger(__name__).debug("nothing was made ready", exc_info=True)


def send_at_once() -> None:
    """Let every message leave at once, without waiting until the one before was acknowledged (40 ms a click).

    Streamlit makes its listening socket without naming TCP as its protocol, so that asyncio does not see that it may
    set TCP_NODELAY. Connections inherit the option from the socket that listens. Another version of Streamlit that
    makes it elsewhere is left as it is.
    """
    try:
        from streamlit.web.server.starlette import starlette_server
    except ImportError:
        return
    bind = getattr(starlette_server, "_bind_socket", None)
    if bind is None:
        return

    def bind_without_delay(address: str, port: int, backlog: int) -> socket.socket:
        listening: socket.socket = bind(address, port, backlog)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening

    starlette_server._bind_socket = bind_without_delay


def main() -> None:
    """Serve the pages until stopped."""
    send_at_once()
    warm()
    gc.collect()
    gc.freeze()  # what was made ready stays: collections need not look at it again, each time for a tenth of a second
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    cli.main()


if __name__ == "__main__":
    main()
