"""The limit of the server: an app that answers /<n> with the same n bytes each time, and /304 with 304.

/like/<name> is answered with the status line and headers in LIKE/<name>.json and the bytes in LIKE/<name>.
"""

import json
import os
from functools import cache
from pathlib import Path

SIZE = 35_000  # bytes, where no page says how many


def application(environ, start_response):
    wanted = environ["PATH_INFO"][1:]
    if wanted.startswith("like/"):
        status, headers, body = alike(wanted)
        start_response(status, headers)
        return [body]
    if wanted == "304":
        start_response("304 Not Modified", [("ETag", '"constant"')])
        return [b""]
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", wanted)])
    return [constant(int(wanted))]


@cache
def constant(size):
    return b"x" * size


@cache
def alike(wanted):
    body = Path(os.environ["LIKE"], wanted.removeprefix("like/"))
    status, headers = json.loads(body.with_suffix(".json").read_text())
    return status, [tuple(header) for header in headers], body.read_bytes()
