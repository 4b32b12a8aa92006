"""Runs the program of a case with what breaks it, and sees what must hold then; many of them, in a bound of time."""
import collections
import concurrent.futures
import os
import sqlite3
import sys
import threading
import time

import cases
import check
import matrix
import points
from world import until

JOBS = int(os.environ.get("MC_JOBS", "3"))
LOOKS = {"health"}  # says by its exit that something is wrong with the board: 69
ERROR_EXITS = matrix.ERROR_EXITS
Done = collections.namedtuple("Done", "returncode stdout stderr")  # of subprocess.run what is looked at
LEAVES = {"spooling"}
Bounds = collections.namedtuple("Bounds", "count seconds seed before")


def run_broken(case, world, environment, **extra):
    with cases.around(case, world):
        return world.run(case.program(), **{**environment, "MC_BUSY_MS": "150", **extra})


def settle(world):
    """What a program that died had started has ended; then two pickups."""
    world.wait_for_strays()
    for _ in range(2):
        world.pickup()


def allowed(name):
    """An agent that never says its word is asked for it, and in the end its person is."""
    return cases.CASES[name].allowed | ({"needs_input"} if name not in cases.STILL else set())


def check_reference(name, case, world, done):
    """The same of a run that nothing disturbed; what was left beside the board, a pickup takes."""
    if name in LEAVES:
        world.pickup()
    check_end(name, case, world, done, case.finished)


def check_end(name, case, world, done, statuses):
    """What must hold after a failure and two pickups."""
    if done.returncode == 0:
        cases.check_promised(name, case, world)
    if hasattr(case, "after"):
        case.after(world)
    check.check_state(world, case.most(), statuses)
    check.check_calm(world)


def words(done):
    return f"exit {done.returncode}, {done.stderr.decode(errors='replace').strip()[-400:]}"


def attempt(trial, point, keep=False):
    """None, or what was wrong. trial(held, point) leaves its world in held["world"], the program's end in "done"."""
    held = {}
    try:
        trial(held, point)
        return None
    except (AssertionError, OSError, ValueError, sqlite3.Error) as failure:
        said = f" ({words(held['done'])})" if "done" in held else ""
        said += f" cut: {held['cut']}" if "cut" in held else ""
        return f"{point}: {failure}{said}"
    finally:
        if keep:
            print(f"kept: {held['world'].place}")
        elif "world" in held:
            held["world"].end()


def tried(names, trial, seconds):
    """([tried], [failure]) of as many of these as the time allows (0: all)."""
    end = time.monotonic() + seconds if seconds else None
    source, lock = iter(names), threading.Lock()
    done, failures = [], []

    def work():
        while True:
            with lock:
                point = next(source, None) if end is None or time.monotonic() < end else None
            if point is None:
                return
            failure = attempt(trial, point)
            with lock:
                done.append(point)
                failures.extend([failure] if failure else [])

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for one in [pool.submit(work) for _ in range(JOBS)]:
            one.result()
    return done, failures


def found_in(find, name, tries=3):
    """Its points, or what was wrong without any fault; a machine that does much else may be too slow for once."""
    for _ in range(tries):
        try:
            return find(name), []
        except AssertionError as failure:
            last = f"{name}: an undisturbed run: {failure}"
    return [], [last]


def run(find, trial, names, bounds):
    """(points in all, [tried], [failure]) of the cases; find(case) has its points."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        found = dict(zip(names, pool.map(lambda name: found_in(find, name), names)))
    left = {}
    for name, (names_of, _) in found.items():
        left[name] = points.some(bounds.seed, [one for one in names_of if one not in bounds.before], bounds.count)
    done, failures = tried(points.order(bounds.seed, left), trial, bounds.seconds)
    return sum(len(names_of) for names_of, _ in found.values()), done, [*sum((bad for _, bad in found.values()), []),
                                                                       *failures]


def main(usage, find, trial, words):
    if len(words) not in (1, 2) or words[0] not in cases.CASES:
        print(usage, file=sys.stderr)
        return 64
    if len(words) == 2:
        failure = attempt(trial, words[1], keep=True)
        print(failure or "in order")
        return 1 if failure else 0
    there, done, failures = run(find, trial, words[:1], Bounds(0, 0, 0, ()))
    print("\n".join([*failures, f"{len(done)} of {there} points, {len(failures)} not in order"]))
    return 1 if failures else 0
