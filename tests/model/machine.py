"""One machine of a world: its home, its configuration, its clocks, its tmux server and its repository."""
import functools
import json
import os
import shutil
import subprocess
import time

from endpoint import Endpoint
from engine import BIN, BUILD, PATH, PATIENCE, made_folder, write
from world import clerk

AGENT = os.path.join(BUILD, "unit", "model_agent")
SHIMS = " ".join(os.environ.get(name, os.path.join(BUILD, "tests", file)) for name, file in
                 (("MC_CLOCK_SHIM", "libmc_clock_shim.so"), ("MC_BOOT_SHIM", "libmc_boot_shim.so")))
WALL, AWAKE, BOOT, FILES = range(4)  # clocks
REAL = {AWAKE: time.CLOCK_MONOTONIC, BOOT: time.CLOCK_BOOTTIME}
NAMES = "abc"


@functools.cache
def repository():
    """Copied for each place, of this process and of those that it forks later; beside it what it pushes to."""
    made = made_folder()
    repo = os.path.join(made, "repo")
    write(os.path.join(repo, "README"), "one\ntwo\n")
    write(os.path.join(repo, ".gitignore"), "build/\n")
    for words in (["init", "-q", "-b", "main"], ["config", "user.name", "Person"],
                  ["config", "user.email", "person@example.org"], ["add", "-A"],
                  ["commit", "-q", "-m", "The first commit"]):
        clerk.git(repo, *words)
    clerk.git(made, "clone", "-q", "--bare", repo, "origin.git")
    return made


class Machine:
    """Of a file it is the only one, and all that it has is beside the board."""

    def __init__(self, place, number):
        board = place.board
        self.shared = board.shared
        self.number, self.name = number, NAMES[number]
        self.home = place.path(self.name) if board.shared else place.place
        self.state = self.path(".local", "state", "mc-pickup") if board.shared else self.home
        self.socket = os.path.join(self.state, "tmux.sock")
        self.repo, self.pool = self.path("repo"), os.path.join(self.state, "pool", "default")
        self.offsets = [0, 0, 0, 0]  # ms
        self.boots, self.runs = 0, True
        self.endpoint = None
        self.guests, self.ghosts = {}, set()  # clients that people have attached, by session; sessions of theirs
        os.makedirs(self.home, 0o700, exist_ok=True)
        self.door = self.path("server")  # of a database, as this machine reaches it
        self.board = board.name_by(self.door) if board.shared else board.name
        self.of_agents = f"spool:{self.state}" if board.shared else self.board
        self.environment = {"PATH": BIN + ":" + PATH, "HOME": self.home, "LOGNAME": "tester",
                            "MC_DB": self.board, "MC_PICKUP_CONFIG": self.path("config.json"),
                            "LD_PRELOAD": SHIMS, "MC_CLOCK_OFFSETS": self.path("offsets"),
                            "MC_BOOT": self.path("boot")}

    def path(self, *names):
        return os.path.join(self.home, *names)

    def furnish(self, place, settings):
        """settings: of a world, see history.py; what is not known here is of the configuration."""
        demo = {"command": [AGENT, place.path("agents")], "reports": settings.pop("reports"), "startup_timeout_s": 10,
                "first_turn": settings.pop("first_turn")}
        config = {"profile": "demo", "profiles": {"demo": demo}, "linger_s": 0}
        slots = settings.pop("pool")
        if place.board.shared:
            config["host"] = self.name
            ahead = settings.pop("clocks")[self.number]
            self.offsets = [ahead * 1000, 0, 0, ahead * 1000]
            self.join(place.board)
            if settings.pop("agents_on_board"):
                self.of_agents = config["agents_database"] = self.board
        if settings.pop("http", False):
            self.endpoint = Endpoint(lambda ticket, text: place.deliver(self, ticket, text))
            settings["send"] = {"transport": "http", "url": self.endpoint.url()}
        if slots:
            config["workspace"] = {"repo": self.repo, "size": slots, **self.clone(place)}
        write(self.environment["MC_PICKUP_CONFIG"], json.dumps({**config, **settings}))
        self.set_clocks()
        self.boot_anew()

    def clone(self, place):
        """Of several each has one of its own, and they push to what they share."""
        shutil.copytree(os.path.join(repository(), "repo"), self.repo, symlinks=True)
        if not place.board.shared:
            return {}
        clerk.git(self.repo, "remote", "add", "origin", place.origin)
        return {"push": "origin"}

    def set_clocks(self):
        write(self.path("offsets"), " ".join(map(str, self.offsets)))

    def pass_by(self, ms, clocks):
        for which in clocks:
            self.offsets[which] += ms
        self.set_clocks()

    def boot_anew(self):
        """But for the first time its clocks that count since then begin anew."""
        if self.boots:
            for which, clock in REAL.items():
                self.offsets[which] = -int(time.clock_gettime(clock) * 1000)
            self.set_clocks()
        self.boots += 1
        self.runs = True
        write(self.path("boot"), f"{self.boots:08d}-0000-4000-8000-{self.number:012d}\n")

    def join(self, board):
        if self.shared and not os.path.islink(self.door):
            os.symlink(board.server.place, self.door)

    def cut(self):
        if os.path.islink(self.door):
            os.unlink(self.door)

    def there(self):
        """Up, and able to reach the board."""
        return self.runs and (os.path.islink(self.door) or not self.shared)

    def start(self, *words, under=(), **extra):
        return subprocess.Popen([*under, os.path.join(BIN, words[0]), *words[1:]], env={**self.environment, **extra},
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                cwd=self.home)

    def run(self, *words, **extra):
        one = self.start(*words, **extra)
        return one, *one.communicate(timeout=4 * PATIENCE)

    def tmux(self, *words):
        """Its output, "" where no server answers."""
        if not os.path.exists(self.socket):
            return ""
        return subprocess.run(["tmux", "-u", "-S", self.socket, *words], capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, env={"PATH": PATH, "LC_ALL": "C.UTF-8"},
                              timeout=PATIENCE).stdout.decode()

    def sessions(self):
        """{name: run}"""
        listed = self.tmux("list-sessions", "-F", "#{session_name} #{@mc_run}")
        return dict((line + " ").split(" ")[:2] for line in listed.splitlines())

    def has_run(self, run):
        return os.path.isdir(os.path.join(self.state, "run", run))

    def send_guests_away(self):
        for one in self.guests.values():
            one.kill()
            one.communicate()
        self.guests.clear()

    def end(self):
        if self.endpoint:
            self.endpoint.end()
        self.send_guests_away()
        self.tmux("kill-server")
