"""A local folder served over HTTP as a bucket would: ranges, CORS, and the right media types.

For looking at the open store on this machine; a deployment serves it from its bucket.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ingestion.errors import PermanentError


def serve_folder(folder: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve a folder on 127.0.0.1 until interrupted; `ready` is told the address.

    Raises
    ------
    PermanentError: nothing is published there yet, or the port is taken.
    """
    if not (folder / "index.html").exists():
        raise PermanentError(f"nothing is published in {folder} yet", fix="run make demo first")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise PermanentError(
            f"port {port} cannot be used ({error.strerror})", fix="choose another with --port"
        ) from None
    with server:
        ready(f"http://127.0.0.1:{server.server_port}/")
        server.serve_forever()


class _Handler(SimpleHTTPRequestHandler):
    """Adds what browsers' data readers need."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".html": "text/html; charset=utf-8",
        ".csv": "text/csv; charset=utf-8",
        ".md": "text/markdown; charset=utf-8",
        ".parquet": "application/vnd.apache.parquet",
    }

    def end_headers(self) -> None:
        """Let pages of other addresses read the files."""
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, form: str, *args: object) -> None:
        """Stay quiet: the terminal is for people, and a browser asks for icons that nobody has."""
