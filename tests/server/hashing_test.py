"""P13: hashes run beside the event loop, a bounded number at once."""
import concurrent.futures
import threading
import unittest

from support import Case


class HashingTest(Case):
    def test_requests_without_a_hash_are_served_while_hashes_run(self):
        server = self.serve()
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        finished = threading.Event()
        answered_meanwhile = []

        def watch():
            connection = server.connection()
            while not finished.is_set():
                reply = server.request("GET", "/api/v1/users/me", token=token, connection=connection)
                if not finished.is_set():
                    answered_meanwhile.append(reply.status)
            connection.close()

        watcher = threading.Thread(target=watch)
        watcher.start()
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            logins = list(pool.map(lambda _: server.login("testuser").status, range(64)))
        finished.set()
        watcher.join()
        self.assertEqual(set(logins), {200})
        self.assertEqual(set(answered_meanwhile), {200})
        self.assertGreater(len(answered_meanwhile), 64)

    def test_a_flood_is_shed_with_retry_after(self):
        server = self.serve()
        server.register("testuser")
        with concurrent.futures.ThreadPoolExecutor(400) as pool:
            replies = list(pool.map(lambda n: server.login("testuser" if n % 2 else "nobody", "wrong password"),
                                    range(800)))
        self.assertEqual({reply.status for reply in replies}, {401, 503})
        for reply in replies:
            if reply.status == 503:
                self.assertGreater(int(reply.headers["Retry-After"]), 0)
                self.assertIn(reply.json["code"], ("overloaded", "executor_full"))
        self.assertEqual(server.login("testuser").status, 200)


if __name__ == "__main__":
    unittest.main()
