"""Debian's pgbouncer in transaction mode before PostgreSQL: each transaction may run on another connection."""
import concurrent.futures
import datetime
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from cluster_model import Client
from cluster_support import SLOW, Faults, PostgresCase, report
from proxy import Proxy
from servers import Postgres, as_server_user, free_port, give_to_server_user, wait_until
from support import PASSWORD

POOL = 4
LOAD = 10 if SLOW else 3
SETTINGS = ("timezone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
            "default_transaction_isolation", "default_transaction_read_only", "synchronous_commit", "search_path")


def find_pgbouncer():
    found = shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")
    if not found and os.environ.get("CI"):
        raise RuntimeError("pgbouncer is not installed: run cmake/install_dependencies.sh tests")
    if not found:
        raise unittest.SkipTest("pgbouncer is not installed")
    return found


class PgBouncer:
    """Lends a few connections to PostgreSQL, each for a transaction."""

    def __init__(self, postgres):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ww-pgb-"))
        self.port = free_port()
        give_to_server_user(self.folder)
        (self.folder / "users").write_text('"watchword" ""\n')
        (self.folder / "ini").write_text(
            f"[databases]\n* = host=127.0.0.1 port={postgres.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {self.folder}/users\npool_mode = transaction\n"
            f"default_pool_size = {POOL}\nmax_client_conn = 200\nserver_round_robin = 1\n")
        self.process = None

    def start(self):
        command = as_server_user([find_pgbouncer(), str(self.folder / "ini")])
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            cwd=self.folder, start_new_session=True)
        wait_until(self.answers, "pgbouncer")

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def url(self, database, more="?prepared_statements=off"):
        return f"postgresql://watchword@127.0.0.1:{self.port}/{database}{more}"

    def log(self):
        return (self.folder / "log").read_text()

    def remove(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class PgBouncerTest(PostgresCase):
    @classmethod
    def setUpClass(cls):
        find_pgbouncer()
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.direct = self.new_database("pooled")
        self.bouncer = PgBouncer(self.postgres)
        self.addCleanup(self.bouncer.remove)
        self.bouncer.start()

    def serve_two(self, more="?prepared_statements=off"):
        """At once, so that they migrate beside each other."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda _: self.serve_postgres(self.bouncer.url("pooled", more),
                                                               FEED_DATABASE_URL=self.direct), range(2)))

    def session_settings(self, url):
        """Of one connection, once it is in a transaction, and what else a session can leave behind."""
        text = "BEGIN; SELECT pg_sleep(0.3); SELECT pg_backend_pid()"
        text += "".join(f", current_setting('{name}')" for name in SETTINGS)
        text += (", (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels()),"
                 " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'); COMMIT")
        done = subprocess.run([Postgres.tool("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text],
                              capture_output=True, text=True, check=True)
        pid, *settings = done.stdout.split("\n")[1].split("|")
        return pid, settings

    def check_nothing_is_left_behind(self):
        url = self.bouncer.url("pooled", "")
        with concurrent.futures.ThreadPoolExecutor(POOL) as pool:
            seen = dict(pool.map(lambda _: self.session_settings(url), range(POOL)))
        self.assertEqual(len(seen), POOL)
        _, untouched = self.session_settings(self.direct)
        for settings in seen.values():
            self.assertEqual(settings, untouched)

    def run_load(self, servers, seconds):
        faults = Faults()
        clients = [Client(f"client{n}", servers, faults, self.folder, n) for n in range(4)]

        def run(client):
            client.log_in(client.register())
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                client.step()
            client.check_all()
        with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
            list(pool.map(run, clients))
        return clients

    def test_the_life_of_an_account(self):
        one, two = self.serve_two()
        self.assertEqual(one.register("testuser").status, 201)
        here, there = one.login("testuser").json, two.login("testuser").json
        self.assertEqual(two.me(here["access_token"]).json["username"], "testuser")
        fresh = two.post("refresh", {"refresh_token": here["refresh_token"]})
        self.assertEqual(fresh.status, 200)
        listed = one.request("GET", "/sessions", token=fresh.json["access_token"])
        self.assertEqual(len(listed.json if isinstance(listed.json, list) else listed.json["sessions"]), 2)
        done = one.post("change-password", {"current_password": PASSWORD, "new_password": "another long one"},
                        fresh.json["access_token"])
        self.assertEqual(done.status, 200)
        self.assertEqual(two.post("refresh", {"refresh_token": there["refresh_token"]}).status, 401)
        two.post("request-password-reset", {"email": "testuser@example.com"})
        body = {"code": self.reset_code("testuser@example.com"), "new_password": "a third long one"}
        self.assertEqual((one.post("reset-password", body).status, two.post("reset-password", body).status), (200, 400))
        self.assertEqual(two.login("testuser", "a third long one").status, 200)
        for server in (one, two):
            self.assertEqual(server.request("GET", "/readyz").status, 200)
        self.check_nothing_is_left_behind()

    def test_two_servers_under_load(self):
        clients = self.run_load(self.serve_two(), LOAD)
        lags = sorted(lag for client in clients for lag in client.lags)
        report(self, f"logouts elsewhere: worst {lags[-1] * 1000:.0f} ms of {len(lags)}" if lags else "no logout")
        self.check_nothing_is_left_behind()

    def test_a_logout_here_is_one_there(self):
        one, two = self.serve_two()
        one.register("testuser")
        lags = []
        for _ in range(5):
            tokens = one.login("testuser").json
            self.assertEqual(two.me(tokens["access_token"]).status, 200)
            self.assertEqual(one.post("logout", token=tokens["access_token"]).status, 200)
            began = time.monotonic()
            while two.me(tokens["access_token"]).status != 401:
                self.assertLess(time.monotonic() - began, 1)
            lags.append(time.monotonic() - began)
        report(self, "effective elsewhere after " + ", ".join(f"{lag * 1000:.0f}" for lag in lags) + " ms")

    def test_the_sessions_settings_of_others_change_nothing(self):
        """What a pooler's other clients, or the database, have set is in force where we set nothing."""
        self.postgres.sql("ALTER DATABASE pooled SET timezone = 'Pacific/Auckland'")
        self.postgres.sql("ALTER DATABASE pooled SET default_transaction_isolation = 'serializable'")
        self.postgres.sql("ALTER DATABASE pooled SET datestyle = 'SQL, DMY'")
        one, two = self.serve_two()
        made = one.register("testuser")
        self.assertEqual(made.status, 201, made.body)
        told = datetime.datetime.fromisoformat(made.json["created_at"].replace("Z", "+00:00"))
        self.assertLess(abs(datetime.datetime.now(datetime.timezone.utc) - told), datetime.timedelta(minutes=1))
        written = self.postgres.sql("SELECT abs(extract(epoch FROM (now() AT TIME ZONE 'UTC') - created_at)) < 60 "
                                    "FROM users", "pooled")
        self.assertEqual(written, "t")
        tokens = two.login("testuser").json
        self.assertEqual(two.me(tokens["access_token"]).json["created_at"], made.json["created_at"])
        self.assertEqual(one.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 200)

    def test_a_server_that_vanishes_in_a_transaction_holds_others_up_for_a_while_only(self):
        """Its COMMIT comes nowhere, and its connection to the pooler stays."""
        proxy = Proxy(self.bouncer.port)
        self.addCleanup(proxy.close)
        whole = self.serve_postgres(self.bouncer.url("pooled"), FEED_DATABASE_URL=self.direct)
        parted = self.serve_postgres(f"postgresql://watchword@127.0.0.1:{proxy.port}/pooled?prepared_statements=off",
                                     FEED_DATABASE_URL=self.direct)
        whole.register("testuser")
        one, other = (whole.login("testuser").json for _ in range(2))
        proxy.arm("swallow commit", ["DELETE FROM watchword_sessions WHERE id = $1 AND"])
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            vanished = pool.submit(parted.post, "logout", token=one["access_token"])
            wait_until(lambda: proxy.struck, "the commit")
            began = time.monotonic()
            statuses = []
            while 200 not in statuses and time.monotonic() - began < 15:
                statuses.append(whole.post("logout", token=other["access_token"]).status)
            report(self, f"others are held up for {time.monotonic() - began:.3f} s: {statuses}; "
                         f"the vanished: {vanished.result().status}")
        self.assertEqual(statuses[-1], 200)

    def test_prepared_statements_through_it_are_refused_rather_than_answered_wrongly(self):
        """Without prepared_statements=off: where it does not work, the log says what to change."""
        try:
            servers = self.serve_two("")
        except RuntimeError as error:
            report(self, "a server does not start: " + str(error).strip().splitlines()[-1])
            return self.assertIn("prepared_statements=off", str(error))
        refused = []
        for n in range(12):
            one, two = servers if n % 2 else servers[::-1]
            made = one.register(f"user{n}")
            found = two.login(f"user{n}")
            refused += [reply for reply in (made, found) if reply.status == 503]
            self.assertIn(made.status, (201, 503), made.body)
            if made.status == 201:
                self.assertIn(found.status, (200, 503), found.body)
            else:
                self.assertIn(found.status, (401, 503), found.body)
        ready = [server.request("GET", "/readyz").status for server in servers]
        report(self, f"{len(refused)} of 24 refused; ready: {ready}")
        self.assertLessEqual({reply.json["code"] for reply in refused}, {"store_serialization", "store_unavailable"})
        if refused:
            self.assertIn("prepared_statements=off", servers[0].log() + servers[1].log())


if __name__ == "__main__":
    unittest.main()
