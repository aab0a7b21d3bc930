"""The server's process: what it makes ready before it listens, and how soon its messages leave."""

from __future__ import annotations

import logging
import socket
import tomllib

from streamlit import config
from streamlit.web.server.starlette import starlette_server

from corpus import Home
from explorer import server


def test_messages_leave_without_waiting_for_the_one_before(monkeypatch):
    """A connection to the served page has TCP_NODELAY, which it inherits from the socket that listens."""
    monkeypatch.setattr(starlette_server, "_bind_socket", starlette_server._bind_socket)
    server.send_at_once()
    with starlette_server._bind_socket("127.0.0.1", 0, 1) as listening:
        listening.setblocking(True)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_collection_of_garbage_after_every_rerun():
    """Our settings turn off Streamlit's look at every object after a rerun, with the option that it has for that."""
    settings = tomllib.loads((server.APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["runner"]["postScriptGC"] is False
    assert config.get_option("runner.postScriptGC") in (True, False)


def test_the_first_page_is_drawn_before_the_server_listens(known_home: Home, monkeypatch, caplog):
    """What the first page shows is there already, and nothing of it failed unheard."""
    monkeypatch.setenv("CODEPEFT_HOME", str(known_home.root))
    with caplog.at_level(logging.DEBUG, logger=server.__name__):
        server.warm()
    assert caplog.messages == []


def test_a_fault_does_not_keep_the_server_from_listening(monkeypatch, caplog):
    """Where nothing can be made ready, the page tells why; the server starts all the same."""
    monkeypatch.setenv("CODEPEFT_DATABASE_URL", "no such database")
    with caplog.at_level(logging.DEBUG, logger=server.__name__):
        server.warm()
    assert caplog.messages == ["nothing was made ready"]
