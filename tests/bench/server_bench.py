#!/usr/bin/python3
"""Figures of the running server: GET /me against a constant reply, logins against the pool, memory.

usage: server_bench.py BUILD_FOLDER     needs wrk; prints the median of the rounds, ratios within this run
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

build = pathlib.Path(sys.argv[1]).resolve()
os.environ["WATCHWORD_SERVER"] = str(build / "examples/http_server/watchword-server")
os.environ["WATCHWORD_ADMIN"] = str(build / "examples/admin/watchword-admin")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "server"))
sys.dont_write_bytecode = True
from support import PASSWORD, Server  # noqa: E402

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 64


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def private_kib(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss_Anon:\s+(\d+)", text, re.M).group(1))


def load(server, path, token=None, body=None, connections=CONNECTIONS):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", f"http://127.0.0.1:{server.port}{path}"]
    if token:
        command[1:1] = ["-H", f"Authorization: Bearer {token}"]
    script = None
    if body:
        script = tempfile.NamedTemporaryFile("w", suffix=".lua")
        script.write(f"wrk.method='POST' wrk.body='{body}' wrk.headers['Content-Type']='application/json'")
        script.flush()
        command[1:1] = ["-s", script.name]
    before = cpu_seconds(server.process.pid)
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = cpu_seconds(server.process.pid) - before
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return rate, spent / requests * 1e6, re.search(r"99%\s+(\S+)", text).group(1), int(failed.group(1)) if failed else 0


with tempfile.TemporaryDirectory() as folder:
    server = Server(folder, LOG_LEVEL="warning")
    print(f"private memory idle, before the first hash: {private_kib(server.process.pid) / 1024:.1f} MiB")
    server.register("testuser")
    token = server.login("testuser").json["access_token"]
    rows = {"/healthz": [], "/api/v1/users/me": []}
    for _ in range(ROUNDS):
        for path, row in rows.items():
            row.append(load(server, path, token))
    cost = {}
    for path, row in rows.items():
        cost[path] = statistics.median(entry[1] for entry in row)
        print(f"GET {path}: {statistics.median(entry[0] for entry in row):.0f}/s, {cost[path]:.1f} us of server CPU a "
              f"request, p99 {row[-1][2]}, refused {sum(entry[3] for entry in row)}")
    print(f"GET /me costs {cost['/api/v1/users/me'] / cost['/healthz']:.2f} of a constant reply")
    body = f'{{"username_or_email":"testuser","password":"{PASSWORD}"}}'
    rate, _, p99, failed = load(server, "/api/v1/users/login", body=body, connections=8)
    print(f"POST /login: {rate:.1f}/s with 8 connections, p99 {p99}, refused {failed}")
    print(f"private memory after the logins: {private_kib(server.process.pid) / 1024:.1f} MiB")
    server.stop()
