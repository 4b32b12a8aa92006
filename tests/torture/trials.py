"""Runs the program of a case with what breaks it, and sees what must hold then; many of them, in a bound of time."""
import collections
import concurrent.futures
import os
import sqlite3
import sys
import time

import cases
import check
import matrix
import points
import where
from world import until

JOBS = int(os.environ.get("MC_JOBS", "3"))
LOOKS = {"health"}  # says by its exit that something is wrong with the board: 69
UNTOLD = {"busy"}  # an agent is not adopted while its ticket's state cannot be told: 75
ERROR_EXITS = matrix.ERROR_EXITS
Done = collections.namedtuple("Done", "returncode stdout stderr")  # of subprocess.run what is looked at
LEAVES = {"spooling"}
# count: so many of a group, 0: all; every: also those that are of a kind that was tried; note(name, what was wrong or
# None): is told of each that was tried, when it was.
Bounds = collections.namedtuple("Bounds", "count seconds seed before every note",
                                defaults=(0, 0, 1, (), False, lambda name, failure: None))


def said(name):
    """The exits by which a program of this case tells what it has seen, not that it could not do its work."""
    return ({69} if name in LOOKS else set()) | ({75} if name in UNTOLD else set())


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


def verdict(result):
    """Of (what it said, what was wrong), or None."""
    if result is None:
        return "not reached: the program made no such call this time"
    said, failure = result
    return f"not in order: {failure}" if failure else f"in order{', and said: ' + said.strip() if said.strip() else ''}"


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
        if keep and "world" in held:
            print(f"kept: {held['world'].place}")
        elif "world" in held:
            held["world"].end()


def end_of(seconds):
    """When none is begun any more; 0: all are."""
    return time.monotonic() + seconds if seconds else float("inf")


def beside_each_other(names, try_one, end):
    """{name: what came of it} of those that are begun before the end."""
    results = {}

    def one(name):
        if time.monotonic() < end:
            results[name] = try_one(name)

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, names))
    return results


def tried(names, trial, seconds, note=Bounds().note):
    """([tried], [failure])."""
    module = os.path.splitext(os.path.basename(sys.modules[trial.__module__].__file__))[0]

    def one(point):
        failure = attempt(trial, point)
        failure = failure and f"{failure}\n{where.again(module, point.partition(':')[0], point)}"
        note(point, failure)
        return failure

    results = beside_each_other(names, one, end_of(seconds))
    return list(results), [failure for failure in results.values() if failure]


def found_in(find, name, tries=3):
    """Its points, or what was wrong without any fault; a machine that does much else may be too slow for once."""
    for _ in range(tries):
        try:
            return find(name), []
        except AssertionError as failure:
            last = f"{name}: an undisturbed run: {failure}"
    return {}, [last]


def references(find, names):
    """{case: its points}, by runs beside each other, and [what is wrong without any fault]."""
    found = beside_each_other(names, lambda name: found_in(find, name), end_of(0))
    return {name: found[name][0] for name in names}, [why for name in names for why in found[name][1]]


def itself(name):
    return name


def chosen(groups, bounds, kind=itself):
    """Of {group: [name]} those to try, in their order: of each group so many, without those of before. Of each kind
    one, unless every one is to be."""
    left = points.unlike(bounds.seed, groups, itself if bounds.every else kind, bounds.before)
    return points.order(bounds.seed, {group: points.some(bounds.seed, names, bounds.count)
                                      for group, names in left.items()})


def count_of(groups, bounds, kind=itself):
    """How many there are to try."""
    return len({name if bounds.every else kind(name) for names in groups.values() for name in names})


def run(part, names, bounds):
    """(how many there are, [tried], [failure]) of the cases; part.points(case) is {point: kind}, part.trial tries one."""
    found, broken = references(part.points, names)
    kinds = {point: kind for those in found.values() for point, kind in those.items()}
    done, failures = tried(chosen(found, bounds, kinds.get), part.trial, bounds.seconds, bounds.note)
    return count_of(found, bounds, kinds.get), done, broken + failures


def main(part, words):
    if len(words) not in (1, 2) or words[0] not in cases.CASES or not words[-1].startswith(words[0]):
        print(part.__doc__, f"Cases: {', '.join(cases.CASES)}", sep="\n\n", file=sys.stderr)
        return 64
    if where.no_build():
        print(where.no_build(), file=sys.stderr)
        return 64
    if len(words) == 2:
        failure = attempt(part.trial, words[1], keep=True)
        print(failure or "in order")
        return 1 if failure else 0
    there, done, failures = run(part, words[:1], Bounds(every=True))
    print("\n".join([*failures, f"{len(done)} of {there} points, {len(failures)} not in order"]))
    return 1 if failures else 0
