"""C3: a wrong configuration ends with status 2 and one line that says what to change."""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import unittest
import unittest.mock

from support import SECRET_KEY, SEED, SERVER, Case

KEY = "a key without commas that is long enough"


class ConfigurationTest(Case):
    def run_with(self, **environment):
        base = {"PATH": os.environ["PATH"], "PORT": "0", "SECRET_KEY": SECRET_KEY, "LOG_LEVEL": "warning",
                "DATABASE_URL": f"sqlite:///{self.folder}/test.db"}
        base.update(environment)
        base = {name: value for name, value in base.items() if value is not None}
        return subprocess.run([SERVER], env=base, cwd=self.folder, capture_output=True, text=True, timeout=60)

    def refused(self, *expected, **environment):
        """Status 2, one line, nothing left behind."""
        before = sorted(os.listdir(self.folder))
        done = self.run_with(**environment)
        self.assertEqual(done.returncode, 2, done.stderr)
        (line,) = done.stderr.splitlines()
        for text in expected:
            self.assertIn(text, line)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        return line

    def written(self, name, text, mode=0o600):
        path = pathlib.Path(self.folder) / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)

    def test_secret_keys(self):
        self.refused("SECRET_KEY", "32", SECRET_KEY="short")
        self.refused("SECRET_KEY", "secret_key_placeholder", SECRET_KEY="your-secret-key-change-in-production")
        self.refused("secret_key_public", SECRET_KEY=" -----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAO")
        self.refused("SECRET_KEY_PREVIOUS", SECRET_KEY_PREVIOUS="short")
        line = self.refused("SECRET_KEY", SECRET_KEY=None, DATABASE_URL="postgresql+asyncpg://user:hunter2@localhost/db")
        self.assertNotIn("hunter2", line)
        self.refused("WATCHWORD_ROOT_KEY", WATCHWORD_ROOT_KEY="short")
        self.refused("WATCHWORD_ROOT_KEY", WATCHWORD_ROOT_KEY="A B:" + "k" * 32)
        self.refused("WATCHWORD_ROOT_KEY", WATCHWORD_ROOT_KEY=f"1:{'k' * 32},1:{'l' * 32}")
        for root in (KEY, f"a:{'k' * 32},b:{KEY}"):
            self.refused("WATCHWORD_ROOT_KEY", "SECRET_KEY", WATCHWORD_ROOT_KEY=root, SECRET_KEY=KEY)
            self.refused("WATCHWORD_ROOT_KEY", "SECRET_KEY", WATCHWORD_ROOT_KEY=root, SECRET_KEY_PREVIOUS=KEY)

    def test_C3_what_is_set_but_empty_is_not_taken_for_absent(self):
        for name in ("SECRET_KEY", "TLS_CERT", "TLS_KEY", "WATCHWORD_KEYS_FILE", "WATCHWORD_ROOT_KEY"):
            self.refused(name + ": ", "empty", **{name: ""})
        empty = self.written("empty", "")
        self.refused("TLS_CERT", "empty", TLS_CERT=empty, TLS_KEY=empty)
        self.refused("WATCHWORD_KEYS_FILE", "empty", WATCHWORD_KEYS_FILE=empty)

    def test_values(self):
        self.refused("PORT", PORT="eighty")
        self.refused("PORT", PORT="65536")
        self.refused("HOST=no.such.host.invalid", HOST="no.such.host.invalid")
        self.refused("HOST=no?such", HOST="no\nsuch")
        line = self.refused("REDIS_URL", "redis_url", REDIS_URL="redis://hunter2@localhost:6379", SECRET_KEY=None)
        self.assertNotIn("hunter2", line)
        self.refused("MAIL_URL", MAIL_URL="http://mail.example.com")
        self.refused("MAIL_URL=file:///nonexistent/mail", MAIL_URL="file:///nonexistent/mail", SECRET_KEY=None)
        self.refused("ISSUER", ISSUER="i" * 257)
        self.refused("AUDIENCE", AUDIENCE="a" * 257)
        for origin in ("*", "null", "https://a.example/", "https://a.example:443", "https://a.example:65536"):
            self.refused("CORS_ORIGINS", CORS_ORIGINS=origin)

    def test_files(self):
        self.refused("TLS_CERT", TLS_CERT="/nonexistent.pem")
        self.refused("TLS_CERT: /nonexistent.pem", TLS_CERT="/nonexistent.pem", TLS_KEY="/nonexistent.key")
        certificate, key = self.written("cert.pem", "no certificate", 0o644), self.written("key.pem", "no key")
        self.refused(f"TLS_CERT={certificate}", f"TLS_KEY={key}", TLS_CERT=certificate, TLS_KEY=key)
        keys = self.written("keys.json", "{}")
        self.refused(f"WATCHWORD_KEYS_FILE={keys}", "jwks_invalid", WATCHWORD_KEYS_FILE=keys)
        for mode in (0o640, 0o604, 0o660):
            os.chmod(key, mode)
            os.chmod(keys, mode)
            self.refused("TLS_KEY", key, "chmod", TLS_CERT=certificate, TLS_KEY=key)
            self.refused("WATCHWORD_KEYS_FILE", keys, "chmod", WATCHWORD_KEYS_FILE=keys)

    def test_databases(self):
        self.refused("DATABASE_URL", "database_url", DATABASE_URL="mysql://root@localhost/x")
        url = "sqlite:////nonexistent/folder/x.db"
        for key in (SECRET_KEY, None):
            self.refused(f"DATABASE_URL={url}", "database_unreadable", DATABASE_URL=url, SECRET_KEY=key)
        text = self.written("notes.txt", "this is not a database, whatever its name says" * 20)
        self.refused(f"DATABASE_URL=sqlite:///{text}", "database_not_sqlite", DATABASE_URL=f"sqlite:///{text}", SECRET_KEY=None)
        other = pathlib.Path(self.folder) / "other.db"
        with contextlib.closing(sqlite3.connect(other)) as database:
            database.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, username TEXT, name TEXT)")
            database.commit()
        before = other.read_bytes()
        self.refused(f"DATABASE_URL=sqlite:///{other}", "users_columns_missing",
                     "hashed_password, is_active, created_at, updated_at", DATABASE_URL=f"sqlite:///{other}", SECRET_KEY=None)
        self.assertEqual(other.read_bytes(), before)

    def test_what_is_refused_late_has_migrated_nothing(self):
        shutil.copy(SEED, pathlib.Path(self.folder) / "test.db")
        before = (pathlib.Path(self.folder) / "test.db").read_bytes()
        certificate, key = self.written("cert.pem", "no certificate"), self.written("key.pem", "no key")
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        for environment in ({"CORS_ORIGINS": "*"}, {"TLS_CERT": certificate, "TLS_KEY": key}, {"HOST": "192.0.2.1"},
                            {"PORT": str(taken.getsockname()[1])}):
            self.refused(next(iter(environment)), SECRET_KEY=None, MAIL_URL=f"file://{self.folder}/mail", **environment)
        other = self.written("notes.txt", "this is not a database, whatever its name says" * 20)
        self.refused("DATABASE_URL", DATABASE_URL=f"sqlite:///{other}", MAIL_URL=f"file://{self.folder}/mail")
        self.assertEqual((pathlib.Path(self.folder) / "test.db").read_bytes(), before)

    def test_a_database_in_memory_is_warned_about(self):
        server = self.serve(DATABASE_URL="sqlite:///:memory:")
        self.assertIn('"event":"database_in_memory"', server.log())

    def test_connections_follow_the_limit_of_open_files(self):
        self.assertNotIn("few_connections", self.serve().log())
        raised = self.serve_limited(64, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
        self.assertNotIn("few_connections", raised.log())
        few = self.serve_limited(200, 200)
        (line,) = [json.loads(line) for line in few.log().splitlines() if "few_connections" in line]
        self.assertIn("to 200, and so connections to 136", line["text"])
        self.assertEqual(few.request("GET", "/healthz").status, 200)

    def serve_limited(self, soft, hard):
        hard = "unlimited" if hard == resource.RLIM_INFINITY else hard
        script = self.written("limited", f"#!/bin/sh -e\nulimit -Sn {soft}\nulimit -Hn {hard}\nexec {SERVER}\n", 0o700)
        with unittest.mock.patch("support.SERVER", script):
            return self.serve()

    def test_a_port_that_is_taken(self):
        server = self.serve()
        self.refused("in use", f"PORT={server.port}", PORT=str(server.port))

    def test_C7_a_secret_is_made_beside_the_database(self):
        server = self.serve(SECRET_KEY=None)
        path = pathlib.Path(self.folder) / "test.db.secret"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE((pathlib.Path(self.folder) / "test.db").stat().st_mode), 0o600)
        secret = path.read_text().strip()
        self.assertGreaterEqual(len(secret), 32)
        self.assertNotIn(secret, server.log())
        self.assertIn("secret_key_made", server.log())
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        server.stop()
        server.start()
        self.assertEqual(server.me(token).status, 200)
        server.stop()
        path.chmod(0o640)
        self.refused("chmod", str(path), SECRET_KEY=None)

    def test_plain_http_beyond_loopback_is_warned_about(self):
        server = self.serve(HOST="0.0.0.0")
        self.assertIn('"event":"plain_http"', server.log())

    def test_previous_key_verifies(self):
        server = self.serve()
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        server.stop()
        server.environment.update(SECRET_KEY="another secret key, 32 bytes or more", SECRET_KEY_PREVIOUS=SECRET_KEY)
        server.start()
        self.assertEqual(server.me(token).status, 200)
        server.stop()
        server.environment.pop("SECRET_KEY_PREVIOUS")
        server.start()
        self.assertEqual(server.me(token).status, 401)

    def test_sigterm_ends_with_0_and_leaves_a_whole_database(self):
        server = self.serve()
        server.register("testuser")
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        with self.database() as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))


if __name__ == "__main__":
    unittest.main()
