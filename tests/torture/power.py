"""The power goes: at a call that SQLite makes of the disk, or the moment after a program has succeeded.

    power.py CASE [POINT]     all of the case, or one point of it, whose world is kept

A point is "CASE:N:CALL:HOW:K": at the N-th call; of what was not yet on the disk none, all, a subset, a subset in
another order, or torn sectors reach it, as the K-th throw of the dice has it; "bare": none, and of our own files none
that was not flushed. "end" for N: behind the program's end. Everything that ran is gone, and the machine starts anew."""
import os
import signal
import sys
import tempfile
import uuid

sys.dont_write_bytecode = True
import where
import cases
import check
import durable
import store
import trials
from world import BIN

BOOT_SHIM = os.environ.get("MC_BOOT_SHIM") or os.path.join(BIN, "..", "tests", "libmc_boot_shim.so")
CUTS = {"write", "sync", "truncate", "delete", "open", "shm_map"}
THROWS = 2
# The world's own, which is no program's to flush: what was there to begin with, and the witnesses.
WITNESSES = ("agent.log", "config.json", "repo", "pool", "lines", "boot", "trace")


def points(name):
    """{point: kind}; a kind is of one case, and then as of store.py."""
    found = {f"{name}:{call.number}:{call.op}:{how}:1": (name, *store.alike(name, call, how))
             for call in store.reference(name) if call.op in CUTS for how in durable.HOW}
    ends = [f"{name}:end:end:{how}:{k}" for how in durable.HOW for k in range(1, 3 * THROWS)]
    return {**found, **{point: point for point in ends}}


def skip(world):
    """Which paths are not held against the trace: the board's own files, and what no program of ours wrote."""
    outside = {os.path.join(world.place, name) for name in WITNESSES}
    return lambda path: path in outside or path.startswith(world.board)


def run_until(case, world, environment, trace, point):
    """The program, up to the call at which the power goes."""
    n = point.split(":")[1]
    extra = store.traced(trace, *(() if n == "end" else (int(n), "die")))
    done = trials.run_broken(case, world, environment, **extra)
    ends = {0, 69} if case.argv[1:] == ["health"] else {0}
    assert done.returncode in (ends if n == "end" else {*ends, -signal.SIGKILL}), "it did not end by the power"
    return done


def kill_all(world):
    """What ran is gone, and nobody has closed anything; the socket lies there."""
    server = world.tmux("list-sessions", "-F", "#{pid}").stdout.split()[:1]
    for pid in [*map(int, server), *(one.pid for one in world.processes())]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    trials.until(lambda: not world.processes(), "the end of all")


def start_anew(world):
    """Another boot id from now on, for each program that is started."""
    path = os.path.join(world.place, "boot")
    with open(path, "w", encoding="ascii") as file:
        file.write(str(uuid.uuid4()) + "\n")
    world.environment.update(LD_PRELOAD=BOOT_SHIM, MC_BOOT=path)


def check_turns(world, turns):
    """No prompt twice; a turn that the power ended may be begun once more by another run."""
    prompts = world.prompts()
    assert len(set(prompts)) == len(prompts), f"a prompt was submitted twice: {prompts}"
    assert len(prompts) <= 2 * turns, f"a turn was begun too often: {prompts}"


def check_after(name, case, world, succeeded):
    """The promises; what rested with an agent may be back in the queue."""
    allowed = trials.allowed(name) | ({"todo"} if case.tickets else set())
    check.check_board(world)
    if succeeded:
        cases.check_promised(name, case, world)
    if hasattr(case, "after"):
        case.after(world)
    check.check_tickets(world, allowed)
    check.check_agents(world)
    check_turns(world, case.most())
    check.check_messages(world)
    check.check_lost(world)
    if world.known is not None:
        check.check_slots(world)
    check.check_calm(world)


def trial(held, point):
    name, n, _, how, _ = point.split(":")
    case = cases.CASES[name]
    dice = durable.dice(how, point)
    world = held["world"] = cases.make(case)
    before = durable.snapshot(world.place, skip(world))
    with tempfile.NamedTemporaryFile(prefix="mct-trace.") as trace:
        world.environment.update(store.traced(trace.name))
        environment = case.prepare(world)
        world.take_stock()
        base, earlier = durable.files_of(world.board), len(durable.read(trace.name))
        done = held["done"] = run_until(case, world, environment, trace.name, point)
        kill_all(world)
        calls = durable.read(trace.name)
    held["cut"] = [one.replace(world.place, "") for one in durable.cut_files(world.place, before, calls,
                                                                             (dice, skip(world)))]
    durable.cut_board(world.board, base, calls[earlier:], (how, dice))
    start_anew(world)
    for _ in range(2):
        world.pickup()
    check_after(name, case, world, done.returncode == 0)


def run(bounds):
    """(how many there are, [tried], [failure])."""
    return trials.run(sys.modules[__name__], cases.CASES, bounds)


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules[__name__], sys.argv[1:]))
