"""The limit of the server: an app that answers /<n> with the same n bytes each time, and /304 with 304."""

from functools import cache

SIZE = 35_000  # bytes, where no page says how many


def application(environ, start_response):
    wanted = environ["PATH_INFO"][1:]
    if wanted == "304":
        start_response("304 Not Modified", [("ETag", '"constant"')])
        return [b""]
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", wanted)])
    return [constant(int(wanted))]


@cache
def constant(size):
    return b"x" * size
