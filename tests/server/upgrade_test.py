"""4.33: a newer release changes the schema under servers of this one, which go on, and start again while they may."""
import sqlite3
import subprocess
import unittest

from cluster_support import PostgresCase
from support import SERVER

# What the next release's migration may do: columns that this one does not know, and a table of its own.
STEPS = ("ALTER TABLE watchword_sessions ADD COLUMN label VARCHAR",
         "ALTER TABLE watchword_accounts ADD COLUMN verified_at BIGINT",
         "CREATE TABLE watchword_later (id BIGINT PRIMARY KEY)",
         "UPDATE watchword_schema SET version = version + 1, min_compatible = 1 WHERE feature IN ('session', 'account')")
BREAK = "UPDATE watchword_schema SET version = version + 1, min_compatible = version + 1 WHERE feature = 'session'"


class UpgradeTest(PostgresCase):
    def use(self, server, tokens):
        """The life of an account on a server; gives the newest tokens."""
        self.assertEqual(server.me(tokens["access_token"]).status, 200)
        refreshed = server.post("refresh", {"refresh_token": tokens["refresh_token"]})
        self.assertEqual(refreshed.status, 200)
        ended = server.login("mike").json
        self.assertEqual(server.post("logout", token=ended["access_token"]).status, 200)
        self.assertEqual(server.me(ended["access_token"]).status, 401)
        return refreshed.json

    def upgrade(self, url, run):
        server = self.serve(DATABASE_URL=url)
        self.assertEqual(server.register("mike").status, 201)
        tokens = self.use(server, server.login("mike").json)
        for step in STEPS:
            run(step)
        tokens = self.use(server, tokens)
        self.assertEqual(server.register("anna").status, 201)
        self.assertEqual(server.stop(), 0)
        server.start()
        tokens = self.use(server, tokens)
        run(BREAK)
        self.use(server, tokens)
        self.assertEqual(server.stop(), 0)
        refused = subprocess.run([SERVER], env=server.environment, cwd=self.folder, capture_output=True, text=True,
                                 timeout=60)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("schema_newer", refused.stderr)

    def test_4_33_on_postgresql(self):
        self.upgrade(self.new_database("upgrade"), lambda text: self.postgres.sql(text, "upgrade"))

    def test_4_33_on_sqlite(self):
        path = f"{self.folder}/test.db"

        def run(text):
            connection = sqlite3.connect(path, timeout=10)
            with connection:
                connection.execute(text)
            connection.close()
        self.upgrade(f"sqlite:///{path}", run)


if __name__ == "__main__":
    unittest.main()
