"""Starts the example server on a free port and talks to it."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import unittest

SERVER = os.environ["WATCHWORD_SERVER"]
ADMIN = os.environ["WATCHWORD_ADMIN"]
SECRET_KEY = "a secret key of the tests, longer than 32 bytes"
PASSWORD = "securepassword123"
USERS = "/api/v1/users"
SEED = pathlib.Path(__file__).resolve().parent.parent / "vectors" / "seed" / "seed_users.db"


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    """A server process with a folder of its own."""

    def __init__(self, folder, tls=None, **environment):
        self.folder = pathlib.Path(folder)
        self.tls = tls
        self.log_path = self.folder / "log"
        self.environment = {"PATH": os.environ["PATH"], "PORT": "0", "SECRET_KEY": SECRET_KEY,
                            "DATABASE_URL": f"sqlite:///{folder}/test.db", "MAIL_URL": f"file://{folder}/mail"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.environment.update({k: v for k, v in environment.items() if v is not None})
        for name in [k for k, v in environment.items() if v is None]:
            self.environment.pop(name, None)
        self.start()

    def start(self):
        read_end, write_end = os.pipe()
        self.process = subprocess.Popen([SERVER], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stderr=write_end)
        os.close(write_end)
        self.port = None
        started = threading.Event()
        self.reader = threading.Thread(target=self._copy_log, args=(read_end, started), daemon=True)
        self.reader.start()
        if not started.wait(60) or self.port is None:
            self.process.kill()
            raise RuntimeError("the server did not start: " + self.log())

    def _copy_log(self, descriptor, started):
        with os.fdopen(descriptor, "rb") as lines, open(self.log_path, "ab") as log:
            for line in lines:
                log.write(line)
                log.flush()
                if b'"event":"listening"' in line:
                    self.port = json.loads(line)["port"]
                    started.set()
        started.set()

    def log(self):
        return self.log_path.read_text() if self.log_path.exists() else ""

    def connection(self, timeout=30):
        if self.tls:
            return http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=self.tls)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def request(self, method, path, body=None, token=None, headers=None, connection=None):
        own = connection is None
        connection = connection or self.connection()
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + token
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        reply = Reply(connection.getresponse())
        if own:
            connection.close()
        return reply

    def post(self, name, body=None, token=None, **more):
        return self.request("POST", f"{USERS}/{name}", body, token, **more)

    def me(self, token):
        return self.request("GET", f"{USERS}/me", token=token)

    def register(self, username, password=PASSWORD):
        return self.post("register", {"email": f"{username}@example.com", "username": username, "password": password})

    def login(self, name, password=PASSWORD):
        return self.post("login", {"username_or_email": name, "password": password})

    def mails(self):
        return sorted((self.folder / "mail").glob("*.eml"))

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def stop(self, sig=signal.SIGTERM, timeout=60):
        if self.process.poll() is None:
            self.process.send_signal(sig)
        status = self.process.wait(timeout)
        self.reader.join(10)
        return status


class Case(unittest.TestCase):
    """A folder, and servers that are stopped at the end."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="watchword-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def serve(self, **environment):
        server = Server(self.folder, **environment)
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        return server

    def database(self):
        return contextlib.closing(sqlite3.connect(os.path.join(self.folder, "test.db"), timeout=10))

    def admin(self, *arguments, text=None, url=None):
        url = url or f"sqlite:///{self.folder}/test.db"
        return subprocess.run([ADMIN, "--database", url, *arguments], input=text, capture_output=True, text=True,
                              timeout=60, env={"PATH": os.environ["PATH"]})
