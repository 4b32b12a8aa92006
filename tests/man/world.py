"""A home of its own for what the pages show: programs, stubs and repositories, and nothing of the caller's."""
import json
import os
import pty
import shlex
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from words import BIN


def mounts_are_allowed():
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0


def within(seconds, true):
    """Waits until it is true."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not true after {seconds} s: {true}")
        time.sleep(0.05)


class World:
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="mcx.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        self.state = self.path(".local/state/mc-pickup")
        self.board = os.path.join(self.state, "board.db")
        self.config = self.path(".config/mc-pickup/config.json")
        self.env = {"HOME": self.home, "LOGNAME": "ada", "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": self.home,
                    "PATH": f"{self.path('bin')}:{BIN}:/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
        self.out = ""
        self.write(".gitconfig", "[user]\nname = ada\nemail = ada@localhost\n[protocol \"file\"]\nallow = always\n"
                                 "[init]\ndefaultBranch = main\n[advice]\ndetachedHead = false\n")

    def end(self):
        """Ends the tmux server and whatever has this home in its environment, then the home."""
        subprocess.run(["tmux", "-S", os.path.join(self.state, "tmux.sock"), "kill-server"], capture_output=True,
                       check=False)
        mark = f"HOME={self.home}".encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    if mark in file.read().split(b"\0"):
                        os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass
        shutil.rmtree(self.home, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.home, name)

    def write(self, name, text, mode=0o600):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def configure(self, *demo, **keys):
        """The demo agent with these options, and these keys."""
        own = {"command": ["mc-demo-agent", "--log", self.path("agent.log"), "--busy", "0", *demo],
               "startup_timeout_s": 60}
        self.write(".config/mc-pickup/config.json",
                   json.dumps({"profile": "demo", "profiles": {"demo": own}, "retry": {"backoff_s": 0}, **keys}))

    def begin(self, *demo, **keys):
        self.configure(*demo, **keys)
        self.sh("mc-ticket init")

    def stub(self, name, script="exit 0"):
        """A program of this name that notes its arguments, a line a call, in NAME.asked, and then does this."""
        self.write(f"bin/{name}", f"#!/bin/sh\necho \"$@\" >>{shlex.quote(self.path(name))}.asked\n{script}\n", 0o700)

    def sh(self, line, code=0, cwd="", **more):
        """Runs a line as a person types it; its output."""
        done = subprocess.run(["bash", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**self.env, **more}, cwd=self.path(cwd), check=False, timeout=60)
        if done.returncode != code:
            raise AssertionError(f"{line}\nexit {done.returncode}: {done.stdout}{done.stderr}")
        self.out = done.stdout
        return done.stdout

    def session(self, text, cwd=""):
        """Runs what stands behind "$ ", and compares what stands below each with its output."""
        steps = []
        for line in text.splitlines():
            if line.startswith("$ "):
                steps.append([line[2:], []])
            elif steps[-1][0].endswith("\\") or steps[-1][0].count("'") % 2:
                steps[-1][0] += "\n" + line
            else:
                steps[-1][1].append(line)
        for line, shown in steps:
            printed = self.sh(line, cwd=cwd)
            if shown and printed.splitlines() != shown:
                raise AssertionError(f"{line}\nprints {printed!r}, not {shown}")
        return len(steps)

    def cron(self, line, places=()):
        """Runs a line of a crontab as cron does: a shell of its own, a short PATH, output is mail. What stands in
        /usr/local/bin is the build; `places` are folders that are there."""
        *fields, command = line.split(" ", 5)
        if [set(field) <= set("0123456789*/,-") for field in fields] != [True] * 5 or "%" in command:
            raise AssertionError(f"not a line of a crontab: {line}")
        env = {"HOME": self.home, "LOGNAME": "ada", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
        argv = ["/bin/sh", "-c", command]
        if mounts_are_allowed():
            make = "".join(f"mount -t tmpfs none {os.sep.join(at.split(os.sep)[:2])} && mkdir -p {at} && " for at in places)
            argv = ["unshare", "-rm", "/bin/sh", "-c", f"mount --bind {BIN} /usr/local/bin && {make}"
                    "/bin/sh -c \"$1\" && if [ -n \"$2\" ]; then cat \"$2\"/*; fi", "sh", command, *places]
        else:
            for at in ("/usr/local/bin", *places):
                os.makedirs(self.path("root" + at), exist_ok=True)
                argv[-1] = argv[-1].replace(at, BIN if at == "/usr/local/bin" else self.path("root" + at))
            argv[-1] += "".join(f" && cat {self.path('root' + at)}/*" for at in places)
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, cwd=self.home,
                              check=False, timeout=60)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{line}\nexit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def terminal(self, line, until):
        """Runs a line on a terminal, 120 columns wide, until this is true."""
        pid, master = pty.fork()
        if pid == 0:
            os.execvpe("bash", ["bash", "-c", "stty cols 120 rows 40; exec " + line],
                       {**self.env, "TERM": "xterm-256color"})
        os.set_blocking(master, False)

        def done():
            try:
                os.read(master, 65536)
            except OSError:
                pass
            return until()

        within(30, done)

    def sql(self, *statements):
        """On the board; the rows of the last one."""
        with sqlite3.connect(self.board, timeout=30) as db:
            for statement in statements:
                rows = db.execute(statement).fetchall()
        db.close()
        return rows

    def status(self, number=1):
        return self.sql(f"SELECT status FROM tickets WHERE id={number}")[0][0]

    def until(self, status, number=1):
        within(30, lambda: self.status(number) == status)

    def agent(self, number=1):
        """The environment of the agent at work on it."""
        pid, = self.sql(f"SELECT pid FROM runtime_sessions WHERE ticket_id={number}")[0]
        with open(f"/proc/{pid}/environ", encoding="utf-8") as file:
            return dict(pair.split("=", 1) for pair in file.read().split("\0") if "=" in pair)

    def repository(self, name, **files):
        """A git repository with one commit on main."""
        at = self.path(name)
        os.makedirs(at)
        self.write(os.path.join(name, "README"), "here\n")
        for file, text in files.items():
            self.write(os.path.join(name, file), text)
        self.sh("git init -q . && git add -A && git commit -q -m first", cwd=name)
        return at
