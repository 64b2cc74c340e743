"""C6, R4: what clients send reaches no statement and no link."""
import email
import email.policy
import time
import unittest

from support import PASSWORD, USERS, Case

QUOTES = ["'", '"', "''", "' OR '1'='1", "x'; DROP TABLE users; --", '" OR ""="', "\\'", "`", "$1", "?", "%", "_", "x') --"]


class HostileTest(Case):
    def counts(self):
        with self.database() as database:
            return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                    for table in ("users", "watchword_accounts", "watchword_sessions")]

    def test_C6_quotes_in_every_field(self):
        server = self.serve()
        server.register("testuser")
        tokens = server.login("testuser").json
        token, before = tokens["access_token"], self.counts()
        for text in QUOTES:
            refused = [server.post("login", {"username_or_email": text, "password": PASSWORD}),
                       server.post("login", {"username_or_email": "testuser" + text, "password": PASSWORD}),
                       server.post("login", {"username_or_email": "testuser", "password": text}),
                       server.post("refresh", {"refresh_token": text}),
                       server.post("refresh", {"refresh_token": tokens["refresh_token"] + text}),
                       server.post("logout", {"refresh_token": text}),
                       server.post("reset-password", {"code": text, "new_password": "another password 1"}),
                       server.post("reset-password", {"code": "A" * 26, "new_password": "another password 1",
                                                      "email": text + "@example.com"}),
                       server.post("change-password", {"current_password": text, "new_password": "another password 1"}, token),
                       server.post("register", {"email": f"a@{text}.com", "username": "someone", "password": PASSWORD}),
                       server.request("PUT", f"{USERS}/me", {"email": f"a@{text}.com"}, token),
                       server.request("GET", f"{USERS}/me", token=token + text),
                       server.request("DELETE", "/sessions/" + text.replace(" ", "%20"), token=token)]
            if text != "_":
                refused += [server.post("register", {"email": "a@example.com", "username": text * 3, "password": PASSWORD}),
                            server.request("PUT", f"{USERS}/me", {"username": text * 3}, token)]
            for number, reply in enumerate(refused):
                self.assertIn(reply.status, (400, 401, 403, 404), (text, number))
                self.assertEqual(reply.headers["Content-Type"], "application/problem+json")
            agent = {"User-Agent": text, "X-Request-Id": text, "Origin": text, "Host": "x"}
            self.assertEqual(server.request("GET", f"{USERS}/me", token=token, headers=agent).status, 200)
        self.assertEqual(self.counts(), before)
        self.assertEqual(server.login("testuser").status, 200)

    def test_C6_quotes_that_are_allowed_come_back_as_they_were(self):
        server = self.serve()
        address = "o'b`r$1ien?%_@example.com"
        made = server.post("register", {"email": address, "username": "obrien", "password": "it's \"quoted\" -- ;"})
        self.assertEqual((made.status, made.json["email"]), (201, address))
        token = server.login(address, "it's \"quoted\" -- ;").json["access_token"]
        self.assertEqual(server.me(token).json["email"], address)

    def test_R4_a_poisoned_host_does_not_reach_the_mail(self):
        server = self.serve()
        server.register("testuser")
        poison = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
                  "Forwarded": "host=evil.example", "Origin": "https://evil.example", "Referer": "https://evil.example/",
                  "X-Forwarded-For": "203.0.113.66"}
        self.assertEqual(server.post("request-password-reset", {"email": "testuser@example.com"}, headers=poison).status, 200)
        deadline = time.monotonic() + 20
        while not server.mails() and time.monotonic() < deadline:
            time.sleep(0.05)
        (path,) = server.mails()
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        self.assertEqual(message["To"], "testuser@example.com")
        for text in (path.read_text(), message.get_content()):
            self.assertNotIn("evil", text)
            self.assertNotIn("203.0.113.66", text)


if __name__ == "__main__":
    unittest.main()
