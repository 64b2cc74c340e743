"""4.16: slow and idle clients do not hinder others."""
import socket
import time
import unittest

from support import Case


class DeadlinesTest(Case):
    def test_a_thousand_idle_and_slow_connections(self):
        server = self.serve()
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        idle = [server.socket() for _ in range(700)]
        slow = [server.socket() for _ in range(300)]
        for n, connection in enumerate(slow):
            head = b"POST /api/v1/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n"
            connection.sendall(head + (b"\r\n{" if n % 2 else b"X-Slow: "))
        for _ in range(3):
            for connection in slow:
                connection.sendall(b" ")
            self.assertEqual(server.me(token).status, 200)
        self.assertEqual(server.login("testuser").status, 200)
        for connection in idle + slow:
            connection.close()

    def test_a_sender_of_single_bytes_is_cut_off(self):
        server = self.serve()
        connection = server.socket()
        self.addCleanup(connection.close)
        connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        deadline = time.monotonic() + 90
        with self.assertRaises(OSError):
            while time.monotonic() < deadline:
                connection.sendall(b"X")
                connection.setblocking(False)
                try:
                    if connection.recv(1) == b"":
                        raise ConnectionResetError()
                except BlockingIOError:
                    pass
                connection.setblocking(True)
                time.sleep(0.5)

    def test_pipelined_requests_are_answered_in_order(self):
        server = self.serve()
        connection = server.socket()
        self.addCleanup(connection.close)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := connection.recv(65536):
            data += piece
        self.assertLess(data.index(b"HTTP/1.1 200"), data.index(b"HTTP/1.1 404"))


if __name__ == "__main__":
    unittest.main()
