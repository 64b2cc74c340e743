"""4.32, 4.16: SIGTERM waits for the work that runs, and for no client; the log tells what was not answered."""
import json
import signal
import socket
import threading
import time
import unittest

from support import Case

HEAD = b"POST /api/v1/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class ShutdownTest(Case):
    def stopped(self, server, within):
        began = time.monotonic()
        self.assertEqual(server.stop(signal.SIGTERM), 0, server.log())
        self.assertLess(time.monotonic() - began, within)

    def requests(self, server):
        lines = [json.loads(line) for line in server.log().splitlines()]
        return [line for line in lines if line["event"] == "request"]

    def half_sent(self, server, data):
        connection = server.socket()
        self.addCleanup(connection.close)
        connection.sendall(data)
        time.sleep(0.2)
        return connection

    def test_half_requests_and_idle_connections_are_cut_off(self):
        for data in (b"", b"GET /hea", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{",
                     HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
                     b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
            server = self.serve()
            self.half_sent(server, data)
            self.stopped(server, 5)

    def test_a_client_that_has_gone_is_logged_as_never_answered(self):
        server = self.serve()
        self.half_sent(server, HEAD + b"Content-Length: 50\r\n\r\n{").close()
        time.sleep(0.3)
        self.stopped(server, 5)
        (line,) = self.requests(server)
        self.assertEqual((line["status"], line["aborted"], line["reason"]), (0, True, "client_gone"))

    def test_a_client_that_never_reads_gets_a_moment_and_no_more(self):
        server = self.serve()
        connection = socket.socket()
        self.addCleanup(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
        time.sleep(0.5)
        self.stopped(server, 10)
        self.assertTrue(any(line.get("aborted") and line["reason"] == "shutdown" for line in self.requests(server)))

    def test_hashes_that_run_are_finished_and_answered(self):
        server = self.serve()
        server.register("testuser")
        statuses = []

        def login():
            reply = server.login("testuser")
            statuses.append((reply.status, reply.headers["Connection"]))

        threads = [threading.Thread(target=login) for _ in range(8)]
        self.half_sent(server, HEAD)
        for thread in threads:
            thread.start()
        while len(self.requests(server)) < 2:
            time.sleep(0.002)
        self.stopped(server, 15)
        for thread in threads:
            thread.join()
        self.assertEqual({status for status, _ in statuses}, {200})
        self.assertIn((200, "close"), statuses)


if __name__ == "__main__":
    unittest.main()
