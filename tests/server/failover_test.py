"""4.11: a synchronous standby takes over. What was acknowledged is there, what was revoked stays revoked."""
import concurrent.futures
import signal
import threading
import time
import traceback
import unittest

from cluster_model import Client
from cluster_support import SLOWNESS, Faults, PostgresCase, get_me, make_postgres, post, report, require
from proxy import Proxy
from support import Case

CLIENTS = 4
MOST_RECOVERY = 5 * SLOWNESS


class Pair:
    """A primary and its standby, which stops waiting for a standby of its own once it is promoted."""

    def __init__(self, test, synchronous_commit, through=None):
        self.primary = make_postgres(settings=[("synchronous_commit", synchronous_commit)])
        test.addCleanup(self.primary.remove)
        self.primary.start()
        self.standby = make_postgres(base=True, settings=[("synchronous_standby_names", "")])
        test.addCleanup(self.standby.remove)
        self.upstream = through(self.primary.port) if through else self.primary.port
        self.standby.run_tool("pg_basebackup", "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast",
                              "--no-sync", "--pgdata", self.standby.data,
                              "--dbname", f"postgresql://watchword@127.0.0.1:{self.upstream}")
        self.standby.start()
        self.wait_until_streaming()

    def wait_until_streaming(self, state="streaming", seconds=15):
        deadline = time.monotonic() + seconds
        while self.primary.sql("SELECT state FROM pg_stat_replication") != state:
            if time.monotonic() > deadline:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.05)

    def make_synchronous(self):
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.sql("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 15
        while self.primary.sql("SELECT sync_state FROM pg_stat_replication") != "sync":
            if time.monotonic() > deadline:
                raise RuntimeError("replication does not become synchronous")
            time.sleep(0.05)

    @property
    def url(self):
        return f"postgresql://watchword@127.0.0.1:{self.primary.port},127.0.0.1:{self.standby.port}/postgres"

    def promote(self):
        """Returns when the standby can be written."""
        self.standby.run_tool("pg_ctl", "promote", "--wait", "-D", self.standby.data)
        return time.monotonic()


class FailoverTest(Case):
    serve_postgres = PostgresCase.serve_postgres

    def set_up(self, servers, synchronous_commit="on", through=None):
        require("pg_basebackup")
        self.faults = Faults()
        self.pair = Pair(self, synchronous_commit, through)
        asynchronous = self.serve_postgres(self.pair.url)
        self.assertIn("replication_asynchronous", asynchronous.log())
        asynchronous.stop()
        self.pair.make_synchronous()
        self.servers = [self.serve_postgres(self.pair.url) for _ in range(servers)]
        for server in self.servers:
            self.assertNotIn("replication_asynchronous", server.log())

    def run_load(self, client, stopping, failures):
        try:
            while not stopping.is_set():
                client.step()
                stopping.wait(0.01)
        except Exception:
            failures.append(traceback.format_exc())

    def served(self, server, account, session):
        for request in (lambda: get_me(self.faults, server, session.access),
                        lambda: post(self.faults, server, "refresh", {"refresh_token": session.refresh}),
                        lambda: post(self.faults, server, "login", {"username_or_email": account.name,
                                                                    "password": account.password})):
            while True:
                reply = request()
                if reply:
                    self.assertEqual(reply.status, 200, reply.body)
                    break
                time.sleep(0.01)
        return time.monotonic()

    def fail_over(self):
        prober = Client("prober", self.servers, self.faults, self.folder, 1)
        account = prober.register()
        sessions = [prober.log_in(account) for _ in self.servers]
        with self.faults.span():
            stopped = time.monotonic()
            self.pair.primary.stop(signal.SIGQUIT)
            promoted = self.pair.promote()
            with concurrent.futures.ThreadPoolExecutor(len(self.servers)) as pool:
                done = list(pool.map(lambda pair: self.served(pair[0], account, pair[1]),
                                     zip(self.servers, sessions)))
        times = [moment - promoted for moment in done]
        report(self, f"promoted {promoted - stopped:.3f} s after the primary was stopped, served again after "
                     + ", ".join(f"{t:.3f}" for t in times) + " s")
        self.assertLess(max(times), MOST_RECOVERY)

    def test_a_synchronous_standby_lacks_nothing_that_was_acknowledged(self):
        self.set_up(servers=2, synchronous_commit="remote_apply")
        clients = [Client(f"client{n}", self.servers, self.faults, self.folder, n) for n in range(CLIENTS)]
        for client in clients:
            client.log_in(client.register())
        clients[0].reset_password(clients[0].accounts[0], uses=4)
        stopping, failures = threading.Event(), []
        threads = [threading.Thread(target=self.run_load, args=(client, stopping, failures)) for client in clients]
        for thread in threads:
            thread.start()
        time.sleep(2)
        self.fail_over()
        time.sleep(1)
        stopping.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [], "\n".join(failures))
        for client in clients:
            client.check_all()

    def proxy(self, port):
        made = Proxy(port)
        self.addCleanup(made.close)
        return made

    def test_another_transaction_that_has_got_the_same_id_is_not_taken_for_ours(self):
        """A commit that never left the old primary is unknown to the new one, which gives its id to another."""
        self.set_up(servers=0, through=self.replicate_by_proxy)
        standby = self.proxy(self.pair.standby.port)
        server = self.serve_postgres(f"postgresql://watchword@127.0.0.1:{self.pair.primary.port},"
                                     f"127.0.0.1:{standby.port}/postgres")
        self.assertEqual(server.register("before").status, 201)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            self.replication.cut_off()
            standby.cut_off()
            reply = pool.submit(server.register, "lost")
            self.wait_for_commit()
            self.pair.primary.stop(signal.SIGQUIT)
            self.pair.promote()
            self.burn_ids()
            standby.mend()
            reply = reply.result()
        there = self.pair.standby.sql("SELECT count(*) FROM users WHERE username = 'lost'")
        report(self, f"{reply.status}, and {there} accounts")
        self.assertIn((reply.status, there), [(201, "1"), (503, "0"), (503, "1")])
        self.assertEqual(server.register("after").status, 201)

    def test_a_commit_whose_wait_for_the_standby_is_cut_short_is_not_acknowledged(self):
        """It is committed on the primary alone: if that is lost next, so is the commit."""
        self.set_up(servers=1, through=self.replicate_by_proxy)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            self.replication.cut_off()
            reply = pool.submit(self.servers[0].register, "alone")
            self.wait_for_commit()
            self.pair.primary.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            time.sleep(0.5)
            self.pair.primary.stop(signal.SIGQUIT)
            self.pair.promote()
            reply = reply.result()
        there = self.pair.standby.sql("SELECT count(*) FROM users WHERE username = 'alone'")
        report(self, f"{reply.status}, and {there} accounts")
        self.assertIn((reply.status, there), [(201, "1"), (503, "0"), (503, "1")])

    def replicate_by_proxy(self, port):
        self.replication = self.proxy(port)
        return self.replication.port

    def wait_for_commit(self):
        """Until it has been written here, and waits for the standby."""
        deadline = time.monotonic() + 10
        while self.pair.primary.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") != "1":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def burn_ids(self):
        """As other servers do by their writes."""
        self.pair.standby.sql("DO $$ BEGIN FOR i IN 1 .. 100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; "
                              "END $$")


if __name__ == "__main__":
    unittest.main()
