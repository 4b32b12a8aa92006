"""No more memory: each allocation of each program fails once, or that and all behind it.

    memory.py CASE [POINT]     all of the case, or one point of it, whose world is kept

A point is "CASE:PROGRAM:N:once" or "CASE:PROGRAM:N:on". What the program starts goes on with all the memory there is; a
program that another starts (mc-launch, mc-http, mc-notify; mc-log allocates nothing) is reached by a stand-in that sets
the scene."""
import os
import struct
import sys
import tempfile

sys.dont_write_bytecode = True
import where
import cases
import children
import trials
from world import BIN

SHIM = os.environ.get("MC_MEMORY_SHIM") or os.path.join(BIN, "..", "tests", "libmc_memory_shim.so")
SCENE = "export LD_PRELOAD={shim} MC_MEMORY_OF={program} MC_MEMORY_COUNT={count} MC_MEMORY_AT={at} {on}\n"
INNER = {"mc-launch": ("dispatch", "argv"), "mc-http": ("http", "busy"), "mc-notify": ("notify",)}
OWN = {0, 71}
# What an agent's hook calls is never its failure; what it could not say is then read off the screen.
HOOKS = {"turn-event", "spooling"}


def variables(program, count, at=0, on=False):
    found = {"LD_PRELOAD": SHIM, "MC_MEMORY_OF": program, "MC_MEMORY_COUNT": count, "MC_MEMORY_AT": str(at)}
    return {**found, "MC_MEMORY_ON": "1"} if on else found


def counted(path):
    """Who has asked for each allocation, as memory.c tells them apart; where one was to fail, who it was is not known."""
    with open(path, "rb") as file:
        count = struct.unpack("I", file.read(4).ljust(4, b"\0"))[0]
        return struct.unpack(f"{count}I", file.read(4 * count))


def run_inner(held, program, at, on):
    """The case with a stand-in for what it starts."""
    world, case = held["world"], held["case"]
    environment = case.prepare(world)
    world.take_stock()
    stage = children.Stage(world)
    stage.stand_in(program, os.path.join(BIN, program))
    stage.order_for(program, "all", SCENE, shim=SHIM, program=program, count=held["count"], at=at,
                    on="MC_MEMORY_ON=1" if on else "")
    one = stage.start(case, environment)
    said = one.communicate()[1]
    return trials.Done(one.returncode, b"", said)


def run_own(held, program, at, on):
    world, case = held["world"], held["case"]
    environment = case.prepare(world)
    world.take_stock()
    return trials.run_broken(case, world, environment, **variables(program, held["count"], at, on))


def play(held, name, program, how):
    """The case, with that allocation of that program."""
    at, on = how
    case = held["case"] = cases.CASES[name]
    held["world"] = cases.make(case)
    with tempfile.NamedTemporaryFile(prefix="mct-count.") as count:
        held["count"] = count.name
        run = run_own if program == case.argv[0] else run_inner
        held["done"] = run(held, program, at, on)
        held["allocations"] = counted(count.name)


def points(name):
    """{point: kind} of the case's program, and of those that it starts. Alike are those of one program that the same
    functions ask for."""
    programs = [cases.CASES[name].argv[0]] + [one for one, where in INNER.items() if name in where]
    return {point: kind for program in programs for point, kind in points_of(name, program).items()}


def points_of(name, program):
    held = {}
    try:
        play(held, name, program, (0, False))
        trials.check_reference(name, held["case"], held["world"], held["done"])
        return {f"{name}:{program}:{n + 1}:{how}": (program, who, how)
                for n, who in enumerate(held["allocations"]) for how in ("once", "on")}
    finally:
        if "world" in held:
            held["world"].end()


def trial(held, point):
    name, program, n, how = point.split(":")
    play(held, name, program, (int(n), how == "on"))
    done, case = held["done"], held["case"]
    trials.settle(held["world"])
    own = program == case.argv[0]
    exits = OWN | trials.said(name) if own else trials.ERROR_EXITS
    if name in HOOKS:
        assert (done.returncode, done.stdout) == (0, b""), f"an agent's hook was told {done.stdout}"
        done = trials.Done(71, b"", done.stderr or b"silent")
    assert done.returncode in exits, "no such end is in the table"
    assert not own or not done.returncode or (done.stderr + done.stdout).strip(), "it did not say why"
    trials.check_end(name, case, held["world"], done, trials.allowed(name))


def run(bounds):
    """(how many there are, [tried], [failure])."""
    return trials.run(sys.modules[__name__], cases.CASES, bounds)


if __name__ == "__main__":
    sys.exit(trials.main(sys.modules[__name__], sys.argv[1:]))
