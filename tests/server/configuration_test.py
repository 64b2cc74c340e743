"""C3: a wrong configuration ends with status 2 and one line that says what to change."""
import os
import pathlib
import signal
import stat
import subprocess
import unittest

from support import SECRET_KEY, SERVER, Case


class ConfigurationTest(Case):
    def run_with(self, **environment):
        base = {"PATH": os.environ["PATH"], "PORT": "0", "SECRET_KEY": SECRET_KEY, "LOG_LEVEL": "warning",
                "DATABASE_URL": f"sqlite:///{self.folder}/test.db"}
        base.update(environment)
        base = {name: value for name, value in base.items() if value is not None}
        return subprocess.run([SERVER], env=base, cwd=self.folder, capture_output=True, text=True, timeout=60)

    def refused(self, expected, **environment):
        done = self.run_with(**environment)
        self.assertEqual(done.returncode, 2, done.stderr)
        # Warnings, which are JSON, may stand before the one line that says what to change.
        lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertIn(expected, lines[0])
        return lines[0]

    def test_secret_keys(self):
        self.refused("32", SECRET_KEY="short")
        self.refused("secret_key_placeholder", SECRET_KEY="your-secret-key-change-in-production")
        self.refused("secret_key_public", SECRET_KEY=" -----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAO")
        line = self.refused("SECRET_KEY", SECRET_KEY=None, DATABASE_URL="postgresql+asyncpg://user:hunter2@localhost/db")
        self.assertNotIn("hunter2", line)

    def test_values(self):
        self.refused("PORT", PORT="eighty")
        self.refused("PORT", PORT="65536")
        self.refused("HOST", HOST="no.such.host.invalid")
        self.refused("database_url", DATABASE_URL="mysql://root@localhost/x")
        self.refused("MAIL_URL", MAIL_URL="http://mail.example.com")
        self.refused("TLS_CERT", TLS_CERT="/nonexistent.pem")
        self.refused("/nonexistent", TLS_CERT="/nonexistent.pem", TLS_KEY="/nonexistent.key")
        empty = self.written("empty", "")
        self.refused("TLS_CERT", TLS_CERT=empty, TLS_KEY=empty)
        self.refused("TLS_CERT", TLS_CERT=self.written("cert.pem", "no certificate"), TLS_KEY=self.written("key.pem", "no key"))
        self.refused("WATCHWORD_KEYS_FILE", WATCHWORD_KEYS_FILE=empty)
        self.refused("rest_options", CORS_ORIGINS="*")
        self.refused("WATCHWORD_ROOT_KEY", WATCHWORD_ROOT_KEY="short")
        self.refused("jwks_invalid", WATCHWORD_KEYS_FILE=self.written("keys.json", "{}"))
        self.refused("database_unreadable", DATABASE_URL="sqlite:////nonexistent/folder/x.db")

    def written(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text)
        return str(path)

    def test_a_port_that_is_taken(self):
        server = self.serve()
        self.refused("in use", PORT=str(server.port))

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
        path.chmod(0o644)
        self.refused("chmod", SECRET_KEY=None)

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
