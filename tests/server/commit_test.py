"""4.9: the connection is lost around a COMMIT, by a proxy between the server and PostgreSQL. Every operation is done
exactly once, and answered as done."""
import concurrent.futures
import time
import unittest

from cluster_support import SLOWNESS, PostgresCase, report
from proxy import Proxy
from support import PASSWORD

# As many as the driver opens.
CONNECTIONS = 8
NEW_PASSWORD = "another long password"
# What stands in a statement of each operation's transaction, and of no other that may run beside it.
WRITES = {"register": ["INSERT INTO users"], "login": ["INSERT INTO watchword_sessions"],
          "refresh": ["UPDATE watchword_refresh_tokens"],
          "logout": ["DELETE FROM watchword_sessions WHERE id = $1 AND"],
          "change": ["UPDATE users SET hashed_password"], "reset": ["UPDATE users SET hashed_password"]}


class Operation:
    """One operation on an account of its own: what it is, and how often it was done."""

    def __init__(self, test, name, prefix):
        self.test, self.name = test, name
        self.user = f"{prefix}{name}"
        self.email = f"{self.user}@example.com"
        if name == "register":
            return
        reply = test.server.register(self.user)
        test.assertEqual(reply.status, 201, reply.body)
        self.id = reply.json["id"]
        self.tokens = test.login(self.user) if name != "login" else None
        self.other = test.login(self.user) if name in ("logout", "change", "reset") else None
        if name == "reset":
            test.server.post("request-password-reset", {"email": self.email})
            self.code = test.reset_code(self.email)

    def request(self):
        server = self.test.server
        return {"register": lambda: server.register(self.user),
                "login": lambda: server.login(self.user),
                "refresh": lambda: server.post("refresh", {"refresh_token": self.tokens["refresh_token"]}),
                "logout": lambda: server.post("logout", token=self.tokens["access_token"]),
                "change": lambda: server.post("change-password", {"current_password": PASSWORD,
                                                                  "new_password": NEW_PASSWORD},
                                              self.tokens["access_token"]),
                "reset": lambda: server.post("reset-password", {"code": self.code, "new_password": NEW_PASSWORD}),
                }[self.name]()

    def count(self, table, more=""):
        return int(self.test.sql(f"SELECT count(*) FROM {table} WHERE user_id = {self.id} {more}"))

    def check_done_once(self, reply):
        """After a success."""
        self.test.assertEqual(reply.status, 201 if self.name == "register" else 200, reply.body)
        getattr(self, "check_" + self.name)(reply)

    def check_register(self, reply):
        self.test.assertEqual(self.test.sql(f"SELECT id FROM users WHERE username = '{self.user}'"),
                              str(reply.json["id"]))
        self.id = reply.json["id"]
        self.test.assertEqual(self.count("watchword_accounts"), 1)
        self.test.assertEqual(self.test.server.register(self.user).status, 409)
        self.test.login(self.user)

    def check_login(self, reply):
        self.test.assertEqual(self.count("watchword_sessions"), 1)
        self.test.assertEqual(self.count("watchword_refresh_tokens"), 1)
        self.test.assertEqual(self.test.refresh(reply.json).status, 200)

    def check_refresh(self, reply):
        self.test.assertEqual(self.count("watchword_refresh_tokens"), 2)
        self.test.assertEqual(self.test.refresh(self.tokens).json["refresh_token"], reply.json["refresh_token"])
        self.test.assertEqual(self.test.server.me(reply.json["access_token"]).status, 200)
        self.test.assertEqual(self.test.refresh(reply.json).status, 200)
        self.test.assertEqual(self.test.refresh(self.tokens).status, 401)

    def check_logout(self, _):
        self.test.assertEqual(self.test.sql("SELECT count(*) FROM watchword_revocations WHERE kind = 0"), "1")
        self.test.assertEqual(self.count("watchword_sessions"), 1)
        self.test.assertEqual(self.test.server.me(self.tokens["access_token"]).status, 401)
        self.test.assertEqual(self.test.refresh(self.tokens).status, 401)
        self.test.assertEqual(self.test.refresh(self.other).status, 200)

    def check_change(self, _):
        self.check_new_password(sessions_left=1)
        self.test.assertEqual(self.test.server.me(self.tokens["access_token"]).status, 200)
        self.test.assertEqual(self.test.refresh(self.tokens).status, 200)

    def check_reset(self, _):
        self.check_new_password(sessions_left=0)
        self.test.assertEqual(self.test.refresh(self.tokens).status, 401)
        again = self.request()
        self.test.assertEqual((again.status, again.json["code"]), (400, "code_invalid"))

    def check_new_password(self, sessions_left):
        """The epoch rises once for each change, and one mail tells of it."""
        self.test.assertEqual(self.count("watchword_sessions"), sessions_left)
        self.test.assertEqual(self.count("watchword_revocations"), 1)
        self.test.assertEqual(self.test.server.me(self.other["access_token"]).status, 401)
        self.test.assertEqual(self.test.refresh(self.other).status, 401)
        self.test.assertEqual(self.test.server.login(self.user).status, 401)
        self.test.login(self.user, NEW_PASSWORD)
        self.test.assertEqual(self.notices(), 1)

    def notices(self):
        """Mails that tell of the change."""
        deadline = time.monotonic() + 10
        found = []
        while not found and time.monotonic() < deadline:
            found = [path for path in self.test.mails() if f"To: {self.email}" in path.read_text()
                     and "was changed" in path.read_text()]
            time.sleep(0.02)
        return len(found)

    def repeat(self, reply):
        """After an unknown outcome: the same again is safe, and says whether it was done."""
        self.test.assertEqual(reply.status, 503, reply.body)
        self.test.assertIn(reply.json["code"], ("store_outcome_unknown", "store_unavailable"))
        again = self.request()
        done_before = {"register": 409, "logout": 401, "change": 403, "reset": 400}.get(self.name)
        self.test.assertIn(again.status, (200, 201, done_before), again.body)
        return again


class CommitTest(PostgresCase):
    def setUp(self):
        super().setUp()
        self.new_database("commits")
        self.proxy = Proxy(self.postgres.port)
        self.addCleanup(self.proxy.close)
        self.server = self.serve_through_proxy("watchword")

    def serve_through_proxy(self, user):
        return self.serve_postgres(f"postgresql://{user}@127.0.0.1:{self.proxy.port}/commits",
                                   FEED_DATABASE_URL=self.postgres.url("commits"))

    def sql(self, text):
        return self.postgres.sql(text, "commits")

    def mails(self):
        return [path for path in self.server.folder.parent.glob("mail/*.eml")]

    def login(self, name, password=PASSWORD):
        reply = self.server.login(name, password)
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json

    def refresh(self, tokens):
        return self.server.post("refresh", {"refresh_token": tokens["refresh_token"]})

    def strike(self, operation, fault):
        """The operation's request, while something befalls its COMMIT."""
        self.proxy.arm(fault, WRITES[operation.name])
        began = time.monotonic()
        reply = operation.request()
        report(self, f"{operation.name}: {fault}: {reply.status} after {time.monotonic() - began:.3f} s")
        return reply

    def strike_each(self, fault):
        for name in WRITES:
            with self.subTest(name):
                operation = Operation(self, name, "user")
                struck = len(self.proxy.struck)
                reply = self.strike(operation, fault)
                self.assertEqual(self.proxy.struck[struck:], [fault])
                operation.check_done_once(reply)

    def test_the_answer_to_a_commit_is_lost(self):
        self.strike_each("drop answer")

    def test_a_commit_is_lost(self):
        self.strike_each("drop commit")

    def test_a_server_that_will_not_say_what_became_of_a_commit_leaves_it_unknown(self):
        """Only "in the future" means that it was lost with its server; any other error means nothing."""
        self.server.stop()
        self.sql("DROP ROLE IF EXISTS limited; CREATE ROLE limited LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public "
                 "TO limited; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO limited; "
                 "REVOKE EXECUTE ON FUNCTION pg_xact_status(xid8) FROM PUBLIC")
        self.addCleanup(self.postgres.sql, "DROP OWNED BY limited", "commits")
        self.server = self.serve_through_proxy("limited")
        reply = self.strike(Operation(self, "register", "user"), "drop answer")
        self.assertEqual((reply.status, reply.json.get("code")), (503, "store_outcome_unknown"))
        self.login("userregister")

    def test_the_answers_to_as_many_commits_as_there_are_connections_are_lost_at_once(self):
        """Those who ask what became of their own do not wait for each other's connections."""
        operations = [Operation(self, "refresh", f"user{n}") for n in range(CONNECTIONS)]
        self.proxy.arm_together(WRITES["refresh"], CONNECTIONS)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            replies = list(pool.map(lambda operation: operation.request(), operations))
        took = time.monotonic() - began
        report(self, f"answered after {took:.3f} s: {[reply.status for reply in replies]}")
        self.assertEqual(len(self.proxy.struck), CONNECTIONS)
        for operation, reply in zip(operations, replies):
            operation.check_done_once(reply)
        self.assertLess(took, 3 * SLOWNESS)

    def test_a_commit_or_its_answer_comes_after_the_statement_timeout(self):
        """Together, since each waits for it. Those whose COMMIT itself is late hold no lock that others need."""
        late = [(Operation(self, name, "user"), "late answer") for name in WRITES]
        late += [(Operation(self, name, "other"), "late commit") for name in ("login", "refresh")]
        with concurrent.futures.ThreadPoolExecutor(len(late)) as pool:
            replies = list(pool.map(lambda pair: self.strike(*pair), late))
        self.assertEqual(sorted(self.proxy.struck), sorted(fault for _, fault in late))
        for (operation, _), reply in zip(late, replies):
            with self.subTest(operation.name):
                self.check_late(operation, reply)

    def check_late(self, operation, reply):
        if reply.status != 503:
            return operation.check_done_once(reply)
        again = operation.repeat(reply)
        report(self, f"{operation.name}: repeated: {again.status}")


if __name__ == "__main__":
    unittest.main()
