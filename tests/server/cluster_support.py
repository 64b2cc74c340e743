"""PostgreSQL clusters under several servers, and what may be answered while something is broken."""
import contextlib
import email
import email.policy
import http.client
import os
import pathlib
import re
import sys
import time
import unittest

from support import USERS, Case, Server

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from servers import Postgres  # noqa: E402

# Longer runs, for .ci/full.
SLOW = os.environ.get("WATCHWORD_SLOW_TESTS", "") not in ("", "0")
# How much longer things take with sanitizers, for assertions about time.
SLOWNESS = 5 if {"ASAN_OPTIONS", "TSAN_OPTIONS"} & os.environ.keys() else 1
# What a reply of 503 may say when it is the database that fails.
UNAVAILABLE = {"store_unavailable", "store_outcome_unknown", "store_serialization", "store_read_only",
               "revocations_stale"}


def require(tool):
    """Without PostgreSQL the tests fail where CI is set, and are skipped elsewhere."""
    try:
        return Postgres.tool(tool)
    except RuntimeError as error:
        if os.environ.get("CI"):
            raise
        raise unittest.SkipTest(str(error)) from error


def make_postgres(**more):
    require("initdb")
    return Postgres(tcp=True, **more)


def report(test, text):
    """A measured figure, for whoever reads the log."""
    print(f"{test.id().rsplit('.', 1)[-1]}: {text}", file=sys.stderr, flush=True)


class PostgresCase(Case):
    """A cluster for all tests of a class, and servers on it that share one folder for mail."""
    settings = ()

    @classmethod
    def setUpClass(cls):
        cls.postgres = make_postgres(settings=cls.settings)
        cls.addClassCleanup(cls.postgres.remove)
        cls.postgres.start()

    def new_database(self, name):
        self.postgres.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.postgres.sql(f"CREATE DATABASE {name}")
        return self.postgres.url(name)

    def serve_postgres(self, url, **environment):
        folder = pathlib.Path(self.folder) / f"server{time.monotonic_ns()}"
        folder.mkdir()
        environment.setdefault("MAIL_URL", f"file://{self.folder}/mail")
        server = Server(folder, DATABASE_URL=url, **environment)
        self.addCleanup(lambda: server.process.poll() is None and server.stop(9))
        return server

    def reset_code(self, address, seconds=20):
        return reset_code(self.folder, address, seconds)


def reset_code(folder, address, seconds=20):
    """The code that was mailed to an address."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for path in pathlib.Path(folder, "mail").glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            code = re.search(r"\b[A-Z2-7]{26}\b", mail.get_content())
            if code and mail["To"] == address:
                return code.group()
        time.sleep(0.05)
    raise AssertionError(f"no mail came for {address}")


class Faults:
    """The spans of time in which something is broken, or was until a moment ago."""

    def __init__(self, grace=0.5):
        self.grace = grace
        self.spans = []

    @contextlib.contextmanager
    def span(self, server=None):
        """Of one server, or of what all of them need."""
        mine = [server, time.monotonic(), None]
        self.spans.append(mine)
        try:
            yield
        finally:
            mine[2] = time.monotonic() + self.grace

    def excuse(self, server, began):
        """Whether a request to it that began then, and has ended now, met one."""
        now = time.monotonic()
        return any(broken in (None, server) and start <= now and (end is None or began <= end)
                   for broken, start, end in self.spans)


class Violation(AssertionError):
    """The servers did what the model does not allow."""


def ask(faults, server, method, path, body=None, token=None):
    """A reply that says yes or no. None: unavailable or unknown, which only a fault excuses."""
    began = time.monotonic()
    what = f"{method} {path}"
    try:
        if server.port is None:
            raise ConnectionRefusedError("the server is down")
        reply = server.request(method, path, body, token)
    except (OSError, http.client.HTTPException) as error:
        if not faults.excuse(server, began):
            raise Violation(f"{what}: {error!r} without a fault") from error
        return None
    if reply.status < 500:
        return reply
    if reply.status == 503 and reply.json["code"] == "overloaded":
        return None  # the machine is slow: so many hashes do not fit into the time that they are given
    if reply.status != 503 or reply.json["code"] not in UNAVAILABLE:
        raise Violation(f"{what}: {reply.status} {reply.body!r}")
    if "Retry-After" not in reply.headers:
        raise Violation(f"{what}: no Retry-After beside {reply.body!r}")
    if not faults.excuse(server, began):
        raise Violation(f"{what}: {reply.body!r} without a fault, {time.monotonic() - began:.3f} s after it began")
    return None


def post(faults, server, name, body=None, token=None):
    return ask(faults, server, "POST", f"{USERS}/{name}", body, token)


def get_me(faults, server, token):
    return ask(faults, server, "GET", f"{USERS}/me", token=token)
