"""The kill matrix: a program is killed at every call by which it changes something, then two pickups follow.

    matrix.py CASE [COUNT]     COUNT calls spread over the run, or all of them

MC_INJECT=error=ENOSPC (or another strace injection) brings that instead of death. MC_JOBS worlds stand at a time (3).
MC_CALL=pwrite64:7 tries that one call only and keeps its world. MC_AT_ONCE=1 does not wait for what a killed program
had started (a tmux client, an exchange) before the two pickups."""
import concurrent.futures
import functools
import os
import shutil
import signal
import sys

sys.dont_write_bytecode = True
import check
import faults
from world import BIN, World, until

# An error may not end a program in any other way than these (SPEC 13): never by a signal, never 64, 70, 76, 77, 78.
ERROR_EXITS = {0, 66, 69, 71, 73, 74, 75}
LONG_MS = 1_000_000
DISK_CALLS = {"pwrite64", "fsync", "fdatasync", "ftruncate"}


def program(name):
    return os.path.join(BIN, name)


def dispatched(world, tickets):
    for one in [world.start([program("mc-pickup")]) for _ in range(tickets)]:
        said = one.communicate()[1]
        if one.returncode:
            raise AssertionError(f"mc-pickup: {one.returncode} {said.decode()}")
    until(lambda: len(world.prompts()) == tickets, "the agents to read their prompts")


class Case:
    """How a world is prepared, what is killed in it, and where its tickets may be afterwards."""

    tickets = 1
    turns = 0  # at most; 0: one a ticket
    rests = False  # an agent of it may come to the end of a turn
    argv = ["mc-pickup"]
    world = {}
    allowed = {"todo", "in_progress", "needs_input"}
    finished = {"in_progress"}  # after a run that nothing disturbed

    def make_world(self, **more):
        """Its agents work on, so that no turn ends meanwhile by itself."""
        return World(tickets=self.tickets, **{"turn_ms": LONG_MS, **more, **self.world})

    def prepare(self, world):
        return {}

    def settle(self, world):
        """What was started ends, then the two pickups."""
        if not os.environ.get("MC_AT_ONCE"):
            world.wait_for_strays()
        for _ in range(2):
            world.pickup()

    def most(self):
        return self.turns or self.tickets

    def program(self):
        return [program(self.argv[0]), *self.argv[1:]]


class Dispatch(Case):
    pass


class Argv(Case):
    """The spawn itself carries the prompt."""
    world = {"first_turn": "argv"}


class Http(Case):
    world = {"http": True}


class Busy(Case):
    """The endpoint says after the spawn that the runtime is busy: the ticket adopts it."""
    world = {"http": True, "busy": True}


class Heal(Case):
    """One agent is dead, one belongs to a closed ticket, one has lost its row, one is behind todo, one works on."""
    tickets = 5
    argv = ["mc-pickup", "--heal-only"]
    allowed = finished = {"todo", "in_progress", "done"}

    def prepare(self, world):
        dispatched(world, 5)
        world.sql("UPDATE tickets SET status='done', run_id=NULL, worker_pid=NULL, worker_host=NULL WHERE id=2")
        world.sql("DELETE FROM runtime_sessions WHERE ticket_id=3")
        world.sql("UPDATE tickets SET status='todo', run_id=NULL, worker_pid=NULL, worker_host=NULL WHERE id=4")
        pid = world.sql("SELECT pid FROM runtime_sessions WHERE ticket_id=1")[0]["pid"]
        os.kill(pid, signal.SIGKILL)
        until(lambda: pid not in [one.pid for one in world.agents()], "the agent's end")
        return {}


class Signal(Case):
    argv = ["mc-ticket", "signal", "DONE", "it is done"]
    allowed = {"in_progress", "in_review"}
    finished = {"in_review"}

    def prepare(self, world):
        dispatched(world, 1)
        return {"MC_RUN": world.sql("SELECT run_id FROM tickets")[0]["run_id"], "MC_TICKET": "MC-1"}


class TurnEvent(Case):
    """A report that the turn is over, with its word; what it could leave of it, the next pickup takes."""
    argv = ["mc-ticket", "turn-event", "demo", '{"event":"over","reply":"DONE: it is done\\nall of it"}']
    allowed = {"in_progress", "in_review"}
    finished = {"in_review"}

    def prepare(self, world):
        return Signal().prepare(world)


class Spooled(Case):
    """What an agent told while the board was locked is taken by the first pickup that lives long enough."""
    allowed = finished = {"in_review"}

    def prepare(self, world):
        environment = Signal().prepare(world)
        with world.locked():
            told = world.run([program("mc-ticket"), *TurnEvent.argv[1:]], **environment)
        if told.returncode or world.sql("SELECT status FROM tickets")[0]["status"] != "in_progress":
            raise AssertionError(f"the event was not left: {told.returncode} {told.stderr.decode()}")
        return {}


class Approve(Case):
    argv = ["mc-ticket", "approve", "MC-1"]
    allowed = {"in_review", "done"}
    finished = {"done"}

    def prepare(self, world):
        environment = Signal().prepare(world)
        done = world.run([program("mc-ticket"), "signal", "DONE", "it is done"], **environment)
        if done.returncode:
            raise AssertionError(done.stderr.decode())
        return {}


class Send(Case):
    """A person says something to an agent that has delivered."""
    argv = ["mc-ticket", "send", "MC-1", "and now the other half"]
    turns = 2
    rests = True
    allowed = finished = {"in_review", "in_progress", "needs_input"}

    def make_world(self, **more):
        """Its agent has to be at rest, and is not asked for its word then."""
        return World(tickets=self.tickets, keys={"nudge": False}, **more)

    def settle(self, world):
        """Its turn ends by itself: as many more pickups as that takes."""
        super().settle(world)
        until(lambda: at_rest(world), "the turn's end")

    def prepare(self, world):
        return Approve().prepare(world)


def at_rest(world):
    """No agent has a turn, and one more pickup changed nothing."""
    before = world.dump()
    world.pickup()
    return world.dump() == before and not world.sql("SELECT 1 FROM runtime_sessions WHERE status='running'")


class Prepare(Case):
    """A dispatch into a slot whose worktree is not made yet."""
    world = {"pool": 2}


def worked(world, review):
    """An agent's work in its slot: a commit, and beside it everything that can be preserved. Then its word."""
    slot = world.sql("SELECT path FROM worktree_slots WHERE state='claimed'")[0]["path"]
    world.write(os.path.join(slot, "committed"), "by the agent\n")
    world.git(slot, "add", "committed")
    world.git(slot, "commit", "-q", "-m", "The agent's")
    if review == "clean":
        return
    world.write(os.path.join(slot, "README"), "changed\n")
    world.write(os.path.join(slot, "staged"), "staged\n")
    world.git(slot, "add", "staged")
    world.write(os.path.join(slot, "staged"), "staged, then changed\n")
    world.write(os.path.join(slot, "new folder", "new"), "new\n")
    world.write(os.path.join(slot, "build", "cache"), "ignored\n")
    os.unlink(os.path.join(slot, "run"))
    os.chmod(os.path.join(slot, "src", "main.c"), 0o755)
    os.symlink("README", os.path.join(slot, "to"))


def delivered(world, review="dirty"):
    dispatched(world, 1)
    worked(world, review)
    run = world.sql("SELECT run_id FROM tickets")[0]["run_id"]
    done = world.run([program("mc-ticket"), "signal", "DONE", "it is done"], MC_RUN=run, MC_TICKET="MC-1")
    if done.returncode:
        raise AssertionError(done.stderr.decode())


def settled(world):
    """Two pickups that give the slot back, for a process that ends may still be there at the first; it must be free then."""
    for _ in range(2):
        done = world.pickup()
        states = [row["state"] for row in world.sql("SELECT state FROM worktree_slots WHERE number=1")]
        if (done.returncode, states) == (0, ["free"]):
            break
    else:
        raise AssertionError(f"not given back: {done.returncode} {states} {done.stderr.decode()}")


class Warm(Case):
    """A dispatch into a slot that another ticket has had, and in which its branch alone ignored something."""
    world = {"pool": 1}
    turns = 2
    allowed = {"done", "todo", "in_progress", "needs_input"}
    finished = {"done", "in_progress"}

    def prepare(self, world):
        delivered(world)
        slot = world.sql("SELECT path FROM worktree_slots WHERE state='claimed'")[0]["path"]
        world.write(os.path.join(slot, ".gitignore"), "build/\n*.own\n")
        world.git(slot, "commit", "-q", "-m", "It ignores more", "--", ".gitignore")
        world.write(os.path.join(slot, "its.own"), "of the first\n")
        world.ticket("approve", "MC-1")
        settled(world)
        world.ticket("add", "Another", "--profile", "demo")
        return {}


class Restore(Case):
    """A dispatch of a ticket whose work was preserved when its agent died."""
    world = {"pool": 2}
    turns = 2

    def prepare(self, world):
        delivered(world)
        os.kill(world.sql("SELECT pid FROM runtime_sessions")[0]["pid"], signal.SIGKILL)
        until(lambda: not world.agents(), "the agent's end")
        settled(world)
        world.ticket("reject", "MC-1", "more of it")
        return {}


class GiveBack(Case):
    """A ticket is done; its slot holds a commit and what can be preserved."""
    world = {"pool": 2}
    review = "dirty"
    allowed = finished = {"done"}

    def prepare(self, world):
        delivered(world, self.review)
        world.ticket("approve", "MC-1")
        return {}


class GiveBackClean(GiveBack):
    review = "clean"


class GiveBackHalf(Case):
    """A pickup died while git was making the worktree."""
    world = {"pool": 2}

    def prepare(self, world):
        stop = os.path.join(world.place, "stop")
        git = os.path.join(world.place, "bin", "git")
        world.write(git, f"""#!/bin/sh
case " $* " in
*" worktree add "*) echo $PPID >{stop}; kill -KILL $PPID ;;
esac
exec {shutil.which("git")} "$@"
""")
        os.chmod(git, 0o755)
        done = world.run([program("mc-pickup")], PATH=os.path.dirname(git) + ":" + world.environment["PATH"])
        if done.returncode != -signal.SIGKILL or not os.path.exists(stop):
            raise AssertionError(f"the pickup was not killed: {done.returncode} {done.stderr.decode()}")
        world.wait_for_strays()
        return {}


SLOT_CASES = ["prepare", "warm", "restore", "give-back", "give-back-clean", "give-back-half"]
CASES = {"dispatch": Dispatch(), "argv": Argv(), "http": Http(), "busy": Busy(), "heal": Heal(), "signal": Signal(),
         "turn-event": TurnEvent(), "spooled": Spooled(), "approve": Approve(), "send": Send(),
         "prepare": Prepare(), "warm": Warm(), "restore": Restore(), "give-back": GiveBack(),
         "give-back-clean": GiveBackClean(), "give-back-half": GiveBackHalf()}


@functools.cache
def reference(case):
    """The calls of the case, and a look whether an undisturbed run ends well at all."""
    world = case.make_world()
    try:
        environment = case.prepare(world)
        world.take_stock()
        calls = faults.reference(world, case.program(), **environment)
        if case.rests:
            case.settle(world)
        check.check_world(world, case.most(), case.finished)
        return calls
    finally:
        world.end()


def exits(call, what):
    if what == "signal=KILL":
        return {0, -signal.SIGKILL}
    disk = call[0] in DISK_CALLS and what in ("error=ENOSPC", "error=EIO")
    return {0, 74} if disk else ERROR_EXITS


def trial(case, call, what, keep=False):
    """None, or what was wrong after the call."""
    world = case.make_world()
    try:
        environment = case.prepare(world)
        world.take_stock()
        done = faults.run_with(world, case.program(), call, what, **environment)
        if done.returncode not in exits(call, what):
            return f"ended with {done.returncode}: {done.stderr.decode().strip()}"
        case.settle(world)
        check.check_world(world, case.most(), case.allowed)
        return None
    except AssertionError as failure:
        return f"{failure} (exit {done.returncode}, {done.stderr.decode().strip()})"
    finally:
        if keep:
            print(f"kept: {world.place}", file=sys.stderr)
        else:
            world.end()


def spread(calls, count):
    if not count or count >= len(calls):
        return calls
    return [calls[i * len(calls) // count] for i in range(count)]


def run(name, count=0, what="signal=KILL", jobs=3):
    """(calls in all, calls tried, [failure])."""
    case = CASES[name]
    calls = reference(case)
    chosen = spread(calls, count)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(lambda call: trial(case, call, what), chosen))
    failures = [f"{name}: {what} at {call[0]} {call[1]}: {result}" for call, result in zip(chosen, results) if result]
    return len(calls), len(chosen), failures


def verdict(tried, failures):
    """Says it; the status to end with."""
    for failure in failures:
        print(failure)
    print(f"{tried} tried, {len(failures)} not in order")
    return 1 if failures else 0


def main(words):
    if not words or words[0] not in CASES or len(words) > 2:
        print(f"usage: matrix.py {'|'.join(CASES)} [COUNT]", file=sys.stderr)
        return 64
    what = os.environ.get("MC_INJECT", "signal=KILL")
    if os.environ.get("MC_CALL"):
        call, _, n = os.environ["MC_CALL"].partition(":")
        failure = trial(CASES[words[0]], (call, int(n)), what, keep=True)
        print(failure or "in order")
        return 1 if failure else 0
    count = int(words[1]) if len(words) > 1 else 0
    calls, tried, failures = run(words[0], count, what, int(os.environ.get("MC_JOBS", "3")))
    return verdict(f"{words[0]}: {tried} of {calls} calls", failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
