"""S11: cookies beside bearer tokens."""
import http.cookies
import unittest

from support import PASSWORD, Case

ACCESS, REFRESH = "__Host-watchword_access", "__Host-watchword_refresh"


def cookies_of(reply):
    jar = http.cookies.SimpleCookie()
    for value in reply.headers.get_all("Set-Cookie") or []:
        jar.load(value)
    return jar


class CookiesTest(Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.server.register("testuser")
        self.origin = f"http://127.0.0.1:{self.server.port}"
        self.reply = self.server.post("login", {"username_or_email": "testuser", "password": PASSWORD},
                                      headers={"X-Watchword-Session": "cookie", "Origin": self.origin})

    def header(self, jar):
        return {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())}

    def test_attributes(self):
        self.assertEqual(self.reply.status, 200)
        self.assertNotIn("access_token", self.reply.json)
        self.assertIn("no-store", self.reply.headers["Cache-Control"])
        jar = cookies_of(self.reply)
        self.assertEqual(set(jar), {ACCESS, REFRESH})
        for morsel in jar.values():
            self.assertTrue(morsel["secure"] and morsel["httponly"])
            self.assertEqual((morsel["path"], morsel["domain"], morsel["samesite"]), ("/", "", "Lax"))

    def test_unsafe_methods_need_the_own_origin(self):
        jar = self.header(cookies_of(self.reply))
        self.assertEqual(self.server.request("GET", "/api/v1/users/me", headers=jar).status, 200)
        for extra in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            self.assertEqual(self.server.post("logout-all", headers={**jar, **extra}).status, 403, extra)
        self.assertEqual(self.server.post("logout", headers={**jar, "Origin": self.origin}).status, 200)
        self.assertEqual(self.server.request("GET", "/api/v1/users/me", headers=jar).status, 401)

    def test_a_lost_access_cookie_is_made_anew(self):
        jar = cookies_of(self.reply)
        del jar[ACCESS]
        reply = self.server.request("GET", "/api/v1/users/me", headers=self.header(jar))
        self.assertEqual(reply.status, 200)
        self.assertEqual(set(cookies_of(reply)), {ACCESS, REFRESH})
        self.assertIn("no-store", reply.headers["Cache-Control"])
        self.assertIn("Cookie", reply.headers["Vary"])

    def test_dead_cookies_are_cleared(self):
        jar = self.header(cookies_of(self.reply))
        self.assertEqual(self.server.post("logout", headers={**jar, "Origin": self.origin}).status, 200)
        refused = self.server.post("refresh", headers={**jar, "Origin": self.origin})
        self.assertEqual(refused.status, 401)
        self.assertEqual({name: morsel.value for name, morsel in cookies_of(refused).items()}, {ACCESS: "", REFRESH: ""})
        for cookie in (jar["Cookie"], f"{ACCESS}=x y; {REFRESH}=", f"{ACCESS}=a; {ACCESS}=b"):
            reply = self.server.post("logout", headers={"Cookie": cookie, "Origin": self.origin})
            self.assertEqual(reply.status, 200, cookie)
            self.assertEqual(set(cookies_of(reply)), {ACCESS, REFRESH})

    def test_an_authorization_header_excludes_cookies(self):
        jar = self.header(cookies_of(self.reply))
        reply = self.server.request("GET", "/api/v1/users/me", headers={**jar, "Authorization": "Bearer nonsense"})
        self.assertEqual(reply.status, 401)


if __name__ == "__main__":
    unittest.main()
