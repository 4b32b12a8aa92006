"""What must hold when the pickups of several machines have worked a board off together."""
import collections
import os
import sys
import time
import unittest

sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import crowd

# What the story of a ticket says that was worked once, by one machine, and that nobody had to mend.
STORY = {"created", "claimed", "spawned", "sent", "signal", "moved", "reply", "parked", "pushed", "terminal_state"}


class Race(unittest.TestCase):
    maxDiff = None
    most = {"anna": 1, "bert": 2, "carl": 3}

    def setUp(self):
        self.team = None

    def tearDown(self):
        if self.team:
            self.team.end()

    def work_off(self, tickets, at_once, **how):
        """Pickups at once, again and again, until all is in review."""
        self.team = crowd.Team(self.most, tickets, **how)
        if not all(one.network.made for one in self.team.machines):
            print("# the machines share one network: no namespaces here", flush=True)
        watch = crowd.Watch(self.team)
        watch.start()
        begun, rounds = time.monotonic(), 0
        try:
            while self.team.statuses() != {"in_review": tickets}:
                rounds += 1
                self.assertLess(rounds, 10 + 6 * tickets // sum(self.most.values()), self.team.statuses())
                self.assertEqual(self.team.pickups(at_once), [])
        finally:
            watch.end()
        print(f"# {tickets} tickets, {rounds} times {at_once} pickups, {time.monotonic() - begun:.1f} s, most at once: "
              f"{sorted(watch.most.items())} in {watch.looks} looks", flush=True)
        self.assertEqual(watch.wrong, set())
        self.assertGreater(watch.looks, 10)

    def rows(self, text):
        return [tuple(row) for row in self.team.sql(text)]

    def check(self):
        self.check_once()
        self.check_each_to_itself()
        self.assertEqual(self.team.pickups(len(self.most)), [])
        self.check_left()

    def check_once(self):
        """Rows, effects and agents say the same."""
        count = self.team.tickets
        self.assertEqual(self.rows("SELECT count(*),count(DISTINCT ticket_id),count(DISTINCT run_id),"
                                   "sum(attempt)FROM mc_pickup.runs"), [(str(count),) * 4])
        self.assertEqual(self.rows("SELECT outcome,count(*)FROM mc_pickup.runs GROUP BY 1"),
                         [("delivered", str(count))])
        self.assertEqual(self.rows("SELECT kind,state,count(*),count(DISTINCT run_id)FROM mc_pickup.effects WHERE kind "
                                   "IN('spawn','send')GROUP BY 1,2"), [("spawn", "done", str(count), str(count))])
        self.assertEqual(self.rows("SELECT sum(attempts)FROM mc_pickup.tickets"), [("0",)])
        self.assertEqual(self.rows("SELECT status,count(DISTINCT nonce)FROM mc_pickup.ticket_messages GROUP BY 1"),
                         [("sent", str(count))])
        read = collections.Counter(text.split(" ", 1)[0] for one in self.team.machines for text in one.events("prompt"))
        self.assertEqual(read, {f"MC-{n + 1}": 1 for n in range(count)})
        started = {one.name: len(one.events("start")) for one in self.team.machines}
        self.assertEqual({host: int(runs) for host, runs in
                          self.rows("SELECT host,count(*)FROM mc_pickup.runs GROUP BY 1")}, started)
        self.assertEqual(set(started), set(self.most))

    def check_each_to_itself(self):
        """Each agent was where its run says; nobody mended, ended or took for dead what was another's."""
        wrong = self.rows("SELECT kind,ticket_id,body FROM mc_pickup.ticket_activity WHERE kind<>ALL(ARRAY['" +
                          "','".join(sorted(STORY)) + "'])ORDER BY id LIMIT 10")
        self.assertEqual(wrong, [])
        self.assertNotIn("writes a row of", self.team.server.said())
        for one in self.team.machines:
            mine = {int(row[0]) for row in self.rows(f"SELECT ticket_id FROM mc_pickup.runs WHERE host='{one.name}'")}
            self.assertEqual({int(text.split(" ", 1)[0][3:]) for text in one.events("prompt")}, mine)
        seen = self.rows("SELECT host,max_running,count(*)OVER(PARTITION BY machine_id)FROM mc_pickup.hosts ORDER BY 1")
        self.assertEqual(seen, [(one.name, str(one.most), "1") for one in self.team.machines])

    def check_left(self):
        """What lives has a row that rests, and what has one lives."""
        self.assertEqual(self.team.statuses(), {"in_review": self.team.tickets})
        rest = collections.defaultdict(set)
        for host, run, status in self.rows("SELECT host,run_id,status FROM mc_pickup.runtime_sessions WHERE status "
                                           "IN('spawning','idle','running')"):
            self.assertEqual(status, "idle")
            rest[host].add(run)
        for one in self.team.machines:
            self.assertEqual(sorted(one.sessions()), sorted(rest[one.name]), one.name)
            living = set(one.agents().values())
            self.assertLessEqual(living, rest[one.name], one.name)
            self.assertLessEqual(len(living), 3 * one.most, one.name)
        busy = self.rows("SELECT count(*)FROM pg_stat_activity WHERE state LIKE 'idle in%'")
        self.assertEqual(busy, [("0",)])
