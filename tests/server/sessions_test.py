"""Sessions, refresh and logout, through the socket."""
import concurrent.futures
import time
import unittest

from support import Case, Server


class SessionsTest(Case):
    def signed_in(self, server):
        server.register("testuser")
        return server.login("testuser").json

    def test_S4_logout_ends_the_session_at_once(self):
        server = self.serve()
        tokens = self.signed_in(server)
        other = server.login("testuser").json
        self.assertEqual(server.post("logout", token=tokens["access_token"]).status, 200)
        self.assertEqual(server.me(tokens["access_token"]).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        self.assertEqual(server.me(other["access_token"]).status, 200)
        self.assertEqual(server.post("logout-all", token=other["access_token"]).status, 200)
        self.assertEqual(server.me(other["access_token"]).status, 401)

    def test_S4_logging_out_again_succeeds(self):
        server = self.serve()
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        self.assertEqual([server.post("logout", token=token).status for _ in range(3)], [200, 200, 200])
        self.assertEqual(server.post("logout", {"refresh_token": "nonsense"}, token="nonsense").status, 401)

    def test_logout_by_refresh_token_alone(self):
        server = self.serve()
        tokens = self.signed_in(server)
        self.assertEqual(server.post("logout", {"refresh_token": tokens["refresh_token"]}).status, 200)
        self.assertEqual(server.me(tokens["access_token"]).status, 401)

    def test_S7_retry_gets_the_same_successor_and_reuse_ends_the_session(self):
        server = self.serve()
        tokens = self.signed_in(server)
        refresh = lambda token: server.post("refresh", {"refresh_token": token})
        first = refresh(tokens["refresh_token"]).json
        retry = refresh(tokens["refresh_token"]).json
        self.assertEqual(first["refresh_token"], retry["refresh_token"])
        self.assertEqual(server.me(first["access_token"]).status, 200)
        second = refresh(first["refresh_token"]).json
        self.assertNotEqual(second["refresh_token"], first["refresh_token"])
        self.assertEqual(refresh(tokens["refresh_token"]).status, 401)
        self.assertEqual(refresh(second["refresh_token"]).status, 200)

    def test_4_18_racing_refreshes_yield_one_successor(self):
        server = self.serve()
        tokens = self.signed_in(server)
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            replies = list(pool.map(lambda _: server.post("refresh", {"refresh_token": tokens["refresh_token"]}),
                                    range(200)))
        self.assertEqual({reply.status for reply in replies}, {200})
        successors = {reply.json["refresh_token"] for reply in replies}
        self.assertEqual(len(successors), 1)
        self.assertEqual(server.post("refresh", {"refresh_token": successors.pop()}).status, 200)

    def test_S9_sessions_are_listed_and_ended(self):
        server = self.serve()
        tokens = self.signed_in(server)
        other = server.login("testuser").json
        listed = server.request("GET", "/sessions", token=tokens["access_token"])
        self.assertEqual(listed.status, 200)
        rows = listed.json if isinstance(listed.json, list) else listed.json["sessions"]
        self.assertEqual(len(rows), 2)
        self.assertNotIn(tokens["refresh_token"].encode(), listed.body)
        server.register("stranger")
        stranger = server.login("stranger").json["access_token"]
        for row in rows:
            self.assertEqual(server.request("DELETE", f"/sessions/{row['id']}", token=stranger).status, 404)
        foreign = [row for row in rows if not row["current"]]
        self.assertEqual(len(foreign), 1)
        self.assertEqual(server.request("DELETE", f"/sessions/{foreign[0]['id']}",
                                        token=tokens["access_token"]).status, 204)
        self.assertEqual(server.me(other["access_token"]).status, 401)
        self.assertEqual(server.me(tokens["access_token"]).status, 200)

    def test_logout_reaches_another_process_within_a_second(self):
        one = self.serve()
        tokens = self.signed_in(one)
        two = Server(self.folder)
        self.addCleanup(two.stop)
        self.assertEqual(two.me(tokens["access_token"]).status, 200)
        one.post("logout", token=tokens["access_token"])
        deadline = time.monotonic() + 10
        tries = 0
        while two.me(tokens["access_token"]).status != 401:
            tries += 1
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.assertEqual(two.me(tokens["access_token"]).status, 401)

    def test_J15_deactivation_by_another_program_is_noticed(self):
        server = self.serve()
        tokens = self.signed_in(server)
        with self.database() as database:
            database.execute("UPDATE users SET is_active = 0")
            database.commit()
        self.assertEqual(server.me(tokens["access_token"]).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        self.assertEqual(server.login("testuser").status, 401)


if __name__ == "__main__":
    unittest.main()
