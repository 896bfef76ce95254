"""A server on loopback that answers AWS's JSON requests from a script, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Requests = list[tuple[str, dict[str, Any]]]


@contextmanager
def serving(script: Mapping[str, Any]) -> Iterator[tuple[str, Requests]]:
    """The address and the requests so far. ``script`` has an answer an operation.

    An answer is a document, a function of the request that gives one, or the code of a refusal as text.
    """
    asked: Requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rsplit(".", 1)[-1]
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((operation, request))
            told = script.get(operation, "UnknownOperationException")
            answer = told(request) if callable(told) else told
            refused = isinstance(answer, str)
            body = json.dumps({"__type": answer, "message": "refused"} if refused else answer).encode()
            self.send_response(400 if refused else 200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
