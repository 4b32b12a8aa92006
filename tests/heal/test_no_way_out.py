"""States with no way out, on a real board: rows of every pair of states that rows can have, and of every ticket and
runtime, whoever wrote them; the real pickups over all of them at once; then where each ticket rests is a line of
who_moves_next.txt, time ends what is said to wait for time, and people's commands take every ticket on.

No tmux server is there, which is certain. Unit no_way_out.c goes through what tmux may say."""
import collections
import contextlib
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = os.path.join(HERE, "..", "kill")  # before this folder, which has a clerk of its own
from world import World  # noqa: E402

MINUTE, DAY = 61_000, 86_400_000
AWAKE = 100 * DAY  # as on a machine that was started long ago
STATUSES = ["inbox", "todo", "in_progress", "in_review", "needs_input", "blocked", "done", "cancelled"]
ACTIVE = {"spawning": "starting", "idle": "resting", "running": "working", "adopted": "working"}
CHOICES = {
    "status": STATUSES,
    "owner": ["own", "none", "other", "unknown"],
    "runtime": ["none", "spawning", "idle", "running", "adopted", "dead", "closed"],
    "agent": ["none", "alive", "dead", "number", "elsewhere", "rebooted"],
    "run": ["open", "failed", "stopped", "delivered"],
    "pickup": ["dead", "alive", "none", "rebooted"],
    "message": ["none", "pending note", "pending work", "sending note", "sending work", "unknown work",
                "failed_to_inject work", "sent note"],
    "spawn": ["none", "intent", "done", "failed", "unknown"],
    "send": ["none", "intent", "done", "failed", "unknown"],
    "kill": ["none", "intent", "done", "failed"],
    "slot": ["none", "claimed", "quarantined"],
    "due": ["now", "later"],
    "age": ["young", "old", "untimed"],
}
NAMES = list(CHOICES)
CORE = ["status", "runtime"]  # each of these with each (test_no_way_out_long.py has more of them)


def pairs_of(row):
    return {((a, row[a]), (b, row[b])) for a, b in itertools.combinations(NAMES, 2)}


def filled(row, missing):
    """The row with its open choices made so that they meet as many missing pairs as they can."""
    for name in NAMES:
        if name not in row:
            counts = collections.Counter()
            for (a, b) in missing:
                for one, other in ((a, b), (b, a)):
                    if one[0] == name and row.get(other[0], other[1]) == other[1]:
                        counts[one[1]] += 1 + 9 * (other[0] in row)
            row[name] = max(CHOICES[name], key=lambda value: counts[value])
    return row


def combinations(core):
    """Everything of the core with everything, and every pair of any two."""
    missing = {pair for pair in itertools.chain.from_iterable(
        (((a, x), (b, y)) for x in CHOICES[a] for y in CHOICES[b]) for a, b in itertools.combinations(NAMES, 2))}
    rows = []
    seeds = [dict(zip(core, values)) for values in itertools.product(*(CHOICES[name] for name in core))]
    while seeds or missing:
        row = filled(seeds.pop(0) if seeds else dict(next(iter(sorted(missing)))), missing)
        missing -= pairs_of(row)
        rows.append(row)
    return rows


class Scribe:
    """Writes the rows of a combination as ticket number `number`."""

    def __init__(self, world, now, awake):
        self.world, self.now, self.awake = world, now, awake
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            self.boot = file.read().strip()
        self.namespace = os.stat("/proc/self/ns/pid").st_ino
        self.sleepers = []
        self.pickup = self.process()
        self.rows = []

    def process(self):
        self.sleepers.append(subprocess.Popen(["sleep", "86400"], stdin=subprocess.DEVNULL, start_new_session=True))
        return self.identity(self.sleepers[-1].pid)

    def identity(self, pid):
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return pid, int(file.read().rpartition(") ")[2].split()[19]), self.boot, self.namespace

    def identity_of(self, kind):
        dead = (4_194_303, 5, self.boot, self.namespace)
        return {"none": (None, None, None, None), "alive": None, "dead": dead, "number": (4_194_303, None, None, None),
                "elsewhere": (77, 5, self.boot, 1), "rebooted": (77, 5, "another-boot", self.namespace)}[kind]

    def put(self, table, **columns):
        self.rows.append((f"INSERT INTO {table}({','.join(columns)})VALUES({','.join('?' * len(columns))})",
                          list(columns.values())))

    def ticket(self, number, row):
        run = f"{number:032x}"
        owner = {"own": run, "none": None, "other": f"{10 ** 6 + number:032x}", "unknown": f"{10 ** 7 + number:032x}"}
        self.put("tickets", id=number, title="T", body="B", status=row["status"], profile="demo", created_at=1,
                 updated_at=self.now, run_id=owner[row["owner"]], worker_host="here",
                 next_attempt_at=self.now + 3_000_000 if row["due"] == "later" else None)
        self.run(run, number, row)
        if row["owner"] == "other":
            self.run(owner["other"], number, {"run": "open", "pickup": "dead"}, attempt=2)
        self.runtime(run, number, row)
        self.around(run, number, row)

    def run(self, run, number, row, attempt=1):
        pid, start, boot, namespace = self.pickup if row["pickup"] == "alive" else self.identity_of(row["pickup"])
        ended = row["run"] != "open"
        self.put("runs", run_id=run, ticket_id=number, attempt=attempt, host="here", pickup_pid=pid, pickup_start=start,
                 pickup_boot=boot, pickup_ns=namespace, started_at=self.now - 5_000,
                 ended_at=self.now - 1_000 if ended else None, outcome=row["run"] if ended else None)

    def runtime(self, run, number, row):
        if row["runtime"] == "none":
            return
        agent = self.process() if row["agent"] == "alive" else self.identity_of(row["agent"])
        age = 1_000 if row["age"] == "young" else 3_000_000
        ticks = (None, None, None) if row["age"] == "untimed" else (self.boot, self.awake - age, self.awake - age)
        status = "running" if row["runtime"] == "adopted" else row["runtime"]
        self.put("runtime_sessions", session_key=f"ticket:{number}:session", ticket_id=number, run_id=run, host="here",
                 status=status, tmux_target=f"mc-MC-{number}", pane_id=f"%{number}", pid=agent[0], pid_start=agent[1],
                 boot_id=agent[2], pid_ns=agent[3], profile="demo", spawned_at=self.now - age,
                 turn_nonce=f"MC_TICKET_TURN:{number}:1:0" if row["runtime"] == "running" else None,
                 turn_started_at=self.now - age, tick_boot=ticks[0], spawned_tick=ticks[1], turn_started_tick=ticks[2],
                 closed_at=self.now if status in ("dead", "closed") else None)

    def around(self, run, number, row):
        status, _, kind = row["message"].partition(" ")
        if kind:
            taken = status != "pending" or kind == "work"
            self.put("ticket_messages", ticket_id=number, author="p", kind=kind, status=status, created_at=1, body="M",
                     run_id=run if taken else None, nonce=f"MC_TICKET_TURN:{number}:1:0" if taken else None)
        for effect in ("spawn", "send", "kill"):
            if row[effect] != "none":
                self.put("effects", run_id=run, kind=effect, state=row[effect], at=self.now - 2_000)
        if row["slot"] != "none":
            self.put("worktree_slots", host="here", slot=f"pool-{number}", workspace="default", number=number,
                     path=os.path.join(self.world.pool, f"pool-{number}"), state=row["slot"], ticket_id=number,
                     run_id=run, branch=f"mc/{number}", claimed_at=1)

    def lives(self):
        return self.sleepers[0].poll() is None

    def leave(self):
        """The pickup that lives is dead."""
        self.sleepers[0].kill()
        self.sleepers[0].wait()

    def end(self):
        for one in self.sleepers:
            one.kill()
            one.wait()


def lines():
    """{(ticket, agent): {who: by what}} of who_moves_next.txt."""
    table = {}
    with open(os.path.join(HERE, "who_moves_next.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and line[0] != "#":
                ticket, agent, who = (part.strip() for part in line.split("|"))
                table[ticket, agent] = dict(one.strip().split(": ", 1) for one in who.split(";"))
    return table


class Board:
    """A world with one ticket of each combination on it, under clocks that the test sets."""

    def __init__(self, core):
        self.rows = combinations(core)
        self.world = World(0, pool=100, keys={"runtime_ttl_s": 36_000, "newborn_grace_s": 3600,
                                                "turn_timeout_s": 36_000, "stall_timeout_s": 36_000,
                                                "retry": {"backoff_s": 3600}})
        self.world.environment.update(LD_PRELOAD=os.environ["MC_CLOCK_SHIM"], MC_CLOCK_OFFSETS=self.world.place + "/offsets")
        self.ahead = 0
        self.forward(0)
        now = int(time.time() * 1000)
        self.scribe = Scribe(self.world, now, time.monotonic_ns() // 1_000_000 + AWAKE)
        for number, row in enumerate(self.rows, 1):
            self.scribe.ticket(number, row)
        with contextlib.closing(sqlite3.connect(self.world.board)) as board, board:
            for statement, values in self.scribe.rows:
                board.execute(statement, values)

    def forward(self, ms):
        self.ahead += ms
        with open(self.world.place + "/offsets.new", "w", encoding="ascii") as file:
            file.write(f"{self.ahead} {AWAKE + self.ahead} {AWAKE + self.ahead}\n")
        os.rename(self.world.place + "/offsets.new", self.world.place + "/offsets")

    def heal(self):
        """One pickup, a minute later; what it has repaired."""
        self.forward(MINUTE)
        done = self.world.pickup("--heal-only", "--json")
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        return [(one["rule"], one["ticket"], one["from"], one["to"]) for one in json.loads(done.stdout)["healed"]]

    def end(self):
        self.scribe.end()
        self.world.end()

    def rest(self):
        """Pickups until one finds nothing; fails where that takes more than three, or one repairs the same again."""
        seen = set()
        for _ in range(4):
            healed = self.heal()
            again = seen & set(healed)
            assert not again, f"repaired in a circle: {sorted(again)}"
            seen |= set(healed)
            if not healed:
                return
        raise AssertionError(f"three pickups have not brought it to rest: {healed}")

    def rows_now(self):
        """Every row, but since when something is seen."""
        return [line for line in self.world.dump() if "'no_server'" not in line and "'mass_death'" not in line]

    def states(self):
        """Number, status, and how its agent is, by the rows alone."""
        for number, status, run, owner, runtime, start, pickup in self.world.sql(
                "SELECT t.id,t.status,r.run_id,t.run_id,r.status,r.pid_start,u.pickup_pid FROM tickets t "
                "LEFT JOIN runtime_sessions r ON r.ticket_id=t.id AND r.status IN('spawning','idle','running') "
                "LEFT JOIN runs u ON u.run_id=coalesce(r.run_id,t.run_id) ORDER BY t.id"):
            sending = self.world.sql("SELECT count(*) FROM ticket_messages WHERE status='sending' AND run_id=?", run)
            alive = self.scribe.lives() and pickup == self.scribe.pickup[0]
            if not runtime:
                agent = "lost" if status == "in_progress" and not alive else "none"
            elif alive and (runtime == "spawning" or sending[0][0]):
                agent = "attended"
            elif status == "todo" or (status == "in_progress" and owner != run):
                agent = "another's"
            else:
                agent = ACTIVE[runtime]
            yield number, status, agent

    def check(self, table):
        for number, status, agent in self.states():
            live = "live" if agent in ACTIVE.values() else agent
            if not {(status, agent), (status, live), ("any", agent)} & set(table):
                raise AssertionError(f"no line for {status}, agent {agent}: MC-{number}, {self.rows[number - 1]}")

    def commands(self, move, *statuses):
        """Does it to every ticket of these."""
        keys = [f"MC-{number}" for number, status, _ in self.states() if status in statuses]
        if keys:
            self.world.ticket(move, *keys)


class NoWayOut(unittest.TestCase):
    core = CORE

    def setUp(self):
        self.board = Board(self.core)
        self.addCleanup(self.board.end)

    def active(self):
        return [tuple(row) for row in self.board.world.sql(
            "SELECT ticket_id,status FROM runtime_sessions WHERE status IN('spawning','idle','running')")]

    def test_every_pair_of_states_comes_to_rest_and_every_ticket_goes_on(self):
        board, table = self.board, lines()
        board.rest()
        board.check(table)
        before = board.rows_now()
        self.assertEqual(board.heal(), [])
        self.assertEqual(board.rows_now(), before)

        board.scribe.leave()
        board.rest()
        board.check(table)
        self.assertNotIn("attended", [agent for _, _, agent in board.states()])

        board.forward(DAY)
        board.rest()
        self.assertEqual(self.active(), [], "time has not ended these")
        self.assertEqual(board.world.sql("SELECT id FROM tickets WHERE status='in_progress'"), [])

        board.commands("cancel", "inbox", "todo", "in_progress", "in_review", "needs_input", "blocked")
        board.rest()
        self.assertEqual(board.world.sql("SELECT slot FROM worktree_slots WHERE state='claimed'"), [])
        board.commands("reopen", "done", "cancelled")
        waiting = board.world.sql("SELECT count(*) FROM tickets WHERE status='todo' AND waits=0 AND "
                                  "next_attempt_at IS NULL")
        self.assertEqual(waiting[0][0], len(board.rows))
        said = json.loads(board.world.pickup("--dry-run", "--json").stdout)
        self.assertEqual((said["outcome"], said["exit"]), ("dispatched", 0), said)


if __name__ == "__main__":
    unittest.main()
