"""A proxy before a PostgreSQL server's socket that knows its messages, and cuts or holds a connection at one of them.

`with Proxy(server) as proxy:` proxy.place is the folder of its socket. Only connections of our own programs to the
database that proxy.arm() names are counted; all others pass. The n-th message of one direction, counted from the start
over all of these connections (the startup packet is the client's first), or the n-th that `only` picks, is met by a
Cut. docs: "Frontend/Backend Protocol", chapter "Message Formats"."""
import os
import select
import shutil
import socket
import struct
import sys
import tempfile
import threading
import time

sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import server as servers

CLIENT, SERVER = "client", "server"
PROGRAM = b"mc-pickup"  # application_name
REQUESTS = {80877103: "SSLRequest", 80877104: "GSSENCRequest", 80877102: "CancelRequest"}
CHUNK = 1 << 16


class Cut:
    """What happens at a message. passed: after it was passed on, else before. keep: the end (CLIENT or SERVER) that is
    left open and silent. hold: it only waits for so many seconds. down: nobody gets a connection from then on, for so
    many seconds. then: is called, before anybody can connect again."""

    def __init__(self, direction, n=1, only=None, passed=False, keep=None, hold=None, down=0, then=None):
        self.direction, self.n, self.only = direction, n, only
        self.passed, self.keep, self.hold, self.down, self.then = passed, keep, hold, down, then
        self.seen = 0
        self.met = False
        self.over = threading.Event()  # what `then` does, too

    def meets(self, direction, message):
        if self.met or direction != self.direction or (self.only and not self.only(message)):
            return False
        self.seen += 1
        self.met = self.seen == self.n
        return self.met

    def __repr__(self):
        ways = [f"{key}={value}" for key, value in
                (("keep", self.keep), ("hold", self.hold), ("down", self.down), ("then", self.then)) if value]
        return f"{'behind' if self.passed else 'before'} {self.direction} {self.n} {' '.join(ways)}".strip()


class Message:
    def __init__(self, kind, body):
        self.kind, self.body = kind, body

    def says(self, kind, text):
        return self.kind == kind and text in self.body


class Side:
    """One end of a connection; what came from it and is no whole message yet."""

    def __init__(self, end, peer, name):
        self.end, self.peer, self.name = end, peer, name
        self.buffer = b""
        self.untyped = name == CLIENT  # the first message has no type
        self.single = 0  # bytes to come that are answers to a request for encryption

    def messages(self):
        """(message, its bytes), as many as are whole."""
        while self.buffer:
            size, message = self.next()
            if message is None or len(self.buffer) < size:
                return
            whole, self.buffer = self.buffer[:size], self.buffer[size:]
            yield message, whole

    def next(self):
        if self.single:
            self.single -= 1
            return 1, Message("single", self.buffer[:1])
        head = 0 if self.untyped else 1
        if len(self.buffer) < head + 4:
            return 0, None
        size = struct.unpack("!i", self.buffer[head:head + 4])[0] + head
        if len(self.buffer) < size:
            return 0, None
        body = self.buffer[head + 4:size]
        if not self.untyped:
            return size, Message(chr(self.buffer[0]), body)
        code = struct.unpack("!i", body[:4])[0]
        self.untyped = code in REQUESTS
        return size, Message(REQUESTS.get(code, "startup"), body)


class Armed:
    """What is known of a database whose connections are counted."""

    def __init__(self, cut):
        self.cut = cut
        self.log = []  # (direction, kind, body)
        self.shut_until = 0
        self.lock = threading.Lock()

    def count(self, direction, message):
        """The cut that this message meets."""
        with self.lock:
            self.log.append((direction, message.kind, message.body))
            return self.cut if self.cut and self.cut.meets(direction, message) else None

    def is_shut(self):
        return time.monotonic() < self.shut_until


class Connection(threading.Thread):
    def __init__(self, proxy, client):
        super().__init__(daemon=True)
        self.proxy = proxy
        server = socket.socket(socket.AF_UNIX)
        self.client = Side(client, server, CLIENT)
        self.server = Side(server, client, SERVER)
        self.armed = None

    def run(self):
        try:
            self.server.end.connect(self.proxy.behind)
            while self.exchange():
                pass
        except OSError:
            pass
        finally:
            close(self.client, self.server)

    def exchange(self):
        """False: it is over."""
        sides = {self.client.end: self.client, self.server.end: self.server}
        for end in select.select(list(sides), [], [])[0]:
            told = end.recv(CHUNK)
            sides[end].buffer += told
            if not told or not self.pass_on(sides[end]):
                return False
        return True

    def pass_on(self, side):
        out = b""
        for message, whole in side.messages():
            if message.kind == "startup":
                self.armed = self.proxy.find(message.body)
                if self.armed and self.armed.is_shut():
                    return False
            elif message.kind in ("SSLRequest", "GSSENCRequest"):
                self.server.single += 1
            cut = self.armed.count(side.name, message) if self.armed else None
            if cut and cut.hold:
                side.peer.sendall(out)
                out = b""
                time.sleep(cut.hold)
            elif cut:
                side.peer.sendall(out + whole if cut.passed else out)
                self.meet(cut)
                return False
            out += whole
        side.peer.sendall(out)
        return True

    def meet(self, cut):
        """What the server was given it reads before it sees the end."""
        if cut.then or cut.down:
            self.armed.shut_until = time.monotonic() + (servers.PATIENCE if cut.then else cut.down)
        if cut.keep != CLIENT:
            close(self.client)
        if cut.keep != SERVER and not cut.then:
            close(self.server)
        if cut.then:
            cut.then()
            # Whoever came while that was done is not let in by the end of it.
            self.armed.shut_until = time.monotonic() + cut.down if cut.down else 0
        cut.over.set()
        if cut.keep:
            self.proxy.let_go.wait(servers.PATIENCE)


def close(*sides):
    for side in sides:
        try:
            side.end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        side.end.close()


class Proxy:
    def __init__(self, behind):
        self.place = tempfile.mkdtemp(prefix="mcx.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        name = f".s.PGSQL.{behind.port}"
        self.behind = os.path.join(behind.place, name)
        self.armed = {}
        self.let_go = threading.Event()  # of the ends that are held open
        self.path = os.path.join(self.place, name)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.let_go.set()
        self.listener.close()
        shutil.rmtree(self.place, ignore_errors=True)

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            Connection(self, client).start()

    def hide(self):
        """As a server whose machine is down: libpq goes on to the next of a name, as it does not where it is let in."""
        os.rename(self.path, self.path + ".hidden")

    def show(self):
        os.rename(self.path + ".hidden", self.path)

    def arm(self, database, cut=None):
        """From now on the messages of our programs to this database are counted, and one of them may meet its cut."""
        self.armed[database.encode()] = Armed(cut)

    def disarm(self, database):
        """All pass again. Of what was counted: (direction, kind, body) for each message."""
        return self.armed.pop(database.encode()).log

    def find(self, startup):
        words = startup[4:].split(b"\0")
        said = dict(zip(words[::2], words[1::2]))
        return self.armed.get(said.get(b"database")) if said.get(b"application_name") == PROGRAM else None
