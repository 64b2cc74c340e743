"""A1, A2, 4.24: one line of valid JSON for each event, whatever a client sends; nothing in it that is not its business."""
import json
import time
import unittest

from support import PASSWORD, USERS, Case

ODD = ["a\r\nb", "a\nFORGED", "a\x1b[31mb", "a\u2028b\u2029c", "a\u202e\u2066b", '","level":"error","x":"', "a\x7fb", "a\\", "é"]
RAW = [text.encode() for text in ODD] + [b"a\xffb", b"\xc3", b"\xed\xa0\x80"]


class LogsTest(Case):
    def lines(self, server):
        time.sleep(0.2)
        raw = server.log_path.read_bytes()
        self.assertTrue(all(0x20 <= byte < 0x7F or byte == 0x0A for byte in raw), raw)
        lines = [json.loads(line) for line in raw.decode().splitlines()]
        for line in lines:
            self.assertEqual(list(line)[:3], ["time", "level", "event"])
        return lines

    def exchange(self, server, raw):
        connection = server.socket()
        connection.sendall(raw)
        while connection.recv(65536):
            pass
        connection.close()

    def test_4_24_nothing_that_a_client_sends_begins_a_line_or_a_field(self):
        server = self.serve()
        server.register("testuser")
        before = len(self.lines(server))
        for text in ODD:
            for name, body in (("login", {"username_or_email": text, "password": text}),
                               ("register", {"email": text + "@example.com", "username": text, "password": PASSWORD}),
                               ("reset-password", {"code": text, "new_password": PASSWORD}),
                               ("request-password-reset", {"email": text})):
                self.assertIn(server.post(name, body).status, (200, 400, 401))
        for text in RAW:
            field = text.replace(b"\r", b"").replace(b"\n", b"")
            head = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: " + field + b"\r\nX-Request-Id: " + field
            for target in (f"{USERS}/me".encode(), f"{USERS}/me?".encode() + field.replace(b" ", b""), b"/" + field):
                self.exchange(server, b"GET " + target + head + b"\r\n\r\n")
                self.exchange(server, b"G" + field + b" " + target + head + b"\r\n\r\n")
        self.assertEqual(server.stop(), 0)
        lines = self.lines(server)[before:]
        self.assertGreaterEqual(len(lines), len(ODD) * 4 + len(RAW) * 4)
        self.assertEqual({line["level"] for line in lines}, {"info"})
        self.assertEqual([line for line in lines if "x" in line or "FORGED" in line["event"]], [])

    def test_only_the_paths_of_the_api_are_logged(self):
        server = self.serve()
        for path in ("/reset/SECRETCODE", f"{USERS}/me/SECRETCODE", f"{USERS}/me?code=SECRETCODE", "/healthz"):
            server.request("GET", path)
        # A request is logged once its answer has been taken, which is a moment after it came.
        deadline = time.monotonic() + 10
        while server.log().count('"event":"request"') < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        paths = [line.get("path") for line in self.lines(server) if line["event"] == "request"]
        self.assertCountEqual(paths, [None, None, f"{USERS}/me", "/healthz"])
        self.assertNotIn("SECRETCODE", server.log())

    def test_a_stolen_session_is_a_warning_that_names_it(self):
        server = self.serve()
        server.register("testuser")
        tokens = server.login("testuser").json
        session = server.request("GET", "/sessions", token=tokens["access_token"]).json["sessions"][0]["id"]
        spent = tokens["refresh_token"]
        fresh = server.post("refresh", {"refresh_token": spent}).json["refresh_token"]
        server.post("refresh", {"refresh_token": fresh})
        with self.database() as database:
            database.execute("UPDATE watchword_refresh_tokens SET changed_at = changed_at - 60000000, "
                             "drawn_at = drawn_at - 60000000")
            database.commit()
        self.assertEqual(server.post("refresh", {"refresh_token": spent}).status, 401)
        (theft,) = [line for line in self.lines(server) if line["event"] == "session.theft"]
        self.assertEqual((theft["level"], theft["session"], theft["user"]), ("warning", session, 1))
        for line in self.lines(server):
            for token in (spent, fresh, tokens["access_token"], PASSWORD):
                self.assertNotIn(token, json.dumps(line))


if __name__ == "__main__":
    unittest.main()
