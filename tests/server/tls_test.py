"""TLS by TLS_CERT and TLS_KEY."""
import ssl
import subprocess
import unittest
import warnings

from support import Case


class TlsTest(Case):
    def test_tls(self):
        certificate, key = f"{self.folder}/cert.pem", f"{self.folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                        "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                        certificate], check=True, capture_output=True)
        server = self.serve(TLS_CERT=certificate, TLS_KEY=key, tls=ssl.create_default_context(cafile=certificate))
        self.assertEqual(server.register("testuser").status, 201)
        token = server.login("testuser").json["access_token"]
        self.assertEqual(server.me(token).status, 200)
        self.assertIsNone(self.version(server, ssl.TLSVersion.TLSv1))
        self.assertIsNone(self.version(server, ssl.TLSVersion.TLSv1_1))
        self.assertEqual(self.version(server, ssl.TLSVersion.TLSv1_2), "TLSv1.2")
        self.assertEqual(self.version(server, ssl.TLSVersion.TLSv1_3), "TLSv1.3")
        plain = server.socket()
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertNotIn(b"200", plain.recv(4096)[:20])
        plain.close()

    def version(self, server, most):
        """What is agreed on with a client that knows nothing newer than `most`; None: nothing."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = most
        try:
            with context.wrap_socket(server.socket()) as connection:
                return connection.version()
        except (ssl.SSLError, ConnectionError):
            return None


if __name__ == "__main__":
    unittest.main()
