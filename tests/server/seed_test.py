"""A database that the specification's system has filled."""
import pathlib
import shutil
import sqlite3
import subprocess
import unittest

from support import SECRET_KEY, SEED, SERVER, Case

USERS = [(1, "user@example.com", "testuser", "securepassword123"),
         (2, "Ada.Lovelace@example.org", "ada", "Analytical-Engine-1843"),
         (3, "zoe@example.net", "zoë", "pässwörd-mit-Ümläuten")]


class SeedTest(Case):
    def setUp(self):
        super().setUp()
        self.path = pathlib.Path(self.folder) / "test.db"
        shutil.copy(SEED, self.path)

    def rows(self):
        with self.database() as database:
            return database.execute("SELECT id, email, username, is_active, created_at, updated_at FROM users "
                                    "ORDER BY id").fetchall()

    def test_users_log_in_and_their_hashes_become_argon2id(self):
        before = self.rows()
        server = self.serve()
        for number, email, name, password in USERS:
            self.assertEqual(server.login(name, "not " + password).status, 401)
            for login in (email, name, email.upper(), name.upper()):
                reply = server.login(login, password)
                self.assertEqual(reply.status, 200, login)
            profile = server.me(reply.json["access_token"]).json
            self.assertEqual((profile["id"], profile["email"], profile["username"]), (number, email, name))
        with self.database() as database:
            for (hashed,) in database.execute("SELECT hashed_password FROM users"):
                self.assertTrue(hashed.startswith("$argon2id$"))
        self.assertEqual(self.rows(), before)

    def test_the_old_system_goes_on_using_the_file(self):
        server = self.serve()
        bcrypt = "$2b$12$xE/3CNxXTglrjySQsFQHvuCTGvxdFfvirMT5xINyUlDmXM3CJarce"
        with self.database() as database:
            database.execute("INSERT INTO users (email, username, hashed_password, is_active) VALUES (?, ?, ?, 1)",
                             ("late@example.com", "Latecomer", bcrypt))
            database.execute("UPDATE users SET username = 'lovelace' WHERE id = 2")
            database.commit()
        self.assertEqual(server.login("latecomer", "securepassword123").status, 200)
        self.assertEqual(server.login("lovelace", "Analytical-Engine-1843").status, 200)
        self.assertEqual(server.login("ada", "Analytical-Engine-1843").status, 401)
        self.assertEqual(server.register("LATEComer").status, 409)
        fresh = server.register("fresh")
        self.assertEqual((fresh.status, fresh.json["id"]), (201, 5))

    def refused(self):
        before = self.path.read_bytes()
        environment = {"PATH": "/usr/bin:/bin", "PORT": "0", "SECRET_KEY": SECRET_KEY,
                       "DATABASE_URL": f"sqlite:///{self.path}"}
        done = subprocess.run([SERVER], env=environment, cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.path.read_bytes(), before)
        return done.stderr

    def test_colliding_names_are_refused_and_nothing_is_changed(self):
        connection = sqlite3.connect(self.path)
        connection.execute("INSERT INTO users (email, username, hashed_password) VALUES ('other@example.com', 'ADA', '!')")
        connection.execute("INSERT INTO users (email, username, hashed_password) VALUES ('USER@example.com', 'x1', '!')")
        connection.commit()
        connection.close()
        text = self.refused()
        self.assertIn("accounts_collide", text)
        self.assertIn("1 and 5", text)
        self.assertIn("2 and 4", text)

    def test_a_file_that_is_no_database_is_refused(self):
        self.path.write_bytes(b"This is a text about databases, not one.\n" * 100)
        self.refused()

    def test_a_newer_schema_is_refused(self):
        server = self.serve()
        server.stop()
        with self.database() as database:
            database.execute("UPDATE watchword_schema SET version = 1000, min_compatible = 1000")
            database.commit()
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.refused()


if __name__ == "__main__":
    unittest.main()
