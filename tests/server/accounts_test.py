"""Every operation of the specification, through the socket."""
import email
import email.policy
import re
import time
import unittest

from support import PASSWORD, Case


def wait_for_mail(server, count):
    deadline = time.monotonic() + 20
    while len(server.mails()) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in server.mails()]


class AccountsTest(Case):
    def test_registration_refuses_duplicates_and_bad_fields(self):
        server = self.serve()
        first = server.register("testuser")
        self.assertEqual(first.status, 201)
        for body, field in [({"email": "TESTUSER@EXAMPLE.com", "username": "other", "password": PASSWORD}, "email"),
                            ({"email": "other@example.com", "username": "TestUser", "password": PASSWORD}, "username")]:
            reply = server.post("register", body)
            self.assertEqual((reply.status, reply.json["field"]), (409, field))
        for body, field in [({"email": "no address", "username": "other", "password": PASSWORD}, "email"),
                            ({"email": "o@example.com", "username": "a b", "password": PASSWORD}, "username"),
                            ({"email": "o@example.com", "username": "other", "password": "short"}, "password"),
                            ({"email": ["o@example.com"], "username": "other", "password": PASSWORD}, "email"),
                            ({"username": "other", "password": PASSWORD}, "email")]:
            reply = server.post("register", body)
            self.assertEqual((reply.status, reply.json["field"]), (400, field), body)
            self.assertEqual(reply.headers["Content-Type"], "application/problem+json")

    def test_an_address_logs_in_as_it_was_typed_when_it_registered(self):
        server = self.serve()
        address = "n\u0303" * 32 + "@" + ("u\u0308" * 20 + ".") * 4 + "example"
        self.assertGreater(len(address.encode()), 320)
        made = server.post("register", {"email": address, "username": "someone", "password": PASSWORD})
        self.assertEqual(made.status, 201, made.body)
        self.assertEqual(server.login(address).status, 200)
        mixed = server.post("register", {"email": "a@example.com", "username": "1\u06623", "password": PASSWORD})
        self.assertEqual((mixed.status, mixed.json["code"]), (400, "username_invalid"))

    def test_profile_update(self):
        server = self.serve()
        server.register("testuser")
        server.register("another")
        token = server.login("testuser").json["access_token"]
        reply = server.request("PUT", "/api/v1/users/me", {"email": "new@example.com"}, token)
        self.assertEqual((reply.status, reply.json["email"], reply.json["username"]),
                         (200, "new@example.com", "testuser"))
        self.assertIsNotNone(reply.json["updated_at"])
        taken = server.request("PUT", "/api/v1/users/me", {"username": "ANOTHER"}, token)
        self.assertEqual((taken.status, taken.json["code"]), (409, "username_taken"))
        self.assertEqual(server.login("new@example.com").status, 200)
        self.assertEqual(server.login("testuser@example.com").status, 401)

    def test_change_password_keeps_this_session_and_ends_the_others(self):
        server = self.serve()
        server.register("testuser")
        here, there = server.login("testuser").json, server.login("testuser").json
        wrong = server.post("change-password", {"current_password": "not the one", "new_password": "another long one"},
                            here["access_token"])
        self.assertEqual((wrong.status, wrong.json["field"]), (403, "current_password"))
        done = server.post("change-password", {"current_password": PASSWORD, "new_password": "another long one"},
                           here["access_token"])
        self.assertEqual(done.status, 200)
        self.assertEqual(server.me(here["access_token"]).status, 200)
        self.assertEqual(server.me(there["access_token"]).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": there["refresh_token"]}).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": here["refresh_token"]}).status, 200)
        self.assertEqual(server.login("testuser").status, 401)
        self.assertEqual(server.login("testuser", "another long one").status, 200)

    def test_password_reset_by_mail(self):
        server = self.serve()
        server.register("testuser")
        tokens = server.login("testuser").json
        known = server.post("request-password-reset", {"email": "TestUser@Example.COM"})
        unknown = server.post("request-password-reset", {"email": "nobody@example.com"})
        self.assertEqual((known.status, known.body), (unknown.status, unknown.body))
        mails = wait_for_mail(server, 1)
        self.assertEqual(mails[0]["To"], "testuser@example.com")
        code = re.search(r"\b[A-Z2-7]{26}\b", mails[0].get_content()).group()
        weak = server.post("reset-password", {"code": code, "new_password": "short"})
        self.assertEqual((weak.status, weak.json["field"]), (400, "new_password"))
        body = {"code": code, "new_password": "another long one"}
        self.assertEqual(server.post("reset-password", body).status, 200)
        again = server.post("reset-password", body)
        self.assertEqual((again.status, again.json["code"]), (400, "code_invalid"))
        self.assertEqual(server.me(tokens["access_token"]).status, 401)
        self.assertEqual(server.post("refresh", {"refresh_token": tokens["refresh_token"]}).status, 401)
        self.assertEqual(server.login("testuser", "another long one").status, 200)
        with self.database() as database:
            dump = "\n".join(database.iterdump())
        self.assertNotIn(code, dump)

    def test_no_secret_reaches_the_log_or_an_answer(self):
        server = self.serve()
        canary = "canary-password-93617"
        server.register("testuser", canary)
        tokens = server.login("testuser", canary).json
        server.login("testuser", canary + "-wrong")
        server.login(canary, canary)
        server.post("refresh", {"refresh_token": tokens["refresh_token"]})
        server.post("login", '{"username_or_email": "' + canary)
        server.request("GET", f"/api/v1/users/me?access_token={tokens['access_token']}")
        refused = server.post("login", {"username_or_email": canary, "password": canary, "x": canary})
        self.assertNotIn(canary.encode(), refused.body)
        server.stop()
        for secret in (canary, tokens["access_token"], tokens["refresh_token"]):
            self.assertNotIn(secret, server.log())


if __name__ == "__main__":
    unittest.main()
