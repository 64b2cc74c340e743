"""watchword-admin over a database that a server uses."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

from support import ADMIN, PASSWORD, SEED, Case


class AdminTest(Case):
    def test_accounts(self):
        server = self.serve()
        made = self.admin("--json", "create", "ops@example.com", "operator", text=PASSWORD + "\n")
        self.assertEqual(made.returncode, 0, made.stderr)
        user = json.loads(made.stdout)
        self.assertEqual((user["email"], user["username"], user["is_active"]), ("ops@example.com", "operator", True))
        tokens = server.login("operator").json
        self.assertEqual(self.admin("deactivate", "OPERATOR").returncode, 0)
        self.assertEqual(server.login("operator").status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        self.assertFalse(json.loads(self.admin("--json", "show", "ops@example.com").stdout)["is_active"])
        self.assertEqual(self.admin("activate", str(user["id"])).returncode, 0)
        tokens = server.login("operator").json
        self.assertEqual(self.admin("end-sessions", "operator").returncode, 0)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        listed = [json.loads(line) for line in self.admin("--json", "list").stdout.splitlines()]
        self.assertEqual([row["username"] for row in listed], ["operator"])

    def test_refusals(self):
        self.serve().register("testuser")
        self.assertEqual(self.admin("show", "nobody").returncode, 1)
        weak = self.admin("--json", "create", "a@example.com", "someone", text="short\n")
        self.assertEqual((weak.returncode, json.loads(weak.stderr)["error"]), (1, "password_too_short"))
        for arguments in ([], ["frobnicate"], ["show"], ["--nonsense", "list"], ["list", "x"]):
            self.assertEqual(self.admin(*arguments).returncode, 2, arguments)
        self.assertEqual(self.admin("list", url="mysql://x").returncode, 2)
        self.assertEqual(self.admin("--help").returncode, 0)

    def test_a_mistyped_path_is_refused_and_nothing_is_made(self):
        path = pathlib.Path(self.folder) / "typo.db"
        for arguments in (["restored"], ["list"], ["show", "1"], ["check"], ["purge"], ["end-sessions", "1"]):
            done = self.admin(*arguments, url=f"sqlite:///{path}")
            self.assertEqual((done.returncode, path.exists()), (2, False), arguments)

    def test_a_user_name_of_digits_is_never_taken_for_another_account(self):
        self.admin("create", "one@example.com", "1234", text=PASSWORD)
        self.assertEqual(json.loads(self.admin("--json", "show", "1234").stdout)["id"], 1)
        self.admin("create", "two@example.com", "100", text=PASSWORD)
        self.admin("create", "three@example.com", "2ndx", text=PASSWORD)
        with self.database() as database:
            database.execute("UPDATE watchword_accounts SET username_key = '3', username_seen = '3' WHERE user_id = 2")
            database.execute("UPDATE users SET username = '3' WHERE id = 2")
            database.commit()
        self.assertEqual(self.admin("show", "3").returncode, 2)
        self.assertEqual(json.loads(self.admin("--json", "show", "#3").stdout)["username"], "2ndx")

    def test_import_with_hashes(self):
        server = self.serve()
        rows = [{"email": "ada@example.org", "username": "ada",
                 "hashed_password": "$2b$12$xE/3CNxXTglrjySQsFQHvuCTGvxdFfvirMT5xINyUlDmXM3CJarce"},
                {"email": "bob@example.org", "username": "bob", "hashed_password": "!", "is_active": False}]
        done = self.admin("--json", "import", "-", text="\n".join(json.dumps(row) for row in rows))
        self.assertEqual((done.returncode, json.loads(done.stdout)["count"]), (0, 2), done.stderr)
        self.assertEqual(server.login("ada").status, 200)
        self.assertEqual(server.login("bob", "!").status, 401)
        again = self.admin("import", "-", text=json.dumps(rows[0]))
        self.assertEqual(again.returncode, 1)
        self.assertIn("email_taken", again.stderr)
        plain = self.admin("import", "-", text=json.dumps(dict(rows[0], hashed_password="plain text")))
        self.assertEqual(plain.returncode, 1)
        for broken in ("$2b$12$short", "$argon2id$v=19$m=19456,t=2,p=1$only-salt"):
            self.assertEqual(self.admin("import", "-", text=json.dumps(dict(rows[0], hashed_password=broken))).returncode, 1)
        self.assertNotIn("plain text", plain.stderr)

    def test_migration_and_check(self):
        path = pathlib.Path(self.folder) / "test.db"
        shutil.copy(SEED, path)
        before = path.read_bytes()
        dry = self.admin("--json", "migrate", "--dry-run")
        self.assertEqual(dry.returncode, 0, dry.stderr)
        self.assertGreater(json.loads(dry.stdout.splitlines()[-1])["count"], 0)
        for arguments in (["check"], ["list"], ["show", "testuser"]):
            asked = self.admin(*arguments)
            self.assertEqual(asked.returncode, 2, arguments)
            self.assertIn("watchword-admin migrate", asked.stderr)
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual(self.admin("migrate").returncode, 0)
        self.assertEqual(json.loads(self.admin("--json", "migrate", "--dry-run").stdout)["count"], 0)
        for arguments in (["check"], ["list"], ["show", "testuser"]):
            self.assertEqual(self.admin(*arguments).returncode, 0, arguments)

    def test_an_empty_database_url_is_none_as_for_the_server(self):
        done = subprocess.run([ADMIN, "list"], capture_output=True, text=True, timeout=60, cwd=self.folder,
                              env={"PATH": os.environ["PATH"], "DATABASE_URL": ""})
        self.assertEqual(done.returncode, 2)
        self.assertIn("database_unreadable", done.stderr)

    def test_4_7_check_finds_damage(self):
        server = self.serve()
        for number in range(40):
            self.admin("import", "-", text=json.dumps({"email": f"u{number}@example.org", "username": f"user{number}",
                                                       "hashed_password": "!"}))
        server.stop()
        path = pathlib.Path(self.folder) / "test.db"
        with self.database() as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            page = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'users'").fetchone()[0]
            size = database.execute("PRAGMA page_size").fetchone()[0]
        data = bytearray(path.read_bytes())
        data[page * size - 200:page * size] = b"\xa5" * 200
        path.write_bytes(data)
        done = self.admin("check")
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_purge(self):
        server = self.serve()
        server.register("testuser")
        server.login("testuser")
        with self.database() as database:
            database.execute("UPDATE watchword_sessions SET expires_at = 1")
            database.commit()
        removed = json.loads(self.admin("--json", "purge").stdout)["count"]
        self.assertGreaterEqual(removed, 1)
        with self.database() as database:
            self.assertEqual(database.execute("SELECT count(*) FROM watchword_sessions").fetchone(), (0,))
        self.assertEqual(server.login("testuser").status, 200)

    def test_4_34_restored_ends_everything(self):
        server = self.serve()
        server.register("testuser")
        tokens = server.login("testuser").json
        server.stop()
        shutil.copy(f"{self.folder}/test.db", f"{self.folder}/backup.db")
        server.start()
        server.post("logout", token=tokens["access_token"])
        server.stop()
        shutil.copy(f"{self.folder}/backup.db", f"{self.folder}/test.db")
        self.assertEqual(self.admin("restored").returncode, 0)
        server.start()
        self.assertEqual(server.me(tokens["access_token"]).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        self.assertEqual(server.login("testuser").status, 200)


if __name__ == "__main__":
    unittest.main()
