"""68, 4.1, 4.32: what a restart, a kill or a signal in mid-work must not lose."""
import concurrent.futures
import signal
import threading
import time
import unittest

from support import Case


class RestartTest(Case):
    def test_68_a_spent_token_stays_spent_over_a_kill(self):
        server = self.serve()
        server.register("testuser")
        tokens = server.login("testuser").json
        first = server.post("refresh", {"refresh_token": tokens["refresh_token"]}).json
        server.post("refresh", {"refresh_token": first["refresh_token"]})
        other = server.login("testuser").json
        server.post("logout", token=other["access_token"])
        server.stop(signal.SIGKILL)
        server.start()
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": other["refresh_token"]}).status, 401)
        self.assertEqual(server.me(other["access_token"]).status, 401)

    def test_4_1_acknowledged_accounts_survive_a_kill(self):
        server = self.serve()
        acknowledged = []
        for round_number in range(3):
            def register(n):
                try:
                    name = f"user{round_number}x{n}"
                    if server.register(name).status == 201:
                        acknowledged.append(name)
                except OSError:
                    pass
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                futures = [pool.submit(register, n) for n in range(40)]
                while sum(future.done() for future in futures) < 10:
                    time.sleep(0.005)
                server.stop(signal.SIGKILL)
            server.start()
        self.assertGreaterEqual(len(acknowledged), 20)
        with self.database() as database:
            names = {row[0] for row in database.execute("SELECT username FROM users")}
        self.assertEqual([name for name in acknowledged if name not in names], [])

    def test_4_32_sigterm_finishes_what_runs(self):
        server = self.serve()
        for n in range(4):
            server.register(f"user{n}")
        statuses = []
        def login(n):
            statuses.append(server.login(f"user{n % 4}").status)
        threads = [threading.Thread(target=login, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        while '"event":"request","method":"POST","path":"/api/v1/users/login"' not in server.log():
            time.sleep(0.002)
        time.sleep(0.05)
        self.assertEqual(server.stop(signal.SIGTERM), 0)
        for thread in threads:
            thread.join()
        self.assertEqual(set(statuses), {200})


if __name__ == "__main__":
    unittest.main()
