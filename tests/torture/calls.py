"""Every system call of every program goes wrong once: death, an error that the kernel has for it, a short count.

    calls.py CASE NAME:N:CALL:K:WHAT     that one point, as inject.c and kernel.py name it
    calls.py CASE                        what there is to try in a case, and how much of it"""
import collections
import concurrent.futures
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [HERE, os.path.join(HERE, "..", "kill")]
import kernel
import live
import matrix
import points
import still
import tracer

SCENES = {**{name: live.Live(case) for name, case in matrix.CASES.items()}, **still.STILL}
JOBS = int(os.environ.get("MC_JOBS", "3"))


def group(case, point):
    """Of each program as many as of any other, and few of those before its main."""
    return f"{case} {point.name}{' loading' if point.loading else ''}"


def reference(case):
    """The points of an undisturbed run of it, and why there are none."""
    for _ in range(3):
        try:
            return SCENES[case].reference(), None
        except AssertionError as failure:
            why = f"{case}: undisturbed: {failure}"
    return [], why


def references(cases):
    """{case: its points}, by runs beside each other, and [what is wrong without any fault]."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        found = dict(zip(cases, pool.map(reference, cases)))
    return {case: those for case, (those, _) in found.items()}, [why for _, why in found.values() if why]


def catalogue(cases):
    """{group: [name of a point]}, {name: (case, point, what)} of the cases, and what is wrong before."""
    groups, found = collections.defaultdict(list), {}
    of_cases, broken = references(cases)
    for case, those in of_cases.items():
        for point in those:
            for what in kernel.brought(point):
                name = f"{case} {tracer.rule_for(point, what)}"
                groups[group(case, point)].append(name)
                found[name] = (case, point, what)
    return groups, found, broken


def attempt(case, point, what):
    """None where it was not reached, or (what it said, what was wrong)."""
    for _ in range(3):
        try:
            return SCENES[case].trial(point, what), None
        except live.NotReached:
            continue
        except (AssertionError, OSError, ValueError, subprocess.TimeoutExpired) as failure:
            return None, f"{failure} [{point.about}]"
    return None


def tried(catalogue_of_cases, count, seconds, which):
    """Those of a catalogue, `count` of each group, in the order of the seed, without those of before."""
    (groups, found, broken), (seed, before) = catalogue_of_cases, which
    end = time.monotonic() + seconds if seconds else float("inf")
    chosen = points.order(seed, {name: points.some(seed, names, count) for name, names in groups.items()})
    names, failures, heard = [], list(broken), collections.Counter()

    def one(name):
        result = attempt(*found[name]) if name not in before and time.monotonic() < end else None
        if not result:
            return
        names.append(name)
        heard[result[0]] += 1
        if result[1]:
            failures.append(f"{name}: {result[1]}")

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(one, chosen))
    note(heard)
    return len(found), names, failures


def run(count, seconds, seed, before, cases=tuple(SCENES)):
    """(points in all, names of those tried now, failures); `count` of each program of each case."""
    return tried(catalogue(cases), count, seconds, (seed, before))


def note(heard):
    """What was said, for somebody who reads whether it helps."""
    path = os.environ.get("MC_HEARD")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"{count}\t{said!r}\n" for said, count in heard.most_common() if said)


def main(words, catalogue_of=catalogue):
    """What a module does that is called by hand."""
    if len(words) not in (1, 2) or words[0] not in SCENES:
        print(sys.modules["__main__"].__doc__)
        return 64
    groups, found, broken = catalogue_of(words[:1])
    if len(words) == 1:
        for name, names in sorted(groups.items()):
            print(len(names), name)
        print(*broken, sep="\n")
        return 1 if broken else 0
    if " ".join(words) not in found:
        print("no such point: " + " ".join(words))
        return 64
    result = attempt(*found[" ".join(words)])
    print(result or "not reached")
    return 1 if result and result[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
