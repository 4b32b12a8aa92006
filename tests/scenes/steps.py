"""Situations in which the store fails at one statement, each of them in turn, until the program comes through: what it
says of it, what has become of rows and files, and what the next pickup makes of that.

    class Dead(Situation):
        def build(self):            # what stands before, once
            ...

    class Mended(Stumbles):
        name = "mended"
        situations = Dead, ...

In NAME.txt those that go the same way stand together: "3-7" are statements; "as 3" is what was told there."""
import concurrent.futures
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import stat
import sys

from stage import BUILD, SHIM, TIMES, Scene, main, until
from sight import blind, digits
from world import lives

STEPS = os.environ.get("MC_STEPS_SHIM", os.path.join(BUILD, "tests", "libmc_steps_shim.so"))
FULL, BUSY = 13, 5  # SQLITE_…
LONG = re.compile(r'(="(?:[^"\\]|\\.){120})(?:[^"\\]|\\.)+(?=")')


class Situation(Scene):
    """orders: the programs that stumble, each by itself; then: what comes next, None: the same again.
    start: only at statements from the first on that begins so; stop: until one that begins so; spared: at none that begins
    so, for how many there are is chance.
    ends: nobody lives there before, and agents that a try has started are ended behind it; anew: another world behind each
    try that has done something, for what it does to agents cannot be taken back; waits: for what the program leaves at
    work behind it."""

    orders = ("mc-pickup", "--json"),
    then = "mc-pickup", "-v"
    start = stop = spared = None
    ends = anew = waits = False
    result = FULL
    deaf = True
    # what an agent that starts takes and one that lives writes, the clock's, and what every pickup touches
    untold = ("agent.log", "agent.log.turn-1", "agent.log.turn-2", "launch", "tmux.sock", "clock", "pane.log", "pane.log.mark",
              "last-pickup", "stumbled", "reserve", "board.db-wal", "board.db-shm")
    demo = ("--hold", "/none")
    setting = {}

    def set_up(self):
        self.hide_pauses()
        self.labels.hide(r"(?<=events/)\d+-[0-9a-f]+(?=\.json)", "<event>")
        self.labels.hide(r"(?<=last_output_at=)1\d+", "<tmux's>")
        self.configure(linger_s=0, retry={"backoff_s": 60}, **self.setting)
        self.prepare()
        self.run_quietly("mc-ticket", "init")
        self.build()
        self.settle()
        self.look_quietly()
        self.saved = {path: (mark, content(path, mark[0])) for path, mark in self.marks().items()}
        self.stamps_of_folders = {path: os.stat(path).st_mtime_ns for path in self.saved if os.path.isdir(path)}
        self.stands = self.rows, dict(self.labels.known), dict(self.labels.counts)

    def build(self):
        """What stands before."""

    def add(self, *words):
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.", *words)

    def start_one(self, *words):
        """A ticket with an agent at its first turn."""
        heard = self.heard_of("prompt")
        self.add(*words)
        self.run_quietly("mc-pickup")
        self.until_heard("prompt", heard + 1)

    def dead(self, number, run, boot):
        """Rows of an agent that was at its turn."""
        self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,pickup_pid,pickup_start,pickup_boot)"
                 "VALUES(?,?,1,'here',?,999999,1,?)", run, number, self.now, boot)
        self.sql("UPDATE tickets SET status='in_progress',run_id=?,worker_pid=999999,worker_host='here' WHERE id=?", run, number)
        self.sql("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,profile,pid,pid_start,boot_id,"
                 "turn_nonce,turn_count,tmux_target)VALUES(?,?,?,'here','running',?,'demo',999999,1,?,?,1,?)",
                 f"ticket:{number}:session", number, run, self.now, boot,
                 f"MC_TICKET_TURN:{number}:1999999999999:0123456{number}", f"mc-MC-{number}")
        self.sql("INSERT INTO ticket_messages(ticket_id,author,kind,status,run_id,created_at,body)VALUES(?,'mc-pickup','work','sent',?,1,'')",
                 number, run)

    def kill_server(self):
        self.end_tmux("kill-server")
        self.settle()

    def end_all(self):
        """And nobody finds what is still about to end."""
        ended = list(self.inhabitants(f"HOME={self.home}"))
        for pid in ended:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(map(lives, ended)), "all to end")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.socket)

    # what was, put back

    def marks(self):
        """Of each file by what to see that it is another one."""
        found = {}
        for folder, folders, names in os.walk(self.home):
            for name in folders + names:
                if name not in self.untold:
                    path = os.path.join(folder, name)
                    seen = os.lstat(path)
                    folder_too = stat.S_ISDIR(seen.st_mode)
                    found[path] = (seen.st_mode, 0, 0) if folder_too else (seen.st_mode, seen.st_mtime_ns, seen.st_size)
        return found

    def put_back(self):
        """None: it is another world that is wanted."""
        if self.anew:
            self.doCleanups()
            return None
        if self.ends:
            self.end_all()
        there = self.marks()
        for path in sorted(there.keys() - self.saved.keys(), reverse=True):
            shutil.rmtree(path) if stat.S_ISDIR(there[path][0]) else os.unlink(path)
        for path, (mark, data) in sorted(self.saved.items()):
            if there.get(path) != mark:
                put(path, mark, data)
        for path, stamp in self.stamps_of_folders.items():
            os.utime(path, ns=(stamp, stamp))
        return self

    # one try

    def stumble(self, words, number):
        """Its status and words; None: it came through."""
        self.rows, known, counts = self.stands
        self.labels.known, self.labels.counts = dict(known), dict(counts)
        self.files = {path: mark for path, (mark, _) in self.saved.items()}
        said = self.path("stumbled")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(said)
        environment = {"STEP_FAILS": str(number), "STEP_RESULT": str(self.result), "STEP_SAID": said,
                       "LD_PRELOAD": f"{SHIM}:{STEPS}"}
        for name, words_of in ("STEP_FROM", self.start), ("STEP_SPARED", self.spared):
            if words_of:
                environment[name] = words_of
        told = self.run_told(words, environment)
        if not os.path.exists(said):
            return None
        with open(said, encoding="ascii") as file:
            statement = file.read()
        if TIMES:
            print(type(self).__name__, number, statement[:60], file=sys.stderr)
        return None if self.stop and statement.startswith(self.stop) else told

    def run_told(self, words, environment=None):
        done = self.run_quietly(*words, env=environment or {})
        if self.waits:
            self.settle()
        self.lines = []
        if done.returncode:
            self.tell("= ", str(done.returncode))
        out = done.stdout.decode("utf-8", "backslashreplace").rstrip("\n")
        for mark, text in ("  ", brief(out) if "--json" in words else out), ("! ", done.stderr.decode().rstrip("\n")):
            if text:
                self.tell(mark, text)
        return self.lines

    def seen(self):
        """Rows, files and sessions; nothing where nothing is another."""
        self.lines = []
        now = self.marks()
        if now != self.files:
            self.look_rows()
            self.tell_paths(told_of(self.files), told_of(now))
            self.look_sessions()
        self.files = now
        self.lines = [LONG.sub(r"\1…", line) for line in self.lines]
        return self.lines

    def tell_paths(self, before, now):
        for path in sorted(before.keys() | now.keys(), key=lambda path: (blind(path), digits(self.labels.peek(path)))):
            if before.get(path) != now.get(path):
                self.tell("  - " if path not in now else "  ~ " if path in before else "  + ", path)

    def look_sessions(self):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server:
            server.connect(self.socket)
            names = self.tmux("list-sessions", "-F", "#{session_name}")
            if names:
                self.tell("  tmux ", " ".join(sorted(names.split())))


def content(path, mode):
    if stat.S_ISLNK(mode):
        return os.readlink(path)
    if not stat.S_ISREG(mode):
        return None
    with open(path, "rb") as file:
        return file.read()


def put(path, mark, data):
    mode, stamp, _ = mark
    if stat.S_ISDIR(mode):
        os.makedirs(path, exist_ok=True)
        os.chmod(path, stat.S_IMODE(mode))
    elif stat.S_ISREG(mode):
        # the board is known by its inode, and git's own may not be written
        if not path.endswith("board.db") and os.path.lexists(path):
            os.unlink(path)
        with open(path, "wb") as file:
            os.fchmod(file.fileno(), stat.S_IMODE(mode))
            file.write(data)
        os.utime(path, ns=(stamp, stamp))
    elif not os.path.lexists(path):
        os.symlink(data, path)


def told_of(marks):
    """Without what is told by its rows, and git's own."""
    return {path: mark for path, mark in marks.items()
            if not path.endswith((".git", "board.db")) and ".git/" not in path}


def brief(text):
    """Of an object what is no null, no nothing."""
    try:
        return " ".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in json.loads(text).items()
                        if value not in (None, [], {}) and key not in ("schema", "elapsed_ms", "error"))
    except ValueError:
        return text


class Stumbles(Scene):
    """Of situations, side by side."""

    situations = ()
    beside = 3

    def test_scene(self):
        with concurrent.futures.ThreadPoolExecutor(self.beside) as pool:
            going = [pool.submit(self.tries, kind) for kind in self.situations]
            try:
                for one in going:
                    self.lines += one.result()
                    self.compare(self.lines)
            finally:
                for one in going:
                    one.cancel()
        self.finish()

    def world(self, kind):
        world = kind("test_scene")
        world.name = self.name
        world.setUp()
        self.addCleanup(world.doCleanups)
        world.set_up()
        return world

    def tries(self, kind):
        """All of one situation; those in a row that go the same way together."""
        lines, world = [f"# {kind.__name__}: {kind.__doc__}"], self.world(kind)
        for words in world.orders:
            if len(world.orders) > 1:
                lines.append("$ " + world.labels(" ".join(words)))
            found, known = [], {}
            for number in itertools.count(1):
                told = world.stumble(words, number)
                if told is None:
                    world = world.put_back() or self.world(kind)
                    break
                gone = said_once(known, number, told)
                seen = world.seen()
                if seen:
                    gone += self.go_on(world, words, known, number)
                    world = world.put_back() or self.world(kind)
                if not found or found[-1][2] != gone:
                    found.append([number, number, gone])
                found[-1][1] = number
            for first, last, gone in found:
                lines += [str(first) if first == last else f"{first}-{last}", *gone]
        return lines

    @staticmethod
    def go_on(world, words, known, number):
        """What was seen, and where it is the first time, what is made of it."""
        seen = world.lines
        lines = said_once(known, number, seen)
        if known[tuple(seen)] == number:
            lines += ["  then", *said_once(known, number, world.run_told(world.then or words) + world.seen())]
        return lines


def said_once(known, number, lines):
    """Lines that were told before by the number of that."""
    first = known.setdefault(tuple(lines), number)
    return list(lines) or ["  (nothing is said)"] if first == number else [f"  as {first}"]
