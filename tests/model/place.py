"""One board with its tmux server, its agents and its clocks, in a folder of its own: what a history is driven in."""
import atexit
import functools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
from endpoint import Endpoint
from world import boards, clerk, memory, private

PATH = "/usr/local/bin:/usr/bin:/bin"
PATIENCE = 300  # seconds; for a machine that is busy with other things
BUILD = os.environ.get("MC_BUILD", "")
BIN = os.environ.get("MC_BIN", os.path.join(BUILD, "bin"))
AGENT = os.path.join(BUILD, "unit", "model_agent")
SHIMS = " ".join(os.environ.get(name, os.path.join(BUILD, "tests", file)) for name, file in
                 (("MC_CLOCK_SHIM", "libmc_clock_shim.so"), ("MC_BOOT_SHIM", "libmc_boot_shim.so")))
# Every change of a status, whoever makes it: a look at the rows sees the last one only.
WITNESS = """
CREATE TABLE model_moves(id INTEGER PRIMARY KEY, ticket INTEGER, was TEXT, became TEXT);
CREATE TRIGGER model_moved AFTER UPDATE OF status ON tickets WHEN OLD.status<>NEW.status BEGIN
    INSERT INTO model_moves(ticket,was,became) VALUES(NEW.id,OLD.status,NEW.status); END;
"""


class Stuck(Exception):
    """Something that was waited for did not come."""


def until(condition, what):
    end, pause = time.monotonic() + PATIENCE, 0.001
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
    raise Stuck(f"waited {PATIENCE} s for {what}")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="utf-8", opener=private) as file:
        file.write(text)
    os.rename(path + ".new", path)


@functools.cache
def templates():
    """A board and a repository that are copied for each place, of this process and of those that it forks later."""
    made = tempfile.mkdtemp(prefix="mcm-made.", dir=memory())
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    make_board(made)
    repo = os.path.join(made, "repo")
    write(os.path.join(repo, "README"), "one\ntwo\n")
    write(os.path.join(repo, ".gitignore"), "build/\n")
    for words in (["init", "-q", "-b", "main"], ["config", "user.name", "Person"],
                  ["config", "user.email", "person@example.org"], ["add", "-A"],
                  ["commit", "-q", "-m", "The first commit"]):
        clerk.git(repo, *words)
    return made


def make_board(folder):
    write(os.path.join(folder, "config.json"), "{}")
    done = subprocess.run([os.path.join(BIN, "mc-ticket"), "init", "--db", os.path.join(folder, "board.db"), "--config",
                           os.path.join(folder, "config.json")], env={"PATH": PATH, "HOME": folder},
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise Stuck(f"init: {done.returncode} {done.stderr.decode()}")
    board = sqlite3.connect(os.path.join(folder, "board.db"))
    board.executescript(WITNESS)
    board.close()


class Agent:
    """One that has said that it was started, and what it has read since."""

    def __init__(self, pid, run, ticket):
        self.pid, self.run, self.ticket = pid, run, ticket
        self.prompts = 0
        self.over = 0  # turns that it was told to end

    def alive(self):
        try:
            with open(f"/proc/{self.pid}/environ", "rb") as file:
                return b"MC_RUN=" + self.run.encode() in file.read()  # nothing, of one that is dead
        except OSError:
            return False

    def stopped(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2][0] == "T"


class Place:
    """settings: first_turn, pool (slots of a repository, 0: none) and keys of the configuration."""

    def __init__(self, settings):
        self.place = tempfile.mkdtemp(prefix="mcm.", dir=memory())
        self.board = self.path("board.db")
        self.socket = self.path("tmux.sock")
        self.repo, self.pool = self.path("repo"), self.path("pool", "default")
        self.offsets = [0, 0, 0, 0]  # ms: wall, awake, boot, files
        self.boots, self.agents, self.read = 0, {}, 0
        self.prompts, self.acks = [], []  # (ticket id, run, text); (pid, order)
        self.lock = threading.Lock()
        self.endpoint = None
        self.guests = {}  # clients that people have attached, by session
        self.environment = {"PATH": BIN + ":" + PATH, "HOME": self.place, "LOGNAME": "tester",
                            "MC_DB": self.board, "MC_PICKUP_CONFIG": self.path("config.json"),
                            "LD_PRELOAD": SHIMS, "MC_CLOCK_OFFSETS": self.path("offsets"),
                            "MC_BOOT": self.path("boot")}
        try:
            self.furnish(dict(settings))
        except BaseException:
            self.end()
            raise

    def path(self, *names):
        return os.path.join(self.place, *names)

    def furnish(self, settings):
        os.mkdir(self.path("agents"))
        demo = {"command": [AGENT, self.path("agents")], "reports": settings.pop("reports"), "startup_timeout_s": 10,
                "first_turn": settings.pop("first_turn")}
        slots = settings.pop("pool")
        self.slots = slots
        if settings.pop("http", False):
            self.endpoint = Endpoint(self.deliver)
            settings["send"] = {"transport": "http", "url": self.endpoint.url()}
        config = {"profile": "demo", "profiles": {"demo": demo}, "linger_s": 0, **settings}
        if slots:
            self.repository()
            config["workspace"] = {"repo": self.repo, "size": slots}
        write(self.environment["MC_PICKUP_CONFIG"], json.dumps(config))
        self.set_clocks()
        self.boot_anew()
        self.copy_board()

    def copy_board(self):
        """One that init made, as a board of its own: at its place, by a name that no other has."""
        shutil.copy(os.path.join(templates(), "board.db"), self.board)
        there = os.stat(self.board)
        board = sqlite3.connect(self.board)
        with board:
            board.execute("UPDATE settings SET value=? WHERE key='place'",
                          (f"{there.st_dev}:{there.st_ino} {self.board}",))
            board.execute("UPDATE settings SET value=lower(hex(randomblob(8))) WHERE key='board'")
        board.close()

    def repository(self):
        shutil.copytree(os.path.join(templates(), "repo"), self.repo, symlinks=True)

    def set_clocks(self):
        write(self.path("offsets"), " ".join(map(str, self.offsets)))

    def boot_anew(self):
        self.boots += 1
        write(self.path("boot"), f"{self.boots:08d}-0000-4000-8000-000000000000\n")

    def start(self, *words, under=(), **extra):
        return subprocess.Popen([*under, os.path.join(BIN, words[0]), *words[1:]], env={**self.environment, **extra},
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                cwd=self.place)

    def run(self, *words, **extra):
        one = self.start(*words, **extra)
        return one, *one.communicate(timeout=4 * PATIENCE)

    def rows(self, statement, *values):
        return boards.rows(self.board, statement, values)

    def queries(self, statements):
        """What each finds, in one look."""
        board = sqlite3.connect(self.board, timeout=60)
        board.row_factory = sqlite3.Row
        try:
            board.execute("BEGIN")
            return [board.execute(one).fetchall() for one in statements]
        finally:
            board.close()

    def dump(self):
        return boards.dump(self.board)

    def inventory(self):
        """The blob of every version of every file that can be had from the repository and its pool."""
        return {blob for _, _, blob in clerk.inventory(self.repo, clerk.folders(self.pool))}

    def tmux(self, *words):
        """Its output, "" where no server answers."""
        if not os.path.exists(self.socket):
            return ""
        return subprocess.run(["tmux", "-u", "-S", self.socket, *words], capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
                              timeout=PATIENCE).stdout.decode()

    def listen(self):
        """What agents have told since."""
        with self.lock:
            self.listen_alone()

    def listen_alone(self):
        try:
            with open(self.path("agents", "log"), encoding="utf-8", errors="replace", newline="\n") as file:
                file.seek(self.read)
                text = file.read()
        except FileNotFoundError:
            return
        whole = text.rpartition("\n")[0]
        if whole:
            self.read += len(whole.encode()) + 1
        for line in filter(None, whole.split("\n")):
            event, pid, run, key, said = line.split("\t", 4)
            self.hear(event, int(pid), run, int(key.rpartition("-")[2]), said)

    def hear(self, event, pid, run, ticket, said):
        if event == "start":
            self.agents[pid] = Agent(pid, run, ticket)
        elif event == "prompt":
            self.agents[pid].prompts += 1
            self.prompts.append((ticket, run, said.replace("\\n", "\n").replace("\\\\", "\\")))
        elif event == "done":
            self.acks.append((pid, said))

    def living(self):
        self.listen()
        return [one for one in self.agents.values() if one.alive()]

    def order(self, agent, order):
        """Tells it, and waits until it has done so or is dead."""
        self.listen()
        before = self.acks.count((agent.pid, order.partition(" ")[0]))
        try:
            fd = os.open(self.path("agents", str(agent.pid)), os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return
        with self.lock:
            os.write(fd, order.encode() + b"\n")
        os.close(fd)

        def obeyed():
            self.listen()
            return self.acks.count((agent.pid, order.partition(" ")[0])) > before or not agent.alive()
        until(obeyed, f"agent {agent.pid} to obey {order!r}")

    def deliver(self, ticket, text):
        """By the endpoint: to the last agent of the ticket that lives."""
        found = [one for one in self.living() if one.ticket == ticket]
        if found and not found[-1].stopped():
            self.order(found[-1], "turn " + text.replace("\\", "\\\\").replace("\n", "\\n"))
            return True
        return False

    def end(self):
        if self.endpoint:
            self.endpoint.end()
        for guest in self.guests.values():
            guest.kill()
            guest.communicate()
        self.tmux("kill-server")
        for one in self.living():
            os.kill(one.pid, signal.SIGKILL)
        shutil.rmtree(self.place, ignore_errors=True)
