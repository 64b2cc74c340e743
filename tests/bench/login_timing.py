#!/usr/bin/python3
"""P14 as statistics: whether the time of a failed login tells which kind of failure it was.

usage: login_timing.py BUILD_FOLDER [SAMPLES]     prints mean and Welch's t of each class against "wrong password"
"""
import math
import os
import pathlib
import statistics
import sys
import tempfile
import time

build = pathlib.Path(sys.argv[1]).resolve()
samples = int(sys.argv[2]) if len(sys.argv) > 2 else 300
os.environ["WATCHWORD_SERVER"] = str(build / "examples/http_server/watchword-server")
os.environ["WATCHWORD_ADMIN"] = str(build / "examples/admin/watchword-admin")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "server"))
sys.dont_write_bytecode = True
from support import Server  # noqa: E402

CLASSES = {"wrong password": ("testuser", "not the password"), "unknown user": ("nobody", "not the password"),
           "unknown address": ("nobody@example.com", "not the password"), "inactive": ("inactive", "securepassword123")}

with tempfile.TemporaryDirectory() as folder:
    server = Server(folder, LOG_LEVEL="warning")
    server.register("testuser")
    server.register("inactive")
    os.system(f"{os.environ['WATCHWORD_ADMIN']} --database sqlite:///{folder}/test.db deactivate inactive >/dev/null")
    times = {name: [] for name in CLASSES}
    connection = server.connection()
    for number in range(samples):
        order = list(CLASSES)
        for name in order[number % len(order):] + order[:number % len(order)]:
            user, password = CLASSES[name]
            began = time.perf_counter()
            reply = server.request("POST", "/api/v1/users/login", {"username_or_email": user, "password": password},
                                   connection=connection)
            times[name].append((time.perf_counter() - began) * 1000)
            assert reply.status == 401
    server.stop()

reference = times["wrong password"]
for name, row in times.items():
    # The slowest tenth shows the machine's other work, not the server's.
    row[:] = sorted(row)[:len(row) * 9 // 10]
for name, row in times.items():
    error = math.sqrt(statistics.variance(row) / len(row) + statistics.variance(reference) / len(reference))
    shift = statistics.mean(row) - statistics.mean(reference)
    print(f"{name:16} mean {statistics.mean(row):7.2f} ms  median {statistics.median(row):7.2f} ms  "
          f"off by {100 * shift / statistics.mean(reference):+5.1f} %  t {shift / error if error else 0:+.1f}")
