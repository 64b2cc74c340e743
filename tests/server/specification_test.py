"""The specification's own lines and promises, verbatim."""
import json
import shlex
import subprocess
import unittest

import jwt
from support import SECRET_KEY, Case

REGISTER = '''curl -X POST "http://localhost:8000/api/v1/users/register" \\
  -H "Content-Type: application/json" \\
  -d '{
    "email": "user@example.com",
    "username": "testuser",
    "password": "securepassword123"
  }'
'''
LOGIN = '''curl -X POST "http://localhost:8000/api/v1/users/login" \\
  -H "Content-Type: application/json" \\
  -d '{
    "username_or_email": "testuser",
    "password": "securepassword123"
  }'
'''
ME = '''curl -X GET "http://localhost:8000/api/v1/users/me" \\
  -H "Authorization: Bearer YOUR_ACCESS_TOKEN"
'''


class SpecificationTest(Case):
    def curl(self, lines, port):
        words = shlex.split(lines.replace("\\\n", " ").replace("localhost:8000", f"127.0.0.1:{port}"))
        done = subprocess.run([*words, "-sS", "--max-time", "30"], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_three_curl_commands(self):
        server = self.serve()
        user = self.curl(REGISTER, server.port)
        self.assertEqual((user["id"], user["email"], user["username"], user["is_active"]),
                         (1, "user@example.com", "testuser", True))
        tokens = self.curl(LOGIN, server.port)
        self.assertEqual(tokens["token_type"], "bearer")
        self.assertEqual(self.curl(ME.replace("YOUR_ACCESS_TOKEN", tokens["access_token"]), server.port), user)

    def test_any_hs256_verifier_accepts_the_token(self):
        server = self.serve()
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        claims = jwt.decode(token, SECRET_KEY, algorithms=["HS256"])
        self.assertEqual(claims["sub"], "1")
        self.assertEqual(claims["iss"], "watchword")
        self.assertEqual(claims["exp"] - claims["iat"], 30 * 60)
        with self.assertRaises(jwt.InvalidSignatureError):
            jwt.decode(token, SECRET_KEY + "x", algorithms=["HS256"])

    def test_audience_and_issuer_settings(self):
        server = self.serve(AUDIENCE="shop", ISSUER="https://id.example.com")
        server.register("testuser")
        token = server.login("testuser").json["access_token"]
        jwt.decode(token, SECRET_KEY, algorithms=["HS256"], audience="shop", issuer="https://id.example.com")
        self.assertEqual(server.me(token).status, 200)
        foreign = dict(jwt.decode(token, SECRET_KEY, algorithms=["HS256"], audience="shop"), aud="other")
        header = jwt.get_unverified_header(token)
        forged = jwt.encode(foreign, SECRET_KEY, algorithm="HS256", headers=header)
        self.assertEqual(server.me(forged).status, 401)

    def test_table_is_the_specifications(self):
        server = self.serve()
        server.register("testuser")
        with self.database() as database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(users)")]
            self.assertEqual(columns, ["id", "email", "username", "hashed_password", "is_active", "created_at",
                                       "updated_at"])
            row = database.execute("SELECT email, hashed_password, is_active, updated_at FROM users WHERE username = ?",
                                   ("testuser",)).fetchone()
            self.assertEqual((row[0], row[2], row[3]), ("testuser@example.com", 1, None))
            self.assertTrue(row[1].startswith("$argon2id$v=19$m=19456,t=2,p=1$"))


if __name__ == "__main__":
    unittest.main()
