"""A client of several servers that knows what each reply has to be. Each has accounts of its own, and one thread; where
it lets requests race, it does so itself."""
import concurrent.futures
import random
import time
import uuid

from cluster_support import Violation, get_me, post, reset_code

MOST_REFRESHES = 40
# From the acknowledgement of a logout on, elsewhere.
BOUND = 1.0


class Session:
    def __init__(self, tokens):
        self.access = tokens["access_token"]
        self.refresh = tokens["refresh_token"]
        self.refreshes = 0
        self.ended = None
        self.spent = []


class Account:
    def __init__(self, name):
        self.name = name
        self.email = f"{name}@example.com"
        self.password = f"first password of {name}"
        self.sessions = []


class Client:
    def __init__(self, name, servers, faults, folder, seed):
        self.name, self.servers, self.faults, self.folder = name, servers, faults, folder
        self.random = random.Random(seed)
        self.accounts = []
        self.ended = []
        self.codes = []
        self.counts = {}
        self.lags = []
        self.pool = concurrent.futures.ThreadPoolExecutor(16)

    # Asking

    def server(self):
        return self.random.choice(self.servers)

    def expect(self, true, what, *details):
        if not true:
            details = [f"{d.status} {d.body!r}" if hasattr(d, "status") else str(d) for d in details]
            raise Violation(f"{self.name}: {what}: {'; '.join(details)}")

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def post(self, name, body=None, token=None, server=None):
        reply = post(self.faults, server or self.server(), name, body, token)
        self.count(name if reply else "unknown")
        return reply

    def me(self, token, server=None):
        reply = get_me(self.faults, server or self.server(), token)
        self.count("me" if reply else "unknown")
        return reply

    def settle(self, request, seconds=20):
        """Asks until there is an answer. What was asked for in vain before may be done or not, but is not done later:
        it is given the time to be."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(0.3)
            reply = request()
            if reply:
                return reply
        raise Violation(f"{self.name}: no answer for {seconds} s")

    def together(self, requests):
        futures = [self.pool.submit(request) for request in requests]
        return [future.result() for future in futures]

    # Accounts

    def register_body(self, account):
        return {"email": account.email, "username": account.name, "password": account.password}

    def register(self):
        account = Account(f"{self.name}{uuid.uuid4().hex[:10]}")
        reply = self.post("register", self.register_body(account))
        if reply is None:
            reply = self.settle(lambda: self.post("register", self.register_body(account)))
            self.expect(reply.status in (201, 409), "a registration after an unknown one", reply)
        else:
            self.expect(reply.status == 201, "a registration", reply)
        self.accounts.append(account)
        return account

    def race_registration(self):
        """One name, wanted three times: it is given once."""
        name = f"{self.name}{uuid.uuid4().hex[:10]}"
        rivals = [Account(name) for _ in self.servers]
        for number, rival in enumerate(rivals):
            rival.email = f"{number}.{rival.email}"
            rival.password += str(number)
        replies = self.together([lambda r=r, s=s: self.post("register", self.register_body(r), server=s)
                                 for r, s in zip(rivals, self.servers)])
        self.expect(all(r is None or r.status in (201, 409) for r in replies), "a raced registration", *replies)
        winners = [rival for rival, reply in zip(rivals, replies) if reply and reply.status == 201]
        self.expect(len(winners) <= 1, "a name was given twice", *replies)
        if None in replies:
            winners = [rival for rival in rivals if self.can_log_in(rival, rival.password)]
            self.expect(len(winners) <= 1, "a name was given twice", *replies)
        else:
            self.expect(len(winners) == 1, "a name was given to nobody", *replies)
        self.accounts += winners

    def try_login(self, account, password, server=None):
        body = {"username_or_email": self.random.choice((account.name, account.email)), "password": password}
        return self.post("login", body, server=server)

    def can_log_in(self, account, password):
        reply = self.settle(lambda: self.try_login(account, password))
        self.expect(reply.status in (200, 401), "a login", reply)
        return reply.status == 200

    def log_in(self, account):
        reply = self.try_login(account, account.password) or self.settle(
            lambda: self.try_login(account, account.password))
        self.expect(reply.status == 200, f"a login of {account.name}", reply)
        session = Session(reply.json)
        account.sessions.append(session)
        return session

    # Sessions

    def present(self, token, server=None):
        return self.post("refresh", {"refresh_token": token}, server=server)

    def check_me(self, account, session):
        reply = self.me(session.access)
        self.expect(reply is None or (reply.status == 200 and reply.json["username"] == account.name),
                    "a live session's /me", reply)

    def refresh(self, session):
        reply = self.present(session.refresh)
        if reply is None:
            reply = self.settle(lambda: self.present(session.refresh))
        self.expect(reply.status == 200, "a refresh", reply)
        successor = reply.json["refresh_token"]
        self.expect(successor != session.refresh and successor not in session.spent, "a successor", successor)
        if self.random.random() < 0.2:
            again = self.present(session.refresh)
            self.expect(again is None or (again.status == 200 and again.json["refresh_token"] == successor),
                        "a retry of a refresh", again)
        self.succeed(session, reply.json)

    def race_refresh(self, session):
        replies = self.together([lambda s=s: self.present(session.refresh, s) for s in self.servers * 2])
        self.expect(all(r is None or r.status == 200 for r in replies), "a raced refresh", *replies)
        granted = [reply.json for reply in replies if reply]
        self.expect(len({tokens["refresh_token"] for tokens in granted}) <= 1, "two successors", *replies)
        if granted:
            self.succeed(session, granted[0])

    def succeed(self, session, tokens):
        session.spent.append(session.refresh)
        session.access, session.refresh = tokens["access_token"], tokens["refresh_token"]
        session.refreshes += 1

    def end(self, account, session):
        session.ended = time.monotonic()
        account.sessions.remove(session)
        self.ended.append(session)

    def log_out(self, account, session):
        by_access = self.random.random() < 0.5
        server = self.server()
        if by_access:
            reply = self.post("logout", token=session.access, server=server)
        else:
            reply = self.post("logout", {"refresh_token": session.refresh}, server=server)
        if reply is None:
            reply = self.settle(lambda: self.post("logout", {"refresh_token": session.refresh}))
            server = None
        self.expect(reply.status == 200, "a logout", reply)
        self.end(account, session)
        if server:
            self.expect_refused(self.me(session.access, server), "after a logout here")
        self.expect_refused(self.present(session.refresh), "after a logout")
        self.expect_refused_everywhere(session)

    def expect_refused(self, reply, what):
        self.expect(reply is None or reply.status == 401, f"a token {what}", reply)

    def expect_refused_everywhere(self, session):
        for server in self.servers:
            while True:
                began = time.monotonic()
                reply = self.me(session.access, server)
                if reply is None or reply.status == 401:
                    break
                late = began - session.ended
                self.expect(late < BOUND, f"a token {late:.3f} s after its end", reply)
                time.sleep(0.005)
            if reply:
                self.lags.append(began - session.ended)

    def race_logout(self, account, session):
        """A refresh beside a logout: whichever came first, nothing of the session is left."""
        one, other = self.random.sample(self.servers, 2)
        body = {"refresh_token": session.refresh}
        out, fresh = self.together([lambda: self.post("logout", body, server=one),
                                    lambda: self.present(session.refresh, other)])
        if out is None:
            out = self.settle(lambda: self.post("logout", body))
        self.expect(out.status == 200, "a logout", out)
        self.expect(fresh is None or fresh.status in (200, 401), "a refresh beside a logout", fresh)
        if fresh and fresh.status == 200:
            self.succeed(session, fresh.json)
        self.end(account, session)
        self.expect_refused(self.present(session.refresh), "after a raced logout")
        self.expect_refused_everywhere(session)

    def try_ended(self):
        session = self.random.choice(self.ended)
        if time.monotonic() - session.ended > BOUND:
            self.expect_refused(self.me(session.access), "that ended a while ago")
        self.expect_refused(self.present(session.refresh), "of a session that ended a while ago")

    # Passwords

    def change_password(self, account, session, beside=None):
        """All other sessions end; also one that begins beside it with the old password."""
        old, new = account.password, f"password {uuid.uuid4().hex}"
        body = {"current_password": old, "new_password": new}
        requests = [lambda: self.post("change-password", body, session.access)]
        if beside:
            requests.append(lambda: self.try_login(account, old, beside))
        done, *login = self.together(requests)
        if done is None:
            done = self.settle(lambda: self.post("change-password", body, session.access))
            self.expect(done.status in (200, 403), "a change of a password after an unknown one", done)
        else:
            self.expect(done.status == 200, "a change of a password", done)
        account.password = new
        for other in [other for other in account.sessions if other is not session]:
            self.end(account, other)
            self.expect_refused(self.present(other.refresh), "after a change of the password")
            self.expect_refused_everywhere(other)
        for reply in filter(None, login):
            self.expect(reply.status in (200, 401), "a login beside a change of the password", reply)
            if reply.status == 200:
                self.expect_refused(self.present(reply.json["refresh_token"]), "by the old password")
        self.expect_refused(self.try_login(account, old), "for an old password")
        self.check_me(account, session)

    def reset_password(self, account, uses=16):
        """A code, used many times at once: it works once."""
        body = {"email": account.email}
        asked = self.post("request-password-reset", body) or self.settle(
            lambda: self.post("request-password-reset", body))
        self.expect(asked.status == 200, "a request for a reset", asked)
        code = reset_code(self.folder, account.email)
        wanted = [f"reset to {number} {uuid.uuid4().hex}" for number in range(uses)]
        use = lambda n: self.post("reset-password", {"code": code, "new_password": wanted[n]},
                                  server=self.servers[n % len(self.servers)])
        replies = self.together([lambda n=n: use(n) for n in range(uses)])
        won = [n for n in range(uses) if replies[n] and replies[n].status == 200]
        self.expect(all(r is None or r.status == 200 or (r.status, r.json["code"]) == (400, "code_invalid")
                        for r in replies), "a reset", *replies)
        self.expect(len(won) <= 1, "a code worked twice", *replies)
        if not won:
            won = self.find_reset(account, use, wanted, replies)
        account.password = wanted[won[0]]
        self.check_reset(account, code)

    def find_reset(self, account, use, wanted, replies):
        unknown = [n for n, reply in enumerate(replies) if reply is None]
        self.expect(unknown, "a code worked for nobody", *replies)
        last = self.settle(lambda: use(unknown[0]))
        self.expect(last.status in (200, 400), "a reset after an unknown one", last)
        won = [n for n in unknown if self.can_log_in(account, wanted[n])]
        self.expect(len(won) == 1, f"{len(won)} of the passwords of a reset are in force", *replies, last)
        return won

    def expect_used(self, code):
        again = self.post("reset-password", {"code": code, "new_password": "some other password"})
        self.expect(again is None or (again.status, again.json["code"]) == (400, "code_invalid"), "a used code", again)

    def check_reset(self, account, code):
        self.codes.append(code)
        self.expect_used(code)
        for session in list(account.sessions):
            self.end(account, session)
            self.expect_refused(self.present(session.refresh), "after a reset")
            self.expect_refused_everywhere(session)
        self.log_in(account)

    # All of it

    def step(self):
        """Something at random, mostly what costs no hash."""
        account = self.random.choice(self.accounts)
        if not account.sessions:
            return self.log_in(account)
        session = self.random.choice(account.sessions)
        draw = self.random.random()
        if session.refreshes >= MOST_REFRESHES or draw < 0.03:
            return self.log_out(account, session)
        if draw < 0.05:
            return self.race_logout(account, session)
        if draw < 0.06 and len(self.accounts) < 12:
            return self.register()
        if draw < 0.066 and len(self.accounts) < 12:
            return self.race_registration()
        if draw < 0.08 and len(account.sessions) < 4:
            return self.log_in(account)
        if draw < 0.085:
            return self.change_password(account, session)
        if draw < 0.09:
            return self.change_password(account, session, beside=self.server())
        if draw < 0.12:
            return self.race_refresh(session)
        if draw < 0.16 and self.ended:
            return self.try_ended()
        if draw < 0.45:
            return self.refresh(session)
        return self.check_me(account, session)

    def check_all(self):
        """What must hold once all is quiet."""
        for code in self.codes:
            self.expect_used(code)
        for account in self.accounts:
            self.log_in(account)
            for session in account.sessions:
                self.check_me(account, session)
                self.refresh(session)
        for session in self.ended:
            for server in self.servers:
                self.expect_refused(self.me(session.access, server), "of a session that ended")
            self.expect_refused(self.present(session.refresh), "of a session that ended")
