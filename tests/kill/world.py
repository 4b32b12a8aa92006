"""One board with its configuration, its tmux server and its agents, in a folder of its own."""
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import listen
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pool"))
import clerk
from stock import told
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hosts"))
import board as boards

BIN = os.environ.get("MC_BIN", "")
PLACES = os.environ.get("MC_WORLDS", "/tmp")
PATIENCE = 60  # seconds; for a machine that is busy with other things
NONCE = re.compile(r"MC_TICKET_TURN:\d+:\d+:[0-9a-f]{8}")


def until(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {patience} s for {what}")


def lives(pid):
    """A zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


class Process:
    """A process of this world, by what its environment and /proc say."""

    def __init__(self, pid, environment):
        self.pid = pid
        self.run = environment.get(b"MC_RUN", b"").decode()
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            head, _, tail = file.read().rpartition(") ")
        self.name = head.partition("(")[2]
        self.state = tail.split()[0]


class Endpoint(listen.Listener):
    """Takes a turn as mission-control does: types it into the ticket's session, then answers; or is busy."""

    def __init__(self, world, busy):
        self.world = world
        self.busy = busy
        self.nonces = []
        super().__init__(Turn)


class Turn(listen.Turn):
    def do_POST(self):
        asked = self.asked()
        if self.server.busy:
            self.answer(409, {"error": "runtime_busy"})
            return
        self.server.nonces.append(asked["nonce"])
        self.server.world.type_into("mc-" + asked["ticket"], asked["message"])
        self.answer(200, {"ok": True})


class World:
    """pool: so many slots of a repository, for all tickets; turn_ms: an agent works so long on each; `keys` go into
    the configuration."""

    def __init__(self, tickets=1, http=False, busy=False, pool=0, keys=None, turn_ms=0, **profile):
        self.place = tempfile.mkdtemp(prefix="mck.", dir=PLACES)
        self.server = os.environ.get("MC_TEST_ENGINE") == "postgres"
        self.state = os.path.join(self.place, "mc-pickup") if self.server else self.place
        self.board = boards.make() if self.server else os.path.join(self.place, "board.db")
        self.socket = os.path.join(self.state, "tmux.sock")
        self.log = os.path.join(self.place, "agent.log")
        self.endpoint = Endpoint(self, busy) if http else None
        self.repo = os.path.join(self.place, "repo")
        self.pool = os.path.join(self.state, "pool", "default")
        self.keys = {**(keys or {})}
        self.known = self.checkout = None
        self.stock = set()
        self.turn = str(turn_ms)
        self.environment = {"PATH": BIN + ":/usr/local/bin:/usr/bin:/bin", "HOME": self.place, "MC_DB": self.board,
                            "MC_PICKUP_CONFIG": os.path.join(self.place, "config.json")}
        if self.server:
            self.environment["XDG_STATE_HOME"] = self.place
        try:
            if pool:
                self.repository()
                self.keys["workspace"] = {"repo": self.repo, "size": pool, **self.keys.get("workspace", {})}
            self.configure(profile)
            self.ticket("init")
            for number in range(tickets):
                self.ticket("add", f"Ticket {number + 1}", "--body", "Do it.", "--profile", "demo")
        except BaseException:
            self.end()
            raise

    def configure(self, profile):
        demo = {"command": ["mc-demo-agent", "--busy", self.turn, "--no-signal", "--log", self.log], "reports": False,
                **profile}
        config = {"profiles": {"demo": demo}, "linger_s": 0, "max_running": 8, **self.keys}
        if self.server:
            config["agents_database"] = self.board
        if self.endpoint:
            config["send"] = {"transport": "http", "url": self.endpoint.url()}
        with open(self.environment["MC_PICKUP_CONFIG"], "w", encoding="utf-8", opener=private) as file:
            json.dump(config, file)

    def repository(self):
        """One commit on main: two files, a program, a link, what is ignored."""
        for path, text in (("README", "one\ntwo\n"), ("src/main.c", "int main;\n"), ("run", "#!/bin/sh\n"),
                           (".gitignore", "build/\n")):
            self.write(os.path.join(self.repo, path), text)
        os.chmod(os.path.join(self.repo, "run"), 0o755)
        os.symlink("src/main.c", os.path.join(self.repo, "link"))
        self.git(self.repo, "init", "-q", "-b", "main")
        self.git(self.repo, "config", "user.name", "Person")
        self.git(self.repo, "config", "user.email", "person@example.org")
        self.git(self.repo, "add", "-A")
        self.git(self.repo, "commit", "-q", "-m", "The first commit")

    def keeping_due(self, folder):
        """The last keeping of the board in that folder was long ago, by a clock that is believed."""
        path = os.path.join(folder, "last-keeping")
        self.write(path, f"{int(time.time())}000 1 0 believed\n")
        os.utime(path, (1, 1))

    @staticmethod
    def write(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    @staticmethod
    def git(folder, *words):
        return clerk.git(folder, *words).decode()

    def inventory(self):
        """Every version of every file of the repository and its pool."""
        return clerk.inventory(self.repo, clerk.folders(self.pool))

    def take_stock(self):
        """What must still be there at the end."""
        self.stock = told(self)
        if "workspace" in self.keys:
            self.known = self.inventory()
            self.checkout = clerk.digest(self.repo)

    def start(self, argv):
        return subprocess.Popen(argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, cwd=self.place)

    def run(self, argv, **extra):
        return subprocess.run(argv, env={**self.environment, **extra}, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=4 * PATIENCE, cwd=self.place, check=False)

    def ticket(self, *words):
        done = self.run([os.path.join(BIN, "mc-ticket"), *words])
        if done.returncode:
            raise AssertionError(f"mc-ticket {words}: {done.returncode} {done.stderr.decode()}")

    def pickup(self, *words):
        return self.run([os.path.join(BIN, "mc-pickup"), *words])

    def remove_board(self):
        """As before init."""
        for path in glob.glob(self.board + "*"):
            os.unlink(path)

    def sql(self, statement, *values):
        return boards.rows(self.board, statement, values)

    @contextlib.contextmanager
    def locked(self):
        board = boards.opened(self.board)
        try:
            board.lock()
            yield
        finally:
            board.close()

    def dump(self):
        return boards.dump(self.board)

    def processes(self):
        """Every living process whose environment names this board, and every git that works in this place."""
        found, marks = [], (self.board.encode(), self.place.encode())
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/environ", "rb", buffering=0) as file:
                    told = file.read()
                if not any(mark in told for mark in marks):
                    continue
                pairs = [entry.partition(b"=") for entry in told.split(b"\0")]
                environment = {key: value for key, _, value in pairs}
                if environment.get(b"MC_DB") in (self.board.encode(), b"spool:" + self.state.encode()) or (
                        b"GIT_DIR" in environment and environment.get(b"HOME") == self.place.encode()):
                    found.append(Process(int(name), environment))
            except (OSError, ValueError, IndexError):
                continue
        return [one for one in found if one.state not in "ZX"]

    def servers(self):
        """tmux on this world's socket, by what it was called with: one that just begins hears no kill-server."""
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    if self.socket.encode() in file.read().split(b"\0"):
                        yield int(name)

    def agents(self):
        return [one for one in self.processes() if one.run]

    def wait_for_strays(self):
        """What a killed program had started and nobody ends: a tmux client, an exchange. The server stays."""
        stays = lambda one: one.run or one.name.startswith("tmux: server")
        for _ in range(2):  # one that becomes another program has no environment for a moment
            until(lambda: all(map(stays, self.processes())), "the children of a killed program")
            time.sleep(0.02)

    def tmux(self, *words, text=None):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *words], input=text, capture_output=True, check=False,
                              env=self.environment, timeout=PATIENCE)

    def sessions(self):
        listed = self.tmux("list-sessions", "-F", "#{session_name} #{@mc_run}").stdout.decode()
        return dict((line + " ").split(" ")[:2] for line in listed.splitlines())

    def is_empty(self, session):
        """One that a server made after its start was called off (mc-launch has found no order: 126). Nobody works in it,
        and the next start of its ticket takes it away."""
        words = ("list-panes", "-s", "-t", f"={session}:", "-F", "#{pane_dead} #{pane_dead_status}")
        for _ in range(50):
            panes = self.tmux(*words).stdout.decode().split()
            if panes[:1] != ["0"]:
                break
            time.sleep(0.1)
        return panes == ["1", "126"]

    def type_into(self, session, text):
        buffer = f"turn-{threading.get_ident()}"
        self.tmux("load-buffer", "-b", buffer, "-", text=text.encode())
        self.tmux("paste-buffer", "-p", "-d", "-b", buffer, "-t", f"={session}:")
        time.sleep(0.1)
        self.tmux("send-keys", "-t", f"={session}:", "Enter")

    def prompts(self):
        """The nonces of the turns that agents of this world have read, in their order."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            events = [json.loads(line) for line in file if line.endswith("\n")]
        return [NONCE.findall(event["text"])[-1] for event in events if event["event"] == "prompt"]

    def end(self):
        if self.endpoint:
            self.endpoint.end()
        self.tmux("kill-server")
        for pid in [*(one.pid for one in self.processes()), *self.servers()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.server:
            boards.drop(self.board)
        shutil.rmtree(self.place, ignore_errors=True)


def memory():
    """For worlds of which a disk is no part."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"


def private(path, flags):
    return os.open(path, flags, 0o600)
