"""92, 89, 90: bytes that a decent client would not send."""
import ctypes
import json
import re
import time
import unittest

from support import PASSWORD, Case

# From 1.0 on libmicrohttpd itself refuses much of this, in its own words.
_version = ctypes.CDLL("libmicrohttpd.so.12").MHD_get_version
_version.restype = ctypes.c_char_p
PARSES_STRICTLY = not _version().startswith(b"0.")
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
        head, end = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ", b"\r\n\r\n"
        most = 16384 - len(head + end)
        for size, status in ((most, 200), (most + 1, 431), (20000, 431)):
            self.assertEqual(self.status(head + b"a" * size + end), status, size)
        self.assertIn(self.status(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"), (414, 431, None))

    def test_ambiguous_framing_is_refused(self):
        for framing in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 5x\r\n",
                        b"Content-Length: -5\r\n", b"Content-Length: 99999999999999999999\r\n"):
            self.assertIn(self.status(HEAD + framing + b"\r\n0\r\n\r\n"), (400, 413, None), framing)

    def refused(self, raw, status, code):
        """One JSON refusal, and then the end of the connection, whatever came behind."""
        began = time.monotonic()
        data = self.exchange(raw + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertLess(time.monotonic() - began, 10, raw)
        if PARSES_STRICTLY and not data:
            return None
        self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d{3} ", data)), 1, (raw, data))
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode().lower().split("\r\n")
        self.assertIn("connection: close", lines, raw)
        if PARSES_STRICTLY and "content-type: application/problem+json" not in lines:
            return self.assertRegex(lines[0], "^http/1.1 (400|413|431|501) ")
        self.assertIn(f" {status} ", lines[0], raw)
        self.assertIn("content-type: application/problem+json", lines, raw)
        self.assertIn("x-content-type-options: nosniff", lines, raw)
        self.assertIn("cache-control: no-store", lines, raw)
        problem = json.loads(body)
        self.assertEqual((problem["status"], problem["code"]), (status, code), raw)
        self.assertTrue(problem["title"] and problem["detail"], raw)
        self.assertIn("x-request-id: " + problem["request_id"], lines)

    def test_89_framing_that_means_two_things_is_refused_and_ends_the_connection(self):
        head = b"POST /api/v1/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        body = b"\r\n0\r\n\r\n"
        for fields in (b"Content-Length: 5\r\nContent-Length: 45\r\n", b"Content-Length: 5\r\nContent-Length: 5\r\n",
                       b"Content-Length : 45\r\n", b"Transfer-Encoding : chunked\r\n",
                       b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                       b"Content-Length: 5\r\nTransfer-Encoding : chunked\r\n",
                       b"Content-Length: 5\r\nTransfer-Encoding\t: chunked\r\n",
                       b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                       b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                       b"X: y\r\n folded\r\n", b"Content-Lengt: 45\r\n h\r\n", b" X: y\r\n", b"X: y\0z\r\n",
                       b"Transfer-Encoding: chunked\0\r\n", b"X(y): z\r\n", b": z\r\n", b":\r\n", b"X: y\n", b"\xc3\xa9: z\r\n", b"Host: y\r\n"):
            self.refused(head + fields + body, 400, "framing_ambiguous")
        self.refused(head.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Transfer-Encoding: chunked\r\n" + body, 400,
                     "framing_ambiguous")
        self.refused(b"GET /healthz HTTP/1.1\r\n\r\n", 400, "host_missing")
        for line in (b"GET /healthz /x HTTP/1.1", b"GET  /healthz HTTP/1.1", b"GET /healthz\0/x HTTP/1.1",
                     b"GET /healthz?a\0b HTTP/1.1"):
            self.refused(line + b"\r\nHost: x\r\n\r\n", 400, "framing_ambiguous")
        for raw in (b"GET /healthz HTTP/1.1\nHost: x\r\n\r\n", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\n"):
            self.refused(raw, 400, "framing_ambiguous")
        self.assertEqual(self.status(b"GET /healthz HTTP/1.1\r\nhost:\t  x\r\nX:\r\nY: \r\nConnection: close\r\n\r\n"), 200)

    def test_other_transfer_encodings_are_refused_at_once(self):
        head = b"POST /api/v1/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        for coding in (b"identity", b"gzip", b"gzip, chunked", b"chunked, chunked", b"xchunked", b"chunked;q=1", b""):
            self.refused(head + b"Transfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n", 501, "transfer_encoding_unknown")
        body = json.dumps({"username_or_email": "nobody", "password": PASSWORD}).encode()
        raw = HEAD + b"Transfer-Encoding: CHUNKED\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        self.assertEqual(self.status(raw), 401)

    def test_too_much_is_refused_in_the_form_of_the_api(self):
        head = b"POST /api/v1/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        self.refused(head + b"Content-Length: 65537\r\n\r\n", 413, "body_too_large")
        self.refused(head + b"X: " + b"a" * 16384 + b"\r\n\r\n", 431, "headers_too_large")
        chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
        for chunks in (3, 100):
            self.refused(head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * chunks + b"0\r\n\r\n", 413,
                         "body_too_large")

    def test_listed_origins_can_read_what_the_server_itself_refuses(self):
        server = self.serve(CORS_ORIGINS="https://app.example.org")
        reply = server.post("login", b" " * 70000, headers={"Origin": "https://app.example.org", "X-Request-Id": "mine"})
        self.assertEqual((reply.status, reply.json["request_id"]), (413, "mine"))
        self.assertEqual(reply.headers["Access-Control-Allow-Origin"], "https://app.example.org")

    def test_a_target_in_absolute_form_is_served(self):
        for target, status in ((b"http://x/healthz", 200), (b"HTTPS://x:8000/healthz?x=1", 200), (b"http://x", 404),
                               (b"http://x?a=/healthz", 404), (b"http:///healthz", 200), (b"ftp://x/healthz", 404)):
            raw = b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            self.assertEqual(self.status(raw), status, target)

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
