"""4.8, 5: one of two servers hears nothing from PostgreSQL, whose connections stay."""
import concurrent.futures
import time
import unittest

from cluster_support import SLOW, SLOWNESS, PostgresCase, report
from proxy import Proxy

# The aim is 1 s; machines that run tests are busy with others.
MOST_RECOVERY = 3 * SLOWNESS


class PartitionTest(PostgresCase):
    def setUp(self):
        super().setUp()
        url = self.new_database("parted")
        self.proxy = Proxy(self.postgres.port)
        self.addCleanup(self.proxy.close)
        self.whole = self.serve_postgres(url)
        self.parted = self.serve_postgres(f"postgresql://watchword@127.0.0.1:{self.proxy.port}/parted")
        self.whole.register("testuser")
        self.ended, self.live = (self.whole.login("testuser").json for _ in range(2))

    def ask_parted(self, tokens):
        began = time.monotonic()
        status = self.parted.me(tokens["access_token"]).status
        return status, began, time.monotonic()

    def served(self, tokens):
        while self.parted.me(tokens["access_token"]).status != 200:
            time.sleep(0.01)
        while self.parted.post("refresh", {"refresh_token": tokens["refresh_token"]}).status != 200:
            time.sleep(0.01)
        return time.monotonic()

    def test_a_server_without_its_database_is_never_silently_stale(self):
        for tokens in (self.ended, self.live):
            self.assertEqual(self.ask_parted(tokens)[0], 200)
        self.proxy.stall()
        self.assertEqual(self.whole.post("logout", token=self.ended["access_token"]).status, 200)
        time.sleep(1)
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            refused = [pool.submit(self.ask_parted, self.ended) for _ in range(6)]
            unsure = [pool.submit(self.ask_parted, self.live) for _ in range(6)]
            time.sleep(0.5)
            began = time.monotonic()
            self.assertEqual(self.parted.request("GET", "/healthz").status, 200)
            self.assertLess(time.monotonic() - began, 0.5 * SLOWNESS)
            time.sleep(0.5)
            self.proxy.flow()
            mended = time.monotonic()
            back = self.served(self.live) - mended
        report(self, f"served again after {back:.3f} s")
        self.assertLessEqual({future.result()[0] for future in refused}, {401, 503})
        self.assertLessEqual({future.result()[0] for future in unsure}, {200, 503})
        self.assertLess(back, MOST_RECOVERY)

    def test_a_database_that_never_answers_is_given_up(self):
        self.proxy.stall()
        time.sleep(1)
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            replies = list(pool.map(self.ask_parted, 24 * [self.live]))
        longest = max(end - began for _, began, end in replies)
        report(self, f"{len(replies)} refused after {longest:.3f} s at the longest")
        self.assertEqual({status for status, _, _ in replies}, {503})
        self.assertLess(longest, 10)
        self.proxy.flow()
        mended = time.monotonic()
        back = self.served(self.live) - mended
        report(self, f"served again after {back:.3f} s")
        self.assertLess(back, MOST_RECOVERY)

    @unittest.skipUnless(SLOW, "set WATCHWORD_SLOW_TESTS")
    def test_a_server_that_vanishes_in_a_transaction_holds_others_up_for_a_while_only(self):
        """Its COMMIT comes nowhere, and its connection stays: what it has locked is let go by PostgreSQL."""
        tokens = self.parted.login("testuser").json
        self.proxy.arm("swallow commit", ["DELETE FROM watchword_sessions WHERE id = $1 AND"])
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            vanished = pool.submit(self.parted.post, "logout", token=tokens["access_token"])
            while not self.proxy.struck:
                time.sleep(0.01)
            began = time.monotonic()
            statuses = [self.whole.post("logout", token=self.ended["access_token"]).status]
            while statuses[-1] != 200 and time.monotonic() - began < 30:
                statuses.append(self.whole.post("logout", token=self.ended["access_token"]).status)
            took = time.monotonic() - began
            report(self, f"others are held up for {took:.3f} s: {statuses}; the vanished: {vanished.result().status}")
        self.assertLess(took, 12)
        self.assertEqual(statuses[-1], 200)


if __name__ == "__main__":
    unittest.main()
