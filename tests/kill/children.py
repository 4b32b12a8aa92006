"""The kill matrix of what a pickup starts: tmux clients, mc-launch, mc-http, git. Each is killed at every call by which
it changes something; and the pickup is killed while it has not got anywhere yet, and it goes on only after, or between,
the pickups that follow.

    children.py CASE PROGRAM [COUNT]     COUNT points spread over them, or all

The programs are stood in for by a script on PATH and beside mc-pickup, which looks up what is ordered for its n-th call.
MC_INJECT=error=ENOSPC (or another strace injection) brings that instead of death. MC_POINT=3:connect:1 or
MC_POINT=3:after tries that one point only and keeps its world."""
import concurrent.futures
import glob
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import check
import faults
import matrix
from world import BIN, until

CALLS = faults.CALLS + ["chdir", "execve", "recvfrom", "recvmsg"]
COPIED = ("mc-pickup", "mc-ticket", "mc-demo-agent")
INNER = ("mc-launch", "mc-http")
LATE = ("after", "between")
FOLLOW = {"git": "-ff"}  # it has children of its own
STAND_IN = """#!/bin/sh
name=${{0##*/}}
n=$(($(cat "{order}/$name.count" 2>/dev/null || echo 0) + 1))
echo "$n" >"{order}/$name.count"
real={real}
for what in "$n" all; do
    if [ -e "{order}/$name.$what" ]; then . "{order}/$name.$what"; fi
done
exec "$real" "$@"
"""
TRACE = 'exec {strace} -D {follow} -o "{order}/trace.$name.$n" -e trace={calls} "$real" "$@"\n'
# The tracer is no parent, so that the program keeps its number and its end.
HIT = 'exec {strace} -D {follow} -o /dev/null -e trace={call} -e inject={call}:{what}:when={k} "$real" "$@"\n'
# Its pickup dies before it has done anything; what it was given on its input it still has.
WAIT = """until [ -s "{order}/pickup" ]; do sleep 0.02; done
: >"{order}/entered"
kill -KILL "$(cat "{order}/pickup")"
until [ -e "{order}/go" ]; do sleep 0.02; done
"""
KEEP = 'cat >"{order}/input"\n'
CLIENT_GOES_ON = '"$real" "$@" <"{order}/input" >/dev/null 2>&1\n: >"{order}/left"\nexit 0\n'
LAUNCH_GOES_ON = ': >"{order}/left"\nexec "$real" "$@"\n'


class Stage:
    """A world whose mc-pickup starts stand-ins."""

    def __init__(self, world):
        self.world = world
        self.order = os.path.join(world.place, "order")
        self.bin = os.path.join(world.place, "bin")
        os.mkdir(self.order)
        os.mkdir(self.bin)
        for name in COPIED:
            shutil.copy(os.path.join(BIN, name), self.bin)
        for name in INNER:
            self.stand_in(name, os.path.join(BIN, name))
        for name in ("tmux", "git"):
            self.stand_in(name, shutil.which(name))

    def stand_in(self, name, real):
        with open(os.path.join(self.bin, name), "w", encoding="utf-8") as file:
            file.write(STAND_IN.format(order=self.order, real=real))
        os.chmod(file.name, 0o755)

    def path(self, name):
        return os.path.join(self.order, name)

    def order_for(self, name, when, text, **fields):
        with open(self.path(f"{name}.{when}"), "w", encoding="utf-8") as file:
            file.write(text.format(order=self.order, strace=faults.strace(), **fields))

    def start(self, case, environment):
        argv = [os.path.join(self.bin, case.argv[0]), *case.argv[1:]]
        path = self.bin + ":" + self.world.environment["PATH"]
        one = subprocess.Popen(argv, env={**self.world.environment, **environment, "PATH": path}, cwd=self.world.place,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        with open(self.path("pickup.new"), "w", encoding="ascii") as file:
            file.write(str(one.pid))
        os.rename(self.path("pickup.new"), self.path("pickup"))
        return one

    def has(self, name):
        return os.path.exists(self.path(name))


def parse(lines, name):
    """[(call, k)] of one process, up to where mc-launch has become the agent."""
    counts, found = {}, []
    for line in lines:
        match = faults.LINE.match(line)
        if not match or match.group(1) not in CALLS:
            continue
        call = match.group(1)
        counts[call] = counts.get(call, 0) + 1
        if call == "execve" and counts[call] == 1: # the program itself
            continue
        if faults.changes(call, match.group(2)) or name == "mc-launch" and call == "openat":
            found.append((call, counts[call]))
        if call == "execve":
            break
    return found


def reference(case, name):
    """[(n, call, k)]: what the n-th process of that program changes, in an undisturbed run."""
    world = case.make_world()
    try:
        environment = case.prepare(world)
        world.take_stock()
        stage = Stage(world)
        calls = ",".join("?" + call for call in CALLS)
        stage.order_for(name, "all", TRACE, calls=calls, follow=FOLLOW.get(name, ""))
        one = stage.start(case, environment)
        said = one.communicate()[1]
        if one.returncode:
            raise AssertionError(f"{case.argv}: {one.returncode} {said.decode()}")
        if case.rests:
            case.settle(world)
        check.check_world(world, case.most(), case.finished)
        points, n = [], 1
        while traces := glob.glob(stage.path(f"trace.{name}.{n}")) + glob.glob(stage.path(f"trace.{name}.{n}.*")):
            found = {}
            for trace in sorted(traces):
                with open(trace, encoding="utf-8", errors="replace") as file:
                    found.update(dict.fromkeys(parse(file, name)))
            points += [(n, *point) for point in found]
            n += 1
        return points
    finally:
        world.end()


def run_killed(stage, case, environment, name, point):
    n, call, k = point
    what = os.environ.get("MC_INJECT", "signal=KILL")
    stage.order_for(name, n, HIT, call=call, k=k, what=what, follow=FOLLOW.get(name, "")[:2])
    one = stage.start(case, environment)
    said = one.communicate()[1].decode().strip()
    if one.returncode not in matrix.ERROR_EXITS:
        raise AssertionError(f"ended with {one.returncode}: {said}")
    case.settle(stage.world)
    return said


def run_late(stage, case, environment, name, point):
    n, when = point
    if name == "mc-launch":  # whose input is the terminal
        stage.order_for(name, n, WAIT + LAUNCH_GOES_ON)
    else:
        stage.order_for(name, n, KEEP + WAIT + CLIENT_GOES_ON)
    one = stage.start(case, environment)
    until(lambda: stage.has("entered") or one.poll() is not None, "the child")
    one.communicate()
    if not stage.has("entered"):
        raise NotReached("the child was not started")
    if when == "after":
        stage.world.pickup()
    stage.world.pickup()
    with open(stage.path("go"), "w", encoding="ascii"):
        pass
    until(lambda: stage.has("left"), "the late child")
    time.sleep(0.3)  # what it brought is seen by now, or never
    case.settle(stage.world)
    return "late"


class NotReached(AssertionError):
    """A call that the reference run made, such as one more look at a pane, may not be needed this time."""


def trial(case, name, point, keep=False):
    """None, or what was wrong after that point, which a run now and then does not come to: then once more."""
    for _ in range(5):
        try:
            return tried(case, name, point, keep)
        except NotReached as missing:
            last = str(missing)
    return last


def tried(case, name, point, keep):
    world, said = case.make_world(), ""
    try:
        environment = case.prepare(world)
        world.take_stock()
        stage = Stage(world)
        run = run_late if point[1] in LATE else run_killed
        said = run(stage, case, environment, name, point)
        check.check_world(world, case.most(), case.allowed)
        return None
    except NotReached:
        raise
    except AssertionError as failure:
        return f"{failure} ({said})"
    finally:
        if keep:
            print(f"kept: {world.place}", file=sys.stderr)
        else:
            world.end()


def run(case_name, name, count=0, jobs=3):
    """(points in all, points tried, [failure])."""
    case = matrix.CASES[case_name]
    deaths = reference(case, name)
    numbers = sorted({point[0] for point in deaths}) if name != "git" else []  # a git ends with its pickup
    late = [(n, when) for n in numbers for when in LATE]
    chosen = matrix.spread(deaths, count) + matrix.spread(late, count)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(lambda point: trial(case, name, point), chosen))
    failures = [f"{case_name}: {name} {point}: {result}" for point, result in zip(chosen, results) if result]
    return len(deaths) + len(late), len(chosen), failures


def main(words):
    if len(words) not in (2, 3) or words[0] not in matrix.CASES:
        print(f"usage: children.py {'|'.join(matrix.CASES)} tmux|mc-launch|mc-http|git [COUNT]", file=sys.stderr)
        return 64
    if os.environ.get("MC_POINT"):
        n, *what = os.environ["MC_POINT"].split(":")
        point = (int(n), what[0], *map(int, what[1:]))
        failure = trial(matrix.CASES[words[0]], words[1], point, keep=True)
        print(failure or "in order")
        return 1 if failure else 0
    count = int(words[2]) if len(words) > 2 else 0
    points, tried, failures = run(words[0], words[1], count, int(os.environ.get("MC_JOBS", "3")))
    return matrix.verdict(f"{words[0]} {words[1]}: {tried} of {points} points", failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
