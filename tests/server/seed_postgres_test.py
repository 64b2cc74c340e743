"""A PostgreSQL database that the specification's system has filled, and may go on filling."""
import concurrent.futures
import contextlib
import datetime
import re
import sqlite3
import subprocess
import unittest

from cluster_support import PostgresCase
from servers import Postgres
from support import PASSWORD, SECRET_KEY, SEED, SERVER

PASSWORDS = {1: "securepassword123", 2: "Analytical-Engine-1843", 3: "pässwörd-mit-Ümläuten"}
# What SQLAlchemy makes of the specification's model.
TABLE = """
CREATE TABLE users (
    id SERIAL NOT NULL,
    email VARCHAR NOT NULL,
    username VARCHAR NOT NULL,
    hashed_password VARCHAR NOT NULL,
    is_active BOOLEAN,
    created_at {timestamp} DEFAULT now(),
    updated_at {timestamp},
    PRIMARY KEY (id)
);
CREATE INDEX ix_users_id ON users (id);
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE UNIQUE INDEX ix_users_username ON users (username);
"""
INSERT = "INSERT INTO users (email, username, hashed_password, is_active) VALUES ({}) RETURNING id"
SELECT = "SELECT users.id, users.email, users.username, users.hashed_password, users.is_active, users.created_at, " \
         "users.updated_at FROM users WHERE users.{} = '{}'"
BCRYPT = "$2b$12$xE/3CNxXTglrjySQsFQHvuCTGvxdFfvirMT5xINyUlDmXM3CJarce"


def seed_rows():
    with contextlib.closing(sqlite3.connect(SEED)) as database:
        return database.execute("SELECT email, username, hashed_password, is_active, created_at FROM users "
                                "ORDER BY id").fetchall()


class SeedPostgresTest(PostgresCase):
    def fill(self, timestamp="TIMESTAMP WITHOUT TIME ZONE"):
        self.url = self.new_database("seed")
        rows = ", ".join(f"('{email}', '{name}', '{hashed}', {bool(active)}, '{created}')"
                         for email, name, hashed, active, created in seed_rows())
        self.sql(TABLE.format(timestamp=timestamp) +
                 f"INSERT INTO users (email, username, hashed_password, is_active, created_at) VALUES {rows}")

    def sql(self, text):
        return self.postgres.sql(text, "seed")

    def rows(self):
        return self.sql("SELECT id, email, username, is_active, created_at, updated_at FROM users ORDER BY id")

    def insert_as_the_older_system(self, email, name, active="true"):
        return int(self.sql(INSERT.format(f"'{email}', '{name}', '{BCRYPT}', {active}")))

    def log_in_all(self, server):
        for number, (email, name, _, _, created) in enumerate(seed_rows(), 1):
            for login in (email.upper(), name, email, name.upper()) if number == 2 else (email, name.upper()):
                reply = server.login(login, PASSWORDS[number])
                self.assertEqual(reply.status, 200, reply.body)
            profile = server.me(reply.json["access_token"]).json
            self.assertEqual((profile["id"], profile["email"], profile["username"], profile["is_active"]),
                             (number, email, name, True))
            self.assertEqual(profile["created_at"], created.replace(" ", "T") + "Z")

    def check_users(self):
        before = self.rows()
        server = self.serve_postgres(self.url)
        self.assertEqual(server.login("testuser", "not the password").status, 401)
        self.log_in_all(server)
        self.assertEqual(self.rows(), before)
        self.assertEqual(self.sql("SELECT count(*) FROM users WHERE hashed_password LIKE '$argon2id$%'"), "3")
        for email, name, _, _, created in seed_rows():
            for column, value in (("email", email), ("username", name)):
                row = self.sql(SELECT.format(column, value)).split("|")
                self.assertEqual((row[1], row[2], row[4], row[5][:19]), (email, name, "t", created))

    def test_users_log_in_and_their_hashes_become_argon2id(self):
        self.fill()
        self.check_users()

    def test_times_with_zones_are_the_same_moments(self):
        self.fill("TIMESTAMP WITH TIME ZONE")
        self.check_users()

    def test_a_database_with_a_time_zone_of_its_own(self):
        """now() is written as its time of day there; ours is UTC's."""
        self.fill("TIMESTAMP WITH TIME ZONE")
        self.sql("ALTER DATABASE seed SET timezone = 'Pacific/Auckland'")
        reply = self.serve_postgres(self.url).register("fresh")
        self.assertEqual(reply.status, 201, reply.body)
        written = self.sql("SELECT abs(extract(epoch FROM now() - created_at)) < 60 FROM users "
                           "WHERE username = 'fresh'")
        self.assertEqual(written, "t")
        told = datetime.datetime.fromisoformat(reply.json["created_at"].replace("Z", "+00:00"))
        self.assertLess(abs(datetime.datetime.now(datetime.timezone.utc) - told), datetime.timedelta(minutes=1))

    def test_the_older_system_goes_on_inserting(self):
        self.fill()
        server = self.serve_postgres(self.url)
        ids = [1, 2, 3]
        for n in range(3):
            ids.append(server.register(f"ours{n}").json["id"])
            ids.append(self.insert_as_the_older_system(f"theirs{n}@example.com", f"Theirs{n}"))
        self.assertEqual(ids, sorted(set(ids)))
        self.assertEqual(server.login("THEIRS2").status, 200)
        self.assertEqual(server.login("theirs0@EXAMPLE.com").status, 200)
        self.assertEqual(server.register("theirs1").status, 409)
        self.sql("UPDATE users SET username = 'lovelace' WHERE id = 2")
        self.assertEqual(server.login("lovelace", PASSWORDS[2]).status, 200)
        self.assertEqual(server.login("ada", PASSWORDS[2]).status, 401)

    def test_both_insert_at_once(self):
        self.fill()
        server = self.serve_postgres(self.url)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            ours = [pool.submit(server.register, f"ours{n}") for n in range(8)]
            theirs = [pool.submit(self.insert_as_the_older_system, f"theirs{n}@example.com", f"theirs{n}")
                      for n in range(8)]
            ids = [future.result().json["id"] for future in ours] + [future.result() for future in theirs]
        self.assertEqual(len(set(ids)), 16)
        self.assertEqual(self.sql("SELECT count(*) FROM users"), "19")
        self.assertEqual(server.login("theirs7").status, 200)
        self.assertEqual(server.login("ours7").status, 200)

    def test_an_inactive_user_cannot_log_in(self):
        self.fill()
        self.insert_as_the_older_system("off@example.com", "off", "false")
        self.insert_as_the_older_system("unset@example.com", "unset", "NULL")
        server = self.serve_postgres(self.url)
        for name in ("off", "unset", "nobody"):
            self.assertEqual(server.login(name, PASSWORD).status, 401, name)
        self.sql("UPDATE users SET is_active = true WHERE username = 'off'")
        tokens = server.login("off", PASSWORD).json
        self.sql("UPDATE users SET is_active = NULL WHERE username = 'off'")
        self.assertEqual(server.me(tokens["access_token"]).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)

    def dump(self):
        """pg_dump writes a word of its own into each."""
        done = subprocess.run([Postgres.tool("pg_dump"), "-d", self.url], capture_output=True, text=True, check=True)
        return re.sub(r"(?m)^\\(un)?restrict .*$", "", done.stdout)

    def refused(self):
        before = self.dump()
        environment = {"PATH": "/usr/bin:/bin", "PORT": "0", "SECRET_KEY": SECRET_KEY, "DATABASE_URL": self.url}
        done = subprocess.run([SERVER], env=environment, cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(self.dump(), before)
        return done.stderr

    def test_colliding_names_are_refused_and_nothing_is_changed(self):
        self.fill()
        self.insert_as_the_older_system("other@example.com", "ADA")
        self.insert_as_the_older_system("USER@example.com", "x1")
        text = self.refused()
        self.assertIn("accounts_collide", text)
        self.assertIn("1 and 5", text)
        self.assertIn("2 and 4", text)

    def test_a_newer_schema_is_refused(self):
        self.fill()
        self.serve_postgres(self.url).stop()
        self.sql("UPDATE watchword_schema SET version = 1000, min_compatible = 1000")
        self.refused()


if __name__ == "__main__":
    unittest.main()
