"""Servers that share a database and hear of each other's logouts by Redis, or do without it."""
import pathlib
import signal
import sys
import time
import unittest

from support import Case

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from servers import Redis, wait_until  # noqa: E402


class RedisTest(Case):
    def setUp(self):
        super().setUp()
        self.redis = Redis()
        self.addCleanup(self.redis.remove)

    def other(self, **environment):
        """A second server on the same database, with a log of its own."""
        folder = pathlib.Path(self.folder) / "other"
        folder.mkdir()
        first, self.folder = self.folder, str(folder)
        try:
            return self.serve(DATABASE_URL=f"sqlite:///{first}/test.db", **environment)
        finally:
            self.folder = first

    def logged(self, server, event, seconds=10):
        wait_until(lambda: f'"event":"{event}"' in server.log(), event, seconds)

    def log_in(self, server):
        server.register("testuser")
        return server.login("testuser").json["access_token"]

    def test_a_logout_on_one_is_one_on_the_other(self):
        self.redis.start()
        one = self.serve(REDIS_URL=self.redis.url())
        other = self.other(REDIS_URL=self.redis.url())
        token = self.log_in(one)
        self.assertEqual(other.me(token).status, 200)
        self.assertEqual(one.post("logout", token=token).status, 200)
        began = time.monotonic()
        wait_until(lambda: other.me(token).status == 401, "the logout", 5)
        self.assertLess(time.monotonic() - began, 1)
        self.assertNotIn("redis_unreachable", one.log() + other.log())

    def test_redis_may_come_later(self):
        one = self.serve(REDIS_URL=self.redis.url().replace("unix://", "unix://:hunter2@"))
        token = self.log_in(one)
        self.assertEqual(one.me(token).status, 200)
        self.logged(one, "redis_unreachable")
        self.redis.start()
        self.redis.command("CONFIG", "SET", "requirepass", "hunter2")
        self.logged(one, "redis_recovered")
        self.assertEqual(one.post("logout", token=token).status, 200)
        self.assertEqual(one.stop(), 0)
        self.assertNotIn("hunter2", one.log())

    def test_a_redis_that_hangs_holds_nobody_up(self):
        self.redis.start()
        one = self.serve(REDIS_URL=self.redis.url())
        other = self.other(REDIS_URL=self.redis.url())
        token = self.log_in(one)
        self.assertEqual(other.me(token).status, 200)
        self.redis.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        self.assertEqual(one.post("logout", token=token).status, 200)
        self.assertLess(time.monotonic() - began, 1)
        wait_until(lambda: other.me(token).status == 401, "the logout", 5)
        self.assertLess(time.monotonic() - began, 2)
        self.logged(other, "redis_unreachable")
        self.assertEqual(other.stop(), 0)
        self.assertLess(time.monotonic() - began, 15)


if __name__ == "__main__":
    unittest.main()
