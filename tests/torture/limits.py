"""What a machine can be short of, for real: a full disk, no inodes, a read-only one, descriptors, memory, an output.

    limits.py CASE LIMIT     that one; limits.py CASE: what there is to try

The disks are small tmpfs, which only root mounts; others try the rest."""
import contextlib
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import where
import calls
import check
import disk
import live
import still
import tracer
import trials
import world as worlds

LIVE = ("dispatch", "http", "signal", "approve", "heal", "prepare", "give-back")
SHELL = {"in closed": '"$@" <&-', "out closed": '"$@" >&-', "errors closed": '"$@" 2>&-',
         "all closed": '"$@" <&- >&- 2>&-', "out full": '"$@" >/dev/full', "errors full": '"$@" 2>/dev/full',
         "reader gone": 'exec 3>&1; { "$@" 3>&-; echo $? >&3; } | true'}
RESOURCES = {"nofile": [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 20, 32, 64],
             "fsize": [0, 1, 4096, 16384, 65536, 1 << 20], "as": [mb << 20 for mb in (6, 10, 16, 20, 24, 28, 32, 48, 96)],
             "stack": [8192, 65536], "cpu": [1]}
FREE = [0, 4096, 8192, 16384, 32768, 65536, 131072, 262144]
NOBODY = 65534  # root has no limit of processes
BARE = ("dispatch", "http", "prepare")  # nothing runs yet that has a file open for writing
DISKS = [f"free {size}" for size in FREE] + ["no inodes", "read only"]


def limits_of(case):
    """The words of what a case can be short of."""
    words = [f"{name} {value}" for name, values in RESOURCES.items() for value in values]
    words += [name for name in SHELL if case not in LIVE or "gone" not in name]
    if os.geteuid() == 0:
        bare = case not in LIVE or case in BARE
        words += [word for word in DISKS if word != "read only" or bare] + (["nproc 0"] if bare else [])
    return words


def command(limit, argv):
    """argv under that limit."""
    name, _, value = limit.partition(" ")
    if name == "nproc":
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "prlimit", f"--nproc={value}", *argv]
    if name in RESOURCES:
        return ["prlimit", f"--{name}={value}", *argv]
    if limit in SHELL:
        return ["sh", "-c", SHELL[limit], "sh", *argv]
    return argv


@contextlib.contextmanager
def given_away(world):
    """For so long the world is nobody's."""
    try:
        subprocess.run(["chown", "-R", str(NOBODY), world.place], check=True)
        yield
    finally:
        subprocess.run(["chown", "-R", str(os.geteuid()), world.place], check=True)


def run_limited(world, argv, limit, environment):
    """Status, output (None where it was taken away), errors."""
    try:
        with given_away(world) if limit.startswith("nproc") else contextlib.nullcontext():
            done = world.run(command(limit, argv), **environment)
    except subprocess.TimeoutExpired:
        raise AssertionError("hangs") from None
    output, errors, status = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), done.returncode
    if limit == "reader gone":
        return int(output.split()[-1]) if output.strip() else -1, None, errors
    if status >= 128 and limit in SHELL:
        status = 128 - status  # as the shell tells of a signal
    if limit in SHELL and limit.split()[0] in ("out", "all"):
        output = None
    return status, live.plain(output, world) if output is not None else None, errors


def point_of(argv):
    return tracer.Point(argv[0], 1, "limit", 1, 0, "", False)


def judge_end(argv, limit, end):
    """A signal is nobody's answer; what has failed is said, where there is anything to say it on."""
    status, _, errors = end
    if limit.startswith(("as ", "stack ")) and (status == 127 or status < 0 and not errors):
        return  # it was not even loaded
    if limit.startswith("nofile ") and status == 127:
        return
    if limit == "reader gone" and status in (-13, 141):
        return
    allowed = live.exits(argv, point_of(argv), limit)
    assert status in allowed, f"ended with {status}"
    if not limit.startswith(("errors", "all")):
        live.check_said(argv, status, errors, point_of(argv))
    live.check_sense(errors)


def trial_live(case, limit, around):
    scene = calls.SCENES[case]
    world = scene.world()
    try:
        environment = scene.case.prepare(world)
        world.take_stock()
        with around():
            end = run_limited(world, scene.case.program(), limit, environment)
        with live.telling(end[0], end[2]):
            judge_end(scene.case.argv, limit, end)
            scene.settle(world)
            check.check_world(world, scene.case.most(), scene.case.allowed)
        return live.plain(end[2], world)
    finally:
        world.end()


def trial_still(case, limit, around):
    scene = calls.SCENES[case]
    world = scene.begun()
    try:
        with around():
            end = run_limited(world, scene.program(world), limit, {})
        with live.telling(end[0], end[2]):
            judge_end(scene.argv, limit, end)
            if end[0] == 0 and end[1] is not None:
                assert scene.same_output(end[1]), f"another output: {end[1][:200]!r}"
            scene.judge_board(world, end[0], point_of(scene.argv))
        return live.plain(end[2], world)
    finally:
        scene.over(world)


def attempt(case, limit, small):
    """(what it said, what was wrong)."""
    around = (lambda: small.short(limit)) if limit in DISKS else contextlib.nullcontext
    try:
        return (trial_live if case in LIVE else trial_still)(case, limit, around), None
    except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as failure:
        return None, str(failure)


def catalogue(cases):
    return {case: [f"{case}: {limit}" for limit in limits_of(case)] for case in cases}


def words_of(name):
    case, _, limit = name.partition(": ")
    return case, limit


@contextlib.contextmanager
def worlds_on(place):
    """For so long worlds stand there."""
    before, worlds.PLACES = worlds.PLACES, place
    try:
        yield
    finally:
        worlds.PLACES = before


def on_disks(names, end, bounds=trials.Bounds()):
    """One after the other: what is full is full for all that is on it."""
    results, small = {}, disk.Disk()
    try:
        with worlds_on(small.place):
            for name in names:
                if time.monotonic() < end:
                    results[name] = calls.noted(bounds, name, attempt(*words_of(name), small), "limits", words_of)
    finally:
        small.end()
    return results


def on_no_disks(names, end, bounds=trials.Bounds()):
    def one(name):
        return calls.noted(bounds, name, attempt(*words_of(name), None), "limits", words_of)
    return trials.beside_each_other(names, one, end)


def run(bounds, cases=(*LIVE, *still.STILL)):
    """(how many there are, names of those tried now, failures)."""
    half, end, groups = trials.end_of(bounds.seconds / 2), trials.end_of(bounds.seconds), catalogue(cases)
    _, broken = calls.references([case for case in cases if case in still.STILL])
    order = trials.chosen(groups, bounds)
    of_disks = [name for name in order if words_of(name)[1] in DISKS]
    results = on_no_disks([name for name in order if name not in of_disks], half, bounds)
    results.update(on_disks(of_disks, end, bounds) if of_disks else {})
    return trials.count_of(groups, bounds), list(results), broken + calls.wrong(results, "limits", words_of)


def main(words):
    if len(words) == 1 and words[0] in calls.SCENES:
        print("\n".join(catalogue(words)[words[0]]))
        return 0
    if len(words) != 2 or words[0] not in calls.SCENES:
        print(__doc__, f"Cases: {', '.join(calls.SCENES)}", sep="\n\n")
        return 64
    if where.no_build():
        print(where.no_build(), file=sys.stderr)
        return 64
    calls.references([words[0]])
    name = f"{words[0]}: {words[1]}"
    found = (on_disks if words[1] in DISKS else on_no_disks)([name], trials.end_of(0))
    print(trials.verdict(found[name]))
    return 1 if found[name][1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
