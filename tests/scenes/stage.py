"""A scene: real programs play their parts in a world of their own, whose clock stands still, and all that can be seen
of it is written down: what they print, every row of the board, every file with its mode, git, tmux, and what the agent
was sent. It has to be, byte for byte, what stands in NAME.txt beside the scene. After each step what is another than
before is told.

    class Life(Scene):
        name = "life"

        def play(self):
            self.ticket("add", "One")
            self.pickup("-v")

`test_NAME.py --write` writes NAME.txt anew: look at what git says is another. With --times it says how long each step
took, and what was told last where a step fails."""
import concurrent.futures
import contextlib
import difflib
import functools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, "..", "kill"))
import world
from labels import Labels
from sight import Sight

BIN = os.environ["MC_BIN"]
BUILD = os.environ.get("MC_BUILD", "")
SHIM = os.environ.get("MC_STILL_SHIM", os.path.join(BUILD, "tests", "libmc_still_shim.so"))
START = 2000000000000  # 2033-05-18T03:33:20Z
AWAKE = 8000000000  # ms, ../clock/still.c
PATIENCE = 120
TMUX = shutil.which("tmux")
ACTOR = "python3"  # as actor.py is called by the kernel
WRITE = "--write" in sys.argv
WORDS_OF = {"tmux -V": "tmux 3.3a", "git --version": "git version 2.39."}
TIMES = "--times" in sys.argv
until = functools.partial(world.until, patience=PATIENCE)


def same_words():
    """Scenes tell what tmux and git say, which other versions say otherwise."""
    for command, words in WORDS_OF.items():
        said = subprocess.run(command.split(), capture_output=True, text=True, check=False).stdout.strip()
        if not said.startswith(words):
            print(f"skipped: {said}; the scenes are written down with {words}")
            sys.exit(77)


same_words()


class Scene(Sight, unittest.TestCase):
    name = None
    maxDiff = None
    config = {}
    demo = ()  # options of mc-demo-agent

    def setUp(self):
        if self.name is None:
            self.skipTest("no scene")
        self.home = tempfile.mkdtemp(prefix="mcs.", dir=world.memory())  # where sizes are the same everywhere
        self.addCleanup(self.end)
        self.board, self.socket = self.path("state", "board.db"), self.path("state", "tmux.sock")
        self.labels = Labels({self.home: "/T", BIN: "/BIN", SHIM: "/STILL", os.path.dirname(os.path.dirname(HERE)): "/SRC"})
        self.lines, self.rows, self.files, self.heard, self.before = [], {}, {}, 0, []
        self.labels.hide(rf"\b{os.uname().nodename}\b", "<machine>")
        self.labels.hide(r"\b\d+:\d+ (?=/T/state/board)", "(file) ")
        self.labels.hide(r"(?<![\d.])\d+\.\d+\.\d+(?![\d.])", "<version>")
        self.labels.hide(r"\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:]{8} 20\d\d", "<now>")  # tmux's own clock
        self.labels.hide(r"(?<=oom: )(?:no\b|unknown \(the kernel[^)]*\))", "<what the kernel tells>")
        self.labels.hide(r"\bafter \d+ ms\b", "after * ms")
        for word, pattern in (("tmux V", r"\btmux \d+\.\d+\w*"), ("git V", r"\bgit (?:version )?\d+\.\d+[.\d]*"),
                              ("SIZE free", r"[\d.]+ [KMGT]iB free"), ("board.db: SIZE", r"\bboard.db: \d+ KiB")):
            self.labels.hide(pattern, word)
        # a server of which the last session ends is another one later, or still the same
        self.labels.hide(r"(?<![\w%])%\d+\b", "%N")
        self.labels.hide(r"(?s)<style>.*?</style>", "<style/>")
        self.now, self.stamps = START, []
        self.set_clock()
        self.still = {"LD_PRELOAD": SHIM, "STILL_CLOCK": self.path("clock")}
        path = ":".join((self.path("bin"), os.path.join(HERE, "machine"), BIN, "/usr/local/bin", "/usr/bin", "/bin"))
        self.environment = {"PATH": path, "HOME": self.home,
                            "LOGNAME": "ada", "TZ": "UTC", "LC_ALL": "C.UTF-8", "MC_DB": self.board,
                            "MC_PICKUP_CONFIG": self.path("config.json"), "GIT_CONFIG_NOSYSTEM": "1", **self.still}
        self.wanted = self.read_wanted()

    def read_wanted(self):
        if WRITE:
            return None
        with open(os.path.join(HERE, self.name + ".txt"), encoding="utf-8", newline="\n") as file:
            return file.read().split("\n")

    def test_scene(self):
        self.set_up()
        try:
            self.play()
        except BaseException:
            if TIMES:
                print("\n".join(self.lines[-60:]), file=sys.stderr)
            raise
        self.finish()

    def set_up(self):
        self.configure(**self.config)
        self.prepare()
        self.run_quietly("mc-ticket", "init")
        self.look_quietly()

    def prepare(self):
        """What is there before the scene begins, and is not told."""

    def play(self):
        raise NotImplementedError

    def finish(self):
        if WRITE:
            with open(os.path.join(HERE, self.name + ".txt"), "w", encoding="utf-8", newline="\n") as file:
                file.write("\n".join(self.lines) + "\n")
            return
        self.compare(self.lines + [""])

    def compare(self, lines):
        """As soon as something is another than it was."""
        if WRITE:
            return
        wanted = self.wanted[:len(lines)]
        if lines != wanted:
            first = next((n for n, pair in enumerate(zip(lines, wanted)) if pair[0] != pair[1]), len(wanted))
            begin = max(0, first - 3)
            shown = "\n".join(difflib.unified_diff(wanted[begin:], lines[begin:], "wanted", "found", lineterm="", n=3))
            self.fail(f"{self.name}.txt, line {first + 1}\n{shown[:6000]}")

    def tell(self, mark, text):
        text = self.labels(text)
        if "PID  PROCESS" in text or "SLOT  " in text:
            text = self.labels.table(text)
        for line in text.split("\n"):
            self.lines.append((mark + line).rstrip(" "))

    # the world

    def path(self, *names):
        return os.path.join(self.home, *names)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
        return path

    def configure(self, demo=None, **keys):
        own = {"command": ["mc-demo-agent", "--busy", "0", "--log", self.path("agent.log"),
                           *(self.demo if demo is None else demo)],
               "startup_timeout_s": 60, "reports": False, "env": self.still}
        self.write("config.json", json.dumps({"profile": "demo", "host": "here", "retry": {"backoff_s": 0},
                                              "profiles": {"demo": own}, **keys}))

    def repository(self, name="repo"):
        """With one commit on main, by ada."""
        self.write(f"{name}/README", "one\n")
        self.write(".gitconfig", "[user]\nname = ada\nemail = ada@localhost\n")
        for words in ["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]:
            self.run_quietly("git", *words, cwd=self.path(name))

    def teller(self):
        """The program for "notify" that writes down what it is told."""
        return self.write("bin/tell", f"#!/bin/sh\n(env | grep ^MC_ | sort; cat) >>{self.path('told')}\n", 0o700)

    def hide_pauses(self):
        """How long is waited before another try is partly chance."""
        self.labels.hide(r"(?<=next_attempt_at=)20\d+|(?<=next_attempt_at\":)20\d+|(?<=waited_ms=)[1-9]\d+", "<soon>")
        self.labels.hide(r"(?<=next try )[-\d]+ [:\d]+|(?<=until )2033-[-\d]+ [:\d]+|(?<=due in )\d+ \w+"
                         r"|(?<=not before )2033-[-\d]+ [:\d]+", "<soon>")
        self.labels.hide(r"(?<=open_until\\\":)2\d+|(?<=open_until\":)2\d+", "<soon>")

    def turn(self, status, number=1):
        """Its agent ends its turn (--hold go)."""
        heard = self.heard_of("signal")
        self.write("go", "")
        self.until_heard("signal", heard + 1)
        self.until_rows([(status,)], f"SELECT status FROM tickets WHERE id={number}")
        self.settle()
        self.look()
        self.compare(self.lines)

    def set_clock(self):
        time.sleep(0.01)  # files are stamped by a clock that ticks every few milliseconds
        self.stamps.append(f"{time.time_ns() - 5000000} {self.now}")
        with open(self.path("clock.new"), "w", encoding="ascii") as file:
            file.write("\n".join([str(self.now), *self.stamps, ""]))
        os.rename(self.path("clock.new"), self.path("clock"))

    def later(self, seconds):
        """The clock goes on by so many seconds."""
        self.now += int(seconds * 1000)
        self.set_clock()
        self.tell("* ", f"{seconds} s later")

    def sql(self, statement, *values):
        board = sqlite3.connect(self.board, timeout=60)
        try:
            with board:
                return board.execute(statement, values).fetchall()
        finally:
            board.close()

    def run_quietly(self, *words, **options):
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        program = os.path.join(BIN, words[0]) if words[0].startswith("mc-") else words[0]
        options = {"cwd": self.home, "env": {**self.environment, **options.pop("env", {})}, **options}
        return subprocess.run([program, *words[1:]], check=False, capture_output=True, timeout=4 * PATIENCE, **options)

    def tmux(self, *words, **options):
        """What the world's server says; asked by tmux itself, whatever a scene has put into its place."""
        return self.run_quietly(TMUX, "-S", self.socket, *words, **options).stdout.decode().rstrip("\n")

    def end_tmux(self, *words):
        """A session, or all: a server that goes with its last one is gone, and not about to go."""
        server = self.tmux("display-message", "-p", "#{pid}")
        self.tmux(*words)
        until(lambda: not server or not world.lives(server) or self.tmux("list-sessions"), "the server's end")

    def run_meanwhile(self, meanwhile, *words, **options):
        thread = concurrent.futures.ThreadPoolExecutor(1)
        done = thread.submit(self.run_quietly, *words, **options)
        meanwhile()
        return done.result()

    # steps

    def run_program(self, *words, look=True, fresh=False, meanwhile=None, **options):
        """Runs it and tells all of it (fresh: the lines that the one before had not); then what has changed by it.
        meanwhile() is called while it runs."""
        began = time.monotonic()
        done = self.run_meanwhile(meanwhile, *words, **options) if meanwhile else self.run_quietly(*words, **options)
        if TIMES:
            print(f"{time.monotonic() - began:.2f}", *words, file=sys.stderr)
        told = " ".join(word if word and not set(word) & set(" \n'\"") else json.dumps(word) for word in words)
        extra = "".join(f"{name}={value} " for name, value in options.get("env", {}).items())
        self.tell("$ ", extra + told)
        for mark, text in ("  ", done.stdout), ("! ", done.stderr):
            if text:
                text = text.decode("utf-8", "backslashreplace")
                if fresh and mark == "  ":
                    text = self.unsaid(self.labels(text))
                self.tell(mark, text[:-1] if text.endswith("\n") else text + "\\")
        if done.returncode:
            self.tell("= ", str(done.returncode))
        if look:
            self.look()
        self.compare(self.lines)
        return done

    def unsaid(self, text):
        before, self.before = self.before, text.split("\n")
        return "\n".join(line for line in self.before if line not in before or not line) or "(nothing new)"

    def ticket(self, *words, **options):
        return self.run_program("mc-ticket", *words, **options)

    def pickup(self, *words, **options):
        return self.run_program("mc-pickup", *words, **options)

    def tickets(self, *lines):
        """Commands that change nothing."""
        for line in lines:
            self.ticket(*(line.split(" ") if isinstance(line, str) else line), look=False)
        self.look()

    def settle(self):
        """Until nobody works but agents, their logs and tmux."""
        until(lambda: not self.others(), "the others to end")

    def over(self, number, *also):
        """It is cancelled, and its agent ended."""
        for words in ("mc-ticket", "cancel", f"MC-{number}"), *also, ("mc-pickup", "--heal-only"):
            self.run_quietly(*words)
        self.settle()
        self.look_quietly()

    def others(self):
        return [name for _, name in self.programs() if name not in ("tmux: server", "mc-demo-agent", "mc-log", "agent", ACTOR)]

    def programs(self):
        """(pid, name) of those that run in this world."""
        for pid in self.inhabitants(f"HOME={self.home}"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                    name = file.read().strip()
                yield pid, name

    @staticmethod
    def inhabitants(mark):
        """Processes in whose environment that stands."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/environ", "rb") as file:
                    found = mark.encode() in file.read()
                if found:
                    yield int(pid)

    def change(self, statement, *values):
        """A row that somebody's hand has changed."""
        self.tell("% ", " ".join([statement, *map(str, values)]))
        self.sql(statement, *values)
        self.look_quietly()

    def is_reaped(self, pid):
        self.tmux("run-shell", "true")  # 3.3a may see a child's end only by another's
        return not os.path.exists(f"/proc/{pid}")

    def until_rows(self, wanted, statement):
        until(lambda: self.sql(statement) == wanted, f"{statement} to be {wanted}")

    def until_heard(self, event, count=1):
        """Until the agents have noted so many events of this kind."""
        until(lambda: self.heard_of(event) >= count, f"{count} {event}")

    def heard_of(self, event):
        """How many of this kind agents have noted."""
        return [one["event"] for one in self.events()].count(event)

    def last(self):
        """The number of the youngest ticket."""
        return self.sql("SELECT max(id) FROM tickets")[0][0]

    def events(self):
        try:
            with open(self.path("agent.log"), encoding="utf-8") as file:
                return [json.loads(line) for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return []

    def end(self):
        if os.path.exists(self.socket):
            self.tmux("kill-server")
        for pid in self.inhabitants(self.home):
            if pid != os.getpid():
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.home, ignore_errors=True)


def main():
    """The scenes of the file that is run."""
    sys.argv = [word for word in sys.argv if word not in ("--write", "--times")]
    unittest.main(module="__main__")
