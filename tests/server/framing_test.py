"""92, 89, 90: bytes that a decent client would not send."""
import json
import unittest

from support import PASSWORD, Case

HEAD = b"POST /api/v1/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"


class FramingTest(Case):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def exchange(self, raw):
        connection = self.server.socket()
        try:
            connection.sendall(raw)
        except OSError:
            pass
        data = b""
        try:
            while piece := connection.recv(65536):
                data += piece
        except OSError:
            pass
        connection.close()
        return data

    def status(self, raw):
        data = self.exchange(raw)
        return int(data.split(b" ", 2)[1]) if data else None

    def test_31_large_bodies_are_refused_before_they_are_read(self):
        self.assertEqual(self.status(HEAD + b"Content-Length: 104857600\r\n\r\n"), 413)
        self.assertEqual(self.status(HEAD + b"Content-Length: 65537\r\n\r\n" + b" " * 65537), 413)
        body = b'{"username_or_email": "nobody", "password": "not the password"}'
        self.assertEqual(self.status(HEAD + b"Content-Length: 65536\r\n\r\n" + body.ljust(65536)), 401)
        chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
        self.assertEqual(self.status(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n"), 413)

    def test_large_headers_are_refused(self):
        target = b"/healthz"
        used = len(target) + len(b"Host: x\r\n") + len(b"X: \r\n") + len(b"Connection: close\r\n")
        for size, status in ((16384 - used, 200), (16384 - used + 1, 431), (20000, 431)):
            head = b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"a" * size
            self.assertEqual(self.status(head + b"\r\n\r\n"), status, size)
        self.assertIn(self.status(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"), (414, 431, None))

    def test_ambiguous_framing_is_refused(self):
        for framing in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 5x\r\n",
                        b"Content-Length: -5\r\n", b"Content-Length: 99999999999999999999\r\n"):
            self.assertIn(self.status(HEAD + framing + b"\r\n0\r\n\r\n"), (400, 413, None), framing)

    def test_chunked_bodies_are_read(self):
        body = json.dumps({"username_or_email": "nobody", "password": PASSWORD}).encode()
        chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i:i + 1]) for i in range(len(body)))
        self.assertEqual(self.status(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"), 401)

    def test_garbage_does_not_stop_the_server(self):
        for raw in (b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 4096,
                    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX\r\n y: z\r\n\r\n", b"POST / HTTP/1.1\r\nExpect: 100-continue\r\n"):
            connection = self.server.socket()
            connection.sendall(raw)
            connection.close()
        self.assertEqual(self.server.request("GET", "/healthz").status, 200)

    def test_42_a_path_has_one_spelling(self):
        for path in ("//api/v1/users/me", "/api/v1/users/me/", "/api/v1/users/./me", "/api/v1/%75sers/me",
                     "/API/v1/users/me", "/api/v1/users/me;x=1", "/api/v1/users%2fme"):
            self.assertEqual(self.server.request("GET", path).status, 404, path)

    def test_4_28_hostile_json(self):
        for body in ("[" * 30000, '{"a":' * 10000, '{"username_or_email":"a","username_or_email":"b","password":"x"}',
                     '{"username_or_email":"a\\u0000","password":"x"}', '{"password":"\\ud800"}', "", "null", "[]", "{}",
                     b'{"username_or_email":"\xff","password":"x"}', '{"username_or_email":1e999,"password":"x"}',
                     "\ufeff{}".encode()):
            reply = self.server.post("login", body)
            self.assertIn(reply.status, (400, 401), body[:60])
            self.assertEqual(reply.headers["Content-Type"], "application/problem+json")

    def test_methods_and_types(self):
        wrong = self.server.request("GET", "/api/v1/users/login")
        self.assertEqual((wrong.status, set(wrong.headers["Allow"].split(", "))), (405, {"OPTIONS", "POST"}))
        typed = self.server.post("login", "a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(typed.status, 415)
        head = self.server.request("HEAD", "/healthz")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["Content-Length"], self.server.request("GET", "/healthz").headers["Content-Length"])
        self.assertEqual(self.status(b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n"), 400)


if __name__ == "__main__":
    unittest.main()
