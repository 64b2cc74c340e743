"""A TCP proxy before PostgreSQL that knows enough of its protocol to do something to a COMMIT, or that stops."""
import socket
import struct
import threading
import time

ENCRYPTION_REQUESTS = (80877103, 80877104)


def read_exactly(source, size):
    parts = b""
    while len(parts) < size:
        part = source.recv(size - len(parts))
        if not part:
            raise ConnectionError("closed")
        parts += part
    return parts


def read_message(source):
    """The type, one byte, and the whole message."""
    head = read_exactly(source, 5)
    return head[:1], head + read_exactly(source, struct.unpack("!I", head[1:])[0] - 4)


def close(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Link:
    """One connection through the proxy, and the statements of the transaction that it is in."""

    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, client, server
        self.prepared = {}
        self.statements = []
        self.fault = None

    def run(self):
        threading.Thread(target=self.pump, args=(self.start_and_send,), daemon=True).start()
        threading.Thread(target=self.pump, args=(self.answer,), daemon=True).start()

    def pump(self, work):
        try:
            work()
        except (OSError, threading.BrokenBarrierError):
            pass
        close(self.client, self.server)

    def start_and_send(self):
        code = None
        while code is None or code in ENCRYPTION_REQUESTS:
            head = read_exactly(self.client, 8)
            self.proxy.flowing.wait()
            size, code = struct.unpack("!II", head)
            self.server.sendall(head + read_exactly(self.client, size - 8))
        while True:
            kind, message = read_message(self.client)
            self.note(kind, message)
            if kind == b"Q" and message[5:] == b"COMMIT\0":
                self.fault = self.proxy.take_fault(self.statements)
                if self.fault == "drop commit":
                    return
                if self.fault == "swallow commit":
                    self.proxy.closed.wait()
                    return
                if self.fault == "late commit":
                    time.sleep(self.proxy.delay)
            self.proxy.flowing.wait()
            self.server.sendall(message)

    def note(self, kind, message):
        """Which statements run in the transaction: their texts come once, then their names."""
        if kind == b"P":
            name, text = message[5:].split(b"\0")[:2]
            self.prepared[name] = text.decode()
        elif kind == b"B":
            self.statements.append(self.prepared.get(message[5:].split(b"\0")[1], ""))
        starts = self.statements[-1:] if kind == b"B" else [message[5:].decode()] if kind == b"Q" else []
        if any(text.startswith("BEGIN") for text in starts):
            self.statements = []

    def answer(self):
        while True:
            data = self.server.recv(65536)
            if not data:
                return
            if self.fault == "drop answers together":
                self.proxy.meeting.wait(10)
            if self.fault in ("drop answer", "drop answers together"):
                return
            if self.fault == "late answer":
                self.fault = None
                time.sleep(self.proxy.delay)
            self.proxy.flowing.wait()
            self.client.sendall(data)


class Proxy:
    """Listens on 127.0.0.1 before a port of it. arm() says what befalls the next commits."""

    def __init__(self, target, delay=6.3):
        self.target = target
        self.delay = delay
        self.links = []
        self.faults = []
        self.struck = []
        self.cut = False
        self.meeting = None
        self.closed = threading.Event()
        self.flowing = threading.Event()
        self.flowing.set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.cut:
                    raise ConnectionRefusedError("cut")
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(self, client, server)
            self.links.append(link)
            link.run()

    def arm(self, fault, words, times=1):
        """`words`: what stands in a statement of the transactions that are meant."""
        with self.lock:
            self.faults += [(fault, words)] * times

    def take_fault(self, statements):
        with self.lock:
            for number, (fault, words) in enumerate(self.faults):
                if any(word in statement for statement in statements for word in words):
                    self.struck.append(fault)
                    del self.faults[number]
                    return fault
        return None

    def arm_together(self, words, times):
        """The answers to that many commits are lost at the same moment."""
        self.meeting = threading.Barrier(times)
        self.arm("drop answers together", words, times)

    def stall(self):
        """Connections stay, and new ones are taken, but nothing comes through until flow()."""
        self.flowing.clear()

    def flow(self):
        self.flowing.set()

    def cut_off(self):
        """Closes every connection, and takes no more."""
        self.cut = True
        for link in self.links:
            close(link.client, link.server)

    def mend(self):
        self.cut = False

    def close(self):
        self.closed.set()
        self.flow()
        self.cut_off()
        self.listener.close()
