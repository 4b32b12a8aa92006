"""Every call that SQLite makes of the disk: each fails once, fails for good, is cut, or is the program's last.

    store.py CASE [POINT]     all of the case, or one point of it, whose world is kept

A point is "CASE:N:CALL:WHAT", WHAT with + for that and all behind it."""
import os
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
import where
import cases
import durable
import trials
from world import BIN

SHIM = os.environ.get("MC_VFS_SHIM") or os.path.join(BIN, "..", "tests", "libmc_vfs_shim.so")
# What may happen at which call.
WHATS = {"write": ("error", "error+", "full", "full+", "part", "part+", "die", "cut", "after"),
         "read": ("error", "error+", "die"), "sync": ("error", "error+", "full+", "die", "after"),
         "truncate": ("error", "error+", "die", "after"), "size": ("error", "error+", "die"),
         "lock": ("error", "error+", "busy", "busy+", "die"), "open": ("error", "error+", "die", "after"),
         "delete": ("error", "error+", "die", "after"), "access": ("error", "error+", "die"),
         "shm_map": ("error", "error+", "full", "full+", "die", "after"),
         "shm_lock": ("error", "error+", "busy", "busy+", "die")}
# How a program may say it (SPEC 13); that it did its work all the same is fine, where it did.
DEAD = {-signal.SIGKILL}
EXITS = {"error": {0, 74}, "full": {0, 74}, "part": {0, 74}, "busy": {0, 75}, "die": DEAD, "cut": DEAD, "after": DEAD}


def traced(trace, number=0, what=""):
    extra = {"LD_PRELOAD": SHIM, "MC_VFS_TRACE": trace}
    if number:
        extra.update(MC_VFS_AT=str(number), MC_VFS_WHAT=what.rstrip("+"))
    if what.endswith("+"):
        extra["MC_VFS_ON"] = "1"
    return extra


def reference(name):
    """[durable.Call] of an undisturbed run."""
    case = cases.CASES[name]
    world = cases.make(case)
    try:
        environment = case.prepare(world)
        world.take_stock()
        with tempfile.NamedTemporaryFile(prefix="mct-trace.") as trace:
            done = trials.run_broken(case, world, environment, **traced(trace.name))
            if done.returncode and name not in trials.LOOKS:
                raise AssertionError(f"{name}: {trials.words(done)}")
            trials.check_reference(name, case, world, done)
            return [call for call in durable.read(trace.name) if call.op != "fsync"]
    finally:
        world.end()


def points(name):
    """{point: kind}"""
    return {f"{name}:{call.number}:{call.op}:{what}": alike(name, call, what)
            for call in reference(name) for what in WHATS[call.op]}


def alike(name, call, what):
    """Calls of one kind: the same functions of ours have made SQLite do this with this file. A death leaves what its
    case had done until then."""
    return name if EXITS.get(what.rstrip("+")) == DEAD else "", call.op, call.name.rpartition("/")[2], call.callers, what


def ends(calls, number, op, what):
    """How the program may end. No two runs need make all of their calls in the same order, nor is one that was its last
    always among them: at another call than it was meant for, nothing may have come of it."""
    if all(call.number < number for call in calls):
        return {0}
    hit = any((call.number, call.op) == (number, op) for call in calls)
    return EXITS[what.rstrip("+")] | (set() if hit else {0})


def trial(held, point):
    name, n, op, what = point.split(":")
    case = cases.CASES[name]
    world = held["world"] = cases.make(case)
    environment = case.prepare(world)
    world.take_stock()
    with tempfile.NamedTemporaryFile(prefix="mct-trace.") as trace:
        done = held["done"] = trials.run_broken(case, world, environment, **traced(trace.name, int(n), what))
        allowed = ends(durable.read(trace.name), int(n), op, what)
    allowed = allowed | trials.said(name)
    assert done.returncode in allowed, "no such end is in the table"
    trials.settle(world)
    trials.check_end(name, case, world, done, trials.allowed(name))


def run(bounds):
    """(how many there are, [tried], [failure])."""
    return trials.run(sys.modules[__name__], cases.CASES, bounds)


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules[__name__], sys.argv[1:]))
