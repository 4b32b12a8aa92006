"""Programs under inject.c: the calls of an undisturbed run, and the run in which one of them goes wrong."""
import collections
import itertools
import os
import signal
import subprocess
import time

NUMBERS = itertools.count()
TRACER = os.environ.get("MC_TRACER", "")

# A call of a run: the k-th `call` of the n-th process `name`; `loading` before its main.
Point = collections.namedtuple("Point", "name n call k flags about loading")


def may_trace():
    """Whether the tracer is built for this machine, and may follow here."""
    if not TRACER or not os.path.exists(TRACER):
        return False
    return subprocess.run([TRACER, os.devnull, "--", "true"], capture_output=True, check=False).returncode == 0


def parse(lines):
    """[Point] in their order. A program is loaded up to the first map that it gives up: the list of its libraries."""
    found, loaded = [], set()
    for line in lines:
        name, n, call, k, flags, about = (line.rstrip("\n").split("\t") + [""] * 6)[:6]
        process = (name, n)
        if not k.isdigit():
            continue  # cut at the end
        loading = not name.endswith("+") and process not in loaded
        if call in ("munmap", "execve"):
            loaded.add(process)
        found.append(Point(name, int(n), call, int(k), int(flags, 16), about, loading))
    return found


class Run:
    """One traced program; `rule` is None, or what inject.c calls a rule."""

    def __init__(self, world, argv, rule=None, **environment):
        self.out = os.path.join(world.place, f"{next(NUMBERS)}.traced")
        words = [TRACER, self.out, *([rule] if rule else []), "--", *argv]
        self.program = subprocess.Popen(words, env={**world.environment, **environment}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=world.place)

    def wait(self, seconds):
        """Status, output and errors; None for the status of one that has not come to an end by then."""
        try:
            said = self.program.communicate(timeout=seconds)
            return (self.program.returncode, *[one.decode(errors="replace") for one in said])
        except subprocess.TimeoutExpired:
            self.program.kill()
            said = self.program.communicate()
            return (None, *[one.decode(errors="replace") for one in said])

    def lines(self):
        with open(self.out, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def hit(self):
        """The call that went wrong, or None."""
        found = [line.partition("\t")[2] for line in self.lines() if line.startswith("hit\t")]
        return parse(found)[0] if found else None

    def await_hit(self, seconds):
        """The call that went wrong; what the program has started may come to it later."""
        end = time.monotonic() + seconds
        while not self.hit() and time.monotonic() < end:
            time.sleep(0.05)
        return self.hit()

    def points(self):
        return parse(self.lines()[1:])

    def leave(self):
        """Nobody is followed any more."""
        try:
            os.kill(int(self.lines()[0]), signal.SIGTERM)
        except (ProcessLookupError, IndexError):
            pass  # gone by itself


def rule_for(point, what):
    return f"{point.name}:{point.n}:{point.call}:{point.k}:{what}"
