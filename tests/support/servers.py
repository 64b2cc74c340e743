#!/usr/bin/env python3
"""servers.py start|stop <folder>: private servers for the tests, with data folders and sockets of their own.

Writes the URL of each into the folder (postgres.url, redis.url). As a module: Postgres and Redis, for tests that want
servers to themselves.
"""
import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SERVER_USER = "postgres"


def as_server_user(command):
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--clear-groups", *command]


def give_to_server_user(path):
    if os.geteuid() == 0:
        user = pwd.getpwnam(SERVER_USER)
        os.chown(path, user.pw_uid, user.pw_gid)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(ready, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} does not come up")
        time.sleep(0.02)


def end(pid, how=signal.SIGTERM):
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return
    for _ in range(500):
        try:
            # A child of this process is reaped here, another's goes by itself.
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return
        except ChildProcessError:
            pass
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)


class Postgres:
    """A cluster of its own, on a Unix socket, and on a port of 127.0.0.1 if wanted."""

    def __init__(self, folder=None, tcp=False, settings=(), base=None):
        """`base`: another cluster's folder, already copied here; else one is made."""
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="ww-pg-"))
        give_to_server_user(self.folder)
        self.data = self.folder / "data"
        self.port = free_port() if tcp else 5432
        self.tcp = tcp
        self.settings = list(settings)
        self.process = None
        if base is None:
            self.run_tool("initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "-U", "watchword",
                          "-D", self.data)

    @staticmethod
    def tool(name):
        found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda p: int(re.search(r"(\d+)/bin", p)[1]))
        path = found[-1] if found else shutil.which(name)
        if not path:
            raise RuntimeError(f"PostgreSQL's {name} is not installed: run cmake/install_dependencies.sh tests")
        return path

    def run_tool(self, name, *arguments):
        command = as_server_user([self.tool(name), *map(str, arguments)])
        done = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stdout}")

    def start(self):
        options = {"unix_socket_directories": self.folder, "listen_addresses": "127.0.0.1" if self.tcp else "",
                   "port": self.port, "max_connections": 300, "shared_buffers": "64MB", "fsync": "off",
                   "deadlock_timeout": "200ms", "autovacuum_naptime": "5s"}
        options.update(self.settings)
        command = [self.tool("postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(as_server_user(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        cwd=self.folder, start_new_session=True)
        wait_until(self.answers, "PostgreSQL")
        return self

    def answers(self):
        done = subprocess.run([self.tool("pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)], check=False)
        return done.returncode == 0

    def url(self, database="postgres", host=None):
        if host or self.tcp:
            return f"postgresql://watchword@{host or '127.0.0.1'}:{self.port}/{database}"
        return f"postgresql://watchword@/{database}?host={self.folder}&port={self.port}"

    def sql(self, text, database="postgres"):
        """Runs SQL by psql; gives what it prints."""
        done = subprocess.run([self.tool("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p",
                               str(self.port), "-U", "watchword", "-d", database, "-c", text],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    @property
    def pid(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def stop(self, how=signal.SIGINT):
        """SIGINT: fast. SIGQUIT: at once, as in a crash."""
        if self.process is None:
            return
        try:
            end(self.pid, how)
        except (FileNotFoundError, IndexError):
            pass
        self.process.wait(timeout=30)
        self.process = None

    def remove(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis:
    """A server of its own, on a Unix socket, and on a port of 127.0.0.1 if wanted. Keeps nothing on disk."""

    def __init__(self, folder=None, tcp=False, settings=()):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="ww-redis-"))
        self.port = free_port() if tcp else 0
        self.settings = list(settings)
        self.process = None

    @property
    def socket_path(self):
        return self.folder / "redis.sock"

    def start(self):
        program = shutil.which("redis-server")
        if not program:
            raise RuntimeError("redis-server is not installed: run cmake/install_dependencies.sh tests")
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket_path),
                   "--save", "", "--appendonly", "no", "--daemonize", "no", *self.settings]
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                                        start_new_session=True)
        wait_until(self.answers, "Redis")
        return self

    def answers(self):
        try:
            return self.command("PING").startswith("+")
        except OSError:
            return False

    def command(self, *words):
        """One command; gives the raw reply."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self.socket_path))
            request = f"*{len(words)}\r\n" + "".join(f"${len(str(w).encode())}\r\n{w}\r\n" for w in words)
            connection.sendall(request.encode())
            return connection.recv(65536).decode(errors="replace")

    def url(self):
        return f"redis://127.0.0.1:{self.port}" if self.port else f"unix://{self.socket_path}"

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        end(self.process.pid, how)
        self.process.wait(timeout=30)
        self.process = None

    def remove(self):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(folder):
    stop(folder)
    folder.mkdir(parents=True, exist_ok=True)
    home = pathlib.Path(tempfile.mkdtemp(prefix="ww-servers-"))
    home.chmod(0o755)
    (folder / "home").write_text(str(home))
    for name in ("postgres", "redis"):
        (home / name).mkdir()
    postgres = Postgres(home / "postgres").start()
    (folder / "postgres.url").write_text(postgres.url())
    (folder / "postgres.pid").write_text(str(postgres.pid))
    redis = Redis(home / "redis", tcp=True).start()
    (folder / "redis.url").write_text(redis.url())
    (folder / "redis.pid").write_text(str(redis.process.pid))


def stop(folder):
    for name, how in (("postgres", signal.SIGQUIT), ("redis", signal.SIGKILL)):
        pid_file = folder / f"{name}.pid"
        if pid_file.exists():
            pid = int(pid_file.read_text())
            # The number may be another process's by now.
            command = pathlib.Path(f"/proc/{pid}/cmdline")
            if command.exists() and name in command.read_text():
                end(pid, how)
            pid_file.unlink()
    home = folder / "home"
    if home.exists():
        shutil.rmtree(home.read_text(), ignore_errors=True)
        home.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "stop"):
        sys.exit(__doc__)
    {"start": start, "stop": stop}[sys.argv[1]](pathlib.Path(sys.argv[2]))
