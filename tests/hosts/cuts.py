"""The connection of a program to its server is cut at every message, or the server is killed there; then two pickups
follow over one that holds.

    cuts.py CASE WAY [COUNT]     COUNT messages spread over the run, or all of them

WAY: client, server: before the n-th message of that side; passed: behind the client's n-th, whose answer is lost;
silent: there, and the server is not told; down: and for the rest of the program nobody gets a connection; killed: the
server is, behind the client's n-th, and started again. MC_CUT=17 tries that one only and keeps its world."""
import concurrent.futures
import os
import signal
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, HERE)
sys.path.insert(1, os.path.join(HERE, "..", "kill"))
import check
import matrix
import proxy as proxies
import server as servers
from proxy import CLIENT, SERVER, Cut
from world import World

EXITS = {0, 69, 75}  # the board's server is away; try again
# MC_BUSY_MS: a server that is started again is waited for, one that stays away is not.
PATIENT, IMPATIENT = "20000", "2000"
LONG = 600
NEWS = ": worker_died: "  # what a heal is for


class Case(matrix.Case):
    again = False  # does a person say it again who heard that it was not done?


class Dispatch(Case):
    pass


class Spooled(matrix.Spooled, Case):
    pass


class Signal(matrix.Signal, Case):
    """An agent whose word did not come through is asked for it in the end."""
    allowed = {"in_progress", "in_review", "needs_input"}


class Heal(matrix.Heal, Case):
    allowed = {"todo", "in_progress", "done", "needs_input"}


class Retire(Case):
    """A machine that worked is gone, and a person says so."""
    again = True
    argv = ["mc-ticket", "hosts", "retire", "gone", "--force"]
    turns = 2

    def prepare(self, world):
        matrix.dispatched(world, 1)
        world.tmux("kill-server")
        matrix.until(lambda: not world.agents(), "the agent's end")
        world.sql("UPDATE runs SET host='gone'")
        world.sql("UPDATE runtime_sessions SET host='gone'")
        world.sql("UPDATE tickets SET worker_host='gone'")
        world.sql("UPDATE hosts SET host='gone',machine_id='another'")
        return {}


CASES = {"dispatch": Dispatch(), "signal": Signal(), "spooled": Spooled(), "heal": Heal(),
         "retire": Retire()}
WAYS = ("client", "passed", "server", "silent", "down", "killed")


def database(world):
    return world.board.rpartition("/")[2].partition("?")[0]


def in_order(world, case):
    """An agent that has only just read its prompt may be a news for the third pickup, and for no other."""
    for again in range(9, -1, -1):
        try:
            check.check_world(world, case.most(), case.allowed)
            return
        except AssertionError as failure:
            if not again or "a third pickup wrote" not in str(failure):
                raise
            time.sleep(1)


class Stage:
    """A server, and the proxy by which all worlds reach it."""

    def __init__(self):
        self.server = servers.Server(durable=True)
        self.proxy = proxies.Proxy(self.server)
        self.keeper = concurrent.futures.ThreadPoolExecutor(1)  # a server ends with the thread that started it
        os.environ.update(MC_TEST_ENGINE="postgres",
                          MC_TEST_DB=self.server.address(host=self.proxy.place))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proxy.__exit__()
        self.server.stop()
        self.keeper.shutdown()

    def restart(self):
        self.server.kill_immediate()
        self.keeper.submit(self.server.start).result()

    def crash(self):
        """The server itself goes on, and all that it had started begins anew."""
        pid = self.server.sql("SELECT pid FROM pg_stat_activity WHERE backend_type='background writer'")[0][0]
        os.kill(int(pid), signal.SIGKILL)
        matrix.until(lambda: self.answers() not in (None, pid), "the server to begin anew")

    def answers(self):
        try:
            return self.server.sql("SELECT pid FROM pg_stat_activity WHERE backend_type='background writer'")[0][0]
        except (RuntimeError, IndexError):
            return None

    def way(self, name, n):
        return {"client": lambda: Cut(CLIENT, n), "server": lambda: Cut(SERVER, n),
                "passed": lambda: Cut(CLIENT, n, passed=True),
                "silent": lambda: Cut(CLIENT, n, passed=True, keep=SERVER),
                "down": lambda: Cut(CLIENT, n, passed=True, down=LONG),
                "killed": lambda: Cut(CLIENT, n, passed=True, then=self.restart)}[name]()

    def run(self, case, world, environment, cut=None):
        """What the program said, its end, and the messages of its connections."""
        self.proxy.arm(database(world), cut)
        busy = IMPATIENT if cut and cut.down > 1 else PATIENT
        done = world.run(case.program(), MC_BUSY_MS=busy, **environment)
        if cut and cut.met and not cut.hold:
            cut.over.wait(servers.PATIENCE)
        return done, self.proxy.disarm(database(world))

    def reference(self, case):
        """The messages of an undisturbed run."""
        world = World(tickets=case.tickets, **case.world)
        try:
            environment = case.prepare(world)
            done, log = self.run(case, world, environment)
            if done.returncode:
                raise AssertionError(f"{case.argv}: {done.returncode} {done.stderr.decode()}")
            return log
        finally:
            world.end()

    def trial(self, case, cut, keep=False):
        """None, or what was wrong after the cut."""
        world, done = World(tickets=case.tickets, **case.world), None
        try:
            environment = case.prepare(world)
            done = self.run(case, world, environment, cut)[0]
            if done.returncode not in EXITS:
                return f"ended with {done.returncode}: {done.stderr.decode().strip()}"
            said = [line for line in done.stderr.decode().splitlines() if NEWS not in line]
            if len(said) != (done.returncode != 0):
                return f"ended with {done.returncode} and said {said}"
            world.wait_for_strays()
            if done.returncode and case.again:
                world.run(case.program(), **environment)
            for _ in range(2):
                world.pickup()
            in_order(world, case)
            return None
        except (AssertionError, RuntimeError) as failure:
            return f"{failure} (exit {done and done.returncode}, {done and done.stderr.decode().strip()})"
        finally:
            if keep:
                print(f"kept: {world.place}", file=sys.stderr)
            else:
                world.end()

    def cuts(self, name, way, count=0):
        """(messages in all, messages tried, [failure])."""
        case = CASES[name]
        side = SERVER if way == "server" else CLIENT
        numbers = range(1, 1 + sum(one[0] == side for one in self.reference(case)))
        chosen = matrix.spread(numbers, count)
        jobs = 1 if way == "killed" else int(os.environ.get("MC_JOBS", "3"))
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(lambda n: self.trial(case, self.way(way, n)), chosen))
        failures = [f"{name} {way} {n}: {result}" for n, result in zip(chosen, results) if result]
        return len(numbers), len(chosen), failures


def main(words):
    if len(words) not in (2, 3) or words[0] not in CASES:
        print(__doc__, file=sys.stderr)
        return 64
    with Stage() as stage:
        if os.environ.get("MC_CUT"):
            failure = stage.trial(CASES[words[0]], stage.way(words[1], int(os.environ["MC_CUT"])), keep=True)
            print(failure or "in order")
            return 1 if failure else 0
        count, tried, failures = stage.cuts(words[0], words[1], int(words[2]) if len(words) > 2 else 0)
    return matrix.verdict(f"{words[0]} {words[1]}: {tried} of {count} messages", failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
