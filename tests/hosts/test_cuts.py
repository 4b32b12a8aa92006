"""A connection that is cut, or held, and a server that is killed: nothing is lost, and nothing is done twice."""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server

server.need()
import cuts
import matrix
import proxy as proxies
from proxy import CLIENT, SERVER, Cut
from world import World

ADD = ["mc-ticket", "add", "A word", "--body", "Do it.", "--profile", "demo"]


def is_commit(message):
    """The client's message that brings it, or the server's that it was made."""
    return message.says("P", b"COMMIT") or message.says("C", b"COMMIT")


class Standby(server.Server):
    """One that has not heard of its primary since it was stopped."""

    def __init__(self, primary):
        self.primary = primary
        super().__init__()

    def make(self, *_):
        server.own(self.place)
        self.primary.end(signal.SIGINT)
        subprocess.run(["cp", "-r", "--preserve=mode", self.primary.data, self.data], check=True)
        self.primary.start()
        with open(os.path.join(self.data, "standby.signal"), "w", encoding="ascii"):
            pass
        server.own(self.data)


class Add(matrix.Case):
    argv = ADD
    tickets = 0


class Cuts(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stage = cuts.Stage()

    @classmethod
    def tearDownClass(cls):
        cls.stage.__exit__()

    def world(self, **how):
        world = World(**how)
        self.addCleanup(world.end)
        return world

    def added(self, cut, code, tickets):
        """A ticket is added, and its connection cut."""
        world = self.world(tickets=0)
        done, _ = self.stage.run(Add(), world, {}, cut)
        said = done.stderr.decode()
        self.assertTrue(cut.met)
        self.assertEqual((done.returncode, said.count("\n")), (code, int(code != 0)), said)
        self.assertEqual(len(world.sql("SELECT id FROM tickets")), tickets, said)
        return said

    def test_the_answer_to_commit_is_lost(self):
        self.added(Cut(SERVER, only=is_commit), 0, 1)

    def test_commit_is_lost(self):
        said = self.added(Cut(CLIENT, only=is_commit), 75, 0)
        self.assertIn("nothing was changed: try again", said)

    def test_the_answer_is_lost_and_the_server_away(self):
        said = self.added(Cut(SERVER, only=is_commit, down=cuts.LONG), 69, 1)
        self.assertIn("before it said whether it has taken", said)

    def test_the_answer_is_lost_and_the_server_away_for_a_while(self):
        self.added(Cut(SERVER, only=is_commit, down=1), 0, 1)

    def test_the_answer_is_lost_with_the_server(self):
        """Its number may have been given to another: that it was made is not believed."""
        for how in (self.stage.restart, self.stage.crash):
            said = self.added(Cut(SERVER, only=is_commit, then=how), 69, 1)
            self.assertIn("before it said whether it has taken", said)

    def test_commit_is_lost_with_the_server(self):
        said = self.added(Cut(CLIENT, only=is_commit, then=self.stage.restart), 75, 0)
        self.assertIn("nothing was changed: try again", said)

    def test_commit_is_on_its_way_for_a_while(self):
        self.added(Cut(CLIENT, only=is_commit, hold=1), 0, 1)

    def test_a_server_that_says_nothing(self):
        """Not even a greeting."""
        world = self.world(tickets=0)
        world.environment["MC_DB"] += "&connect_timeout=2"
        begun = time.monotonic()
        done, _ = self.stage.run(Add(), world, {}, Cut(CLIENT, 1, keep=CLIENT))
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (69, 1), done.stderr)
        self.assertLess(time.monotonic() - begun, 200)

    def test_a_server_that_warns_in_its_greeting(self):
        """As after an upgrade of its machine: no pickup repeats that."""
        world = self.world(tickets=1)
        self.stage.server.sql(f"UPDATE pg_database SET datcollversion='0' WHERE datname='{cuts.database(world)}'")
        done = world.run([matrix.program("mc-ticket"), "list"])
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_a_standby(self):
        """It is looked at and not written to, and cannot say that a commit was not made."""
        world = self.world(tickets=1)
        with Standby(self.stage.server) as standby:
            name = cuts.database(world)
            done = world.run([matrix.program("mc-ticket"), "list"], MC_DB=standby.address(name))
            self.assertEqual((done.returncode, done.stdout.count(b"\n")), (0, 2), done.stderr)
            for program in (ADD, ["mc-pickup"], ["mc-pickup", "--dry-run"]):
                done = world.run([matrix.program(program[0]), *program[1:]], MC_DB=standby.address(name))
                self.assertEqual((done.returncode, done.stderr.count(b"\n")), (75, 1), done.stderr)
                self.assertIn(b"the server takes no changes (", done.stderr)
            done = world.run([matrix.program("mc-ticket"), "health"], MC_DB=standby.address(name))
            self.assertEqual(done.returncode, 69, done.stderr)
            self.assertIn(b"board       its server takes no changes, because it only repeats", done.stdout)
            world.environment["MC_DB"] += "," + urllib.parse.quote(standby.place, safe="")
            hide, show = self.stage.proxy.hide, self.stage.proxy.show
            try:
                done, _ = self.stage.run(Add(), world, {}, Cut(SERVER, only=is_commit, then=hide, down=cuts.LONG))
            finally:
                show()
            self.assertEqual(done.returncode, 69, done.stderr)
            self.assertIn(b"before it said whether it has taken", done.stderr)

    def test_cut_where_a_password_is_asked(self):
        """It was not refused."""
        with server.Server(hba=["local all asked scram-sha-256"]) as one, proxies.Proxy(one) as proxy, \
             tempfile.TemporaryDirectory(prefix="mcc.") as home:
            one.sql("CREATE ROLE asked LOGIN PASSWORD 'word'")
            name = one.database("asked").rpartition("/")[2].partition("?")[0]
            with open(os.open(os.path.join(home, ".pgpass"), os.O_WRONLY | os.O_CREAT, 0o600), "w",
                      encoding="ascii") as file:
                file.write("*:*:*:asked:word\n")
            for n, code in ((2, 69), (3, 69), (None, 66)):
                proxy.arm(name, n and Cut(CLIENT, n, passed=True))
                done = subprocess.run([matrix.program("mc-ticket"), "list"], capture_output=True, check=False,
                                      env={"PATH": "/usr/bin:/bin", "HOME": home,
                                           "MC_DB": one.address(name, user="asked", host=proxy.place)})
                self.assertEqual((done.returncode, done.stderr.count(b"\n")), (code, 1), done.stderr)
                proxy.disarm(name)

    def test_a_sample(self):
        for name, way, count in (("dispatch", "passed", 1), ("signal", "server", 1)):
            with self.subTest(name, way=way):
                _, tried, failures = self.stage.cuts(name, way, count)
                self.assertEqual((tried, failures), (count, []))


if __name__ == "__main__":
    unittest.main()
