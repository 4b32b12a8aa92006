"""Every system call of every program goes wrong once: death, an error that the kernel has for it, a short count.

    calls.py CASE NAME:N:CALL:K:WHAT     that one point, as inject.c and kernel.py name it
    calls.py CASE                        what there is to try in a case, and how much of it"""
import collections
import functools
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
import where
import kernel
import live
import matrix
import still
import tracer
import trials

# What differs from run to run in what a call was about: a world's folder, hashes, temporary names, counts.
NUMBERED = re.compile(r"/(?:tmp|dev/shm)/\w+\.\w+|!mc\w\.\w+|(?<=tmp_obj_)\w+|(?<=tmp_pack_)\w+|(?<=tmp_idx_)\w+|"
                      r"(?<=fsync-)\w+|[0-9a-f]{8,}|\d+")
SCENES = {**{name: live.Live(case) for name, case in matrix.CASES.items()}, **still.STILL}


def group(case, point):
    """Of each program as many as of any other, and few of those before its main."""
    return f"{case} {point.name}{' loading' if point.loading else ''}"


@functools.cache
def reference(case):
    """An undisturbed run is needed once, however many parts ask for its points."""
    return SCENES[case].reference()


def references(cases):
    """As trials.references."""
    return trials.references(reference, cases)


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


def about(point):
    """What the call that went wrong was about, for a reader."""
    return "each call of its whole run" if point.call == "*" else point.about or "about no file"


def attempt(case, point, what):
    """None where it was not reached, or (what it said, what was wrong)."""
    for _ in range(3):
        try:
            return SCENES[case].trial(point, what), None
        except live.NotReached:
            continue
        except (AssertionError, OSError, ValueError, subprocess.TimeoutExpired) as failure:
            return None, f"{failure} [{about(point)}]"
    return None


def alike(case, point, what):
    """Calls of one kind: of the same program about the same thing, whatever it is named or numbered, that go wrong in
    the same way. A death leaves what its case had done until then."""
    about = NUMBERED.sub("#", point.about)
    return (case if what == "kill" else "", point.name.rstrip("+"), point.call, about, what, point.loading)


def words_of(name):
    """CASE and POINT, as they are typed."""
    case, _, rule = name.rpartition(" ")
    return case, rule


def tried(catalogue_of_cases, bounds, module="calls"):
    """Those of a catalogue that are to be tried and are reached."""
    groups, found, broken = catalogue_of_cases

    def kind(name):
        return alike(*found[name])

    def one(name):
        return noted(bounds, name, attempt(*found[name]), module)

    results = trials.beside_each_other(trials.chosen(groups, bounds, kind), one, trials.end_of(bounds.seconds))
    reached = {name: result for name, result in results.items() if result}
    return trials.count_of(groups, bounds, kind), list(reached), broken + wrong(reached, module, words_of)


def run(bounds, cases=tuple(SCENES)):
    """(how many there are, names of those tried now, failures); so many of each program of each case."""
    return tried(catalogue(cases), bounds)


def wrong(results, module, words):
    """[failure and how to see it again] of {name: (what it said, what was wrong)}, words(name) for module.py; notes what
    was said, for somebody who reads whether it helps."""
    path = os.environ.get("MC_HEARD")
    if path:
        heard = collections.Counter(said for said, _ in results.values())
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"{count}\t{said!r}\n" for said, count in heard.most_common() if said)
    return [told(name, failure, module, words) for name, (_, failure) in results.items() if failure]


def told(name, failure, module, words):
    return f"{name}: {failure}\n{where.again(module, *words(name))}"


def noted(bounds, name, result, module, words=words_of):
    """The result, of which whoever asked has heard."""
    if result:
        bounds.note(name, result[1] and told(name, result[1], module, words))
    return result


def main(words, catalogue_of=catalogue):
    """What a module does that is called by hand."""
    if len(words) not in (1, 2) or words[0] not in SCENES:
        print(sys.modules["__main__"].__doc__, f"Cases: {', '.join(SCENES)}", sep="\n\n")
        return 64
    if where.no_build():
        print(where.no_build(), file=sys.stderr)
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
    print(trials.verdict(result))
    return 1 if result and result[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
