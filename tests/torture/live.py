"""Cases with agents: one call of a pickup, of a word, or of anything that they start goes wrong; two pickups follow."""
import contextlib
import re

import check
import kernel
import matrix
import tracer

PATIENCE = 60  # seconds; a program that is not over by then hangs
OURS = ("mc-pickup", "mc-ticket", "mc-http", "mc-launch", "mc-log", "mc-notify", "mc-demo-agent")
# They live on when the program that was called is over.
LASTING = ("mc-launch", "mc-log", "mc-demo-agent", "sh", "utempter")
DISK = {"write", "pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate", "writev"}


class NotReached(Exception):
    """A call that the undisturbed run made, such as one more look at a pane, was not needed this time, or was
    another."""


def same(hit, point):
    """Whether what went wrong is what was meant: a number more or less of looks before it makes another call of it."""
    if point.call == "*":
        return bool(hit)
    meant = hit and hit.call not in ("fcntl", "open", "openat", "mmap") or hit and hit.flags == point.flags
    return meant and kernel.kind(hit.about) == kernel.kind(point.about)


def plain(text, world):
    """Without what is another's in each world and at each moment."""
    text = text.replace(world.place, "PLACE")
    text = re.sub(r"\b[0-9a-f]{8,}\b|\d+", "#", text)
    return re.sub(r" +", " ", re.sub(r"# (ms|s|min|h)\b|just now", "#", text))


def worth_trying(point):
    """The demo agent's own log is the witness of these tests."""
    return "agent.log" not in point.about and point.name not in ("utempter", "utempter+")


def exits(argv, point, what):
    """With what the program that was called may end."""
    if point.name != argv[0] or point.n != 1:
        return matrix.ERROR_EXITS
    if what == "kill":
        return {-9}
    if point.loading:
        return set(range(-64, 128))  # the loader's affair
    if kernel.passes_unseen(what):
        return {0}
    if point.call in DISK and what in ("ENOSPC", "EIO"):
        return {0, 73, 74}
    return matrix.ERROR_EXITS | {77, 78}


def check_said(argv, status, said, point):
    """What ends otherwise than well says in whose name, of what, and why."""
    if status in (0, -9, 127) or point.loading:
        return
    lines = said.strip().splitlines()
    assert lines, f"{argv[0]} ended with {status} and said nothing"
    for line in lines:
        assert line.startswith((argv[0] + ": ", "MC-")), f"not in the name of {argv[0]}: {line}"
        assert not line.endswith(": "), f"half a message: {line}"


def check_sense(text):
    """No fault brings these: they are what comes of one that was not looked at."""
    for nonsense in ("Bad file descriptor", ": Success", "not an error", "(null)"):
        assert nonsense not in text, f"says nothing: {text.strip()}"


@contextlib.contextmanager
def telling(status, said):
    """What is not in order is told with the end of the program."""
    try:
        yield
    except AssertionError as failure:
        raise AssertionError(f"{failure} (exit {status}, {said.strip()})") from None


class Live:
    """A case of matrix.py."""

    def __init__(self, case):
        self.case = case
        self.said = ""

    def world(self):
        return self.case.make_world(startup_timeout_s=10)

    def settle(self, world):
        self.case.settle(world)

    def reference(self):
        """The points of the undisturbed run, which must end well."""
        world = self.world()
        try:
            environment = self.case.prepare(world)
            world.take_stock()
            run = tracer.Run(world, self.case.program(), **environment)
            status, _, said = run.wait(PATIENCE)
            assert status == 0, f"{self.case.argv}: {status} {said}"
            self.said = plain(said, world)
            if self.case.rests:
                self.settle(world)
            check.check_world(world, self.case.most(), self.case.finished)
            run.leave()
            return [point for point in run.points() if worth_trying(point)]
        finally:
            world.end()

    def trial(self, point, what):
        """What the program that was called said; AssertionError where anything is not in order."""
        world = self.world()
        run = None
        try:
            environment = self.case.prepare(world)
            world.take_stock()
            run = tracer.Run(world, self.case.program(), tracer.rule_for(point, kernel.rule_word(what)), **environment)
            status, _, said = run.wait(PATIENCE)
            assert status is not None, f"hangs, having said: {said}"
            hit = run.await_hit(3 if point.name.startswith(LASTING) else 0)
            if not same(hit, point):
                raise NotReached
            with telling(status, said):
                self.judge(world, point, what, status, said)
            return plain(said, world)
        finally:
            if run:
                run.leave()
            world.end()

    def judge(self, world, point, what, status, said):
        argv = self.case.argv
        may = exits(argv, point, what)
        assert status in may, f"ended with {status}, not one of {sorted(may)}"
        check_said(argv, status, said, point)
        check_sense(said)
        unseen = kernel.passes_unseen(what) and point.name.rstrip("+") in OURS and not point.loading
        if unseen:
            assert plain(said, world) == self.said, "another word than without it"
        self.settle(world)
        check.check_world(world, self.case.most(), self.case.finished if unseen else self.case.allowed)
