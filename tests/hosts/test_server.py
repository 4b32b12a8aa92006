"""The server that other tests stand on: it is there, it loses nothing that was committed, and it ends with its test."""
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "kill")]
import server
from world import lives

PROGRAM = server.__file__


def gone(pid):
    end = time.monotonic() + server.PATIENCE
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not lives(pid)


def postmaster(uri):
    """The pid of the server at this address."""
    place = server.sql(uri, "SHOW data_directory")[0][0]
    with open(os.path.join(place, "postmaster.pid"), encoding="ascii") as file:
        return int(file.readline())


class Running(unittest.TestCase):
    def setUp(self):
        self.server = server.Server()
        self.addCleanup(self.server.stop)

    def test_rows_come_as_they_are(self):
        uri = self.server.database("one")
        self.assertEqual(server.sql(uri, "SELECT 'a' || chr(10) || 'b|', NULL, '' UNION ALL SELECT 'c','d','e'"),
                         [["a\nb|", None, ""], ["c", "d", "e"]])
        self.assertEqual(server.sql(uri, "SELECT 1 WHERE false"), [])

    def test_a_kill_keeps_what_was_committed(self):
        uri = self.server.database()
        server.sql(uri, "CREATE TABLE t(i int); INSERT INTO t VALUES (1)")
        self.server.kill_immediate()
        with self.assertRaises(RuntimeError):
            server.sql(uri, "SELECT 1")
        self.server.start()
        self.assertEqual(server.sql(uri, "SELECT i FROM t"), [["1"]])

    def test_nobody_reaches_it_over_the_network(self):
        self.assertEqual(server.sql(self.server.uri, "SHOW listen_addresses"), [[""]])

    def test_it_sorts_unlike_bytes(self):
        """Otherwise a column that forgot its COLLATE would not be seen."""
        self.assertEqual(server.sql(self.server.uri, "SELECT 'a' < 'B'"), [["t"]])


class Ending(unittest.TestCase):
    def run_it(self, *command):
        return subprocess.run([sys.executable, PROGRAM, "run", "--", *command], capture_output=True, check=False)

    def test_a_command_has_its_status(self):
        self.assertEqual(self.run_it("sh", "-c", "exit 5").returncode, 5)

    def test_a_command_has_the_server(self):
        done = self.run_it("sh", "-c", 'psql -XAt -d "$MC_TEST_DB" -c "SELECT 7"')
        self.assertEqual((done.returncode, done.stdout), (0, b"7\n"), done.stderr)

    def test_a_killed_test_takes_its_server_along(self):
        for how in (signal.SIGKILL, signal.SIGTERM):
            test = subprocess.Popen([sys.executable, PROGRAM, "run", "--", "sh", "-c",
                                     'echo "$MC_TEST_DB"; exec sleep 600'], stdout=subprocess.PIPE)
            pid = postmaster(test.stdout.readline().decode().strip())
            test.send_signal(how)
            test.wait()
            self.assertEqual(test.stdout.read(), b"")  # its command has closed it
            test.stdout.close()
            self.assertTrue(gone(pid), how)

    def test_a_started_one_ends_with_its_owner(self):
        with tempfile.TemporaryDirectory() as folder:
            owner = subprocess.Popen(["sleep", "600"])
            self.addCleanup(owner.wait)
            self.addCleanup(owner.kill)
            words = [folder, "--owner", str(owner.pid)]
            uri = subprocess.run([sys.executable, PROGRAM, "start", *words], stdout=subprocess.PIPE, check=True)
            uri = uri.stdout.decode().strip()
            seen = subprocess.run([sys.executable, PROGRAM, "with", *words, "--", "printenv", "MC_TEST_DB"],
                                  stdout=subprocess.PIPE, check=True)
            self.assertEqual(seen.stdout.decode().strip(), uri)
            pid = postmaster(uri)
            owner.kill()
            owner.wait()
            self.assertTrue(gone(pid))

    def test_a_started_one_is_stopped(self):
        with tempfile.TemporaryDirectory() as folder:
            uri = subprocess.run([sys.executable, PROGRAM, "start", folder], stdout=subprocess.PIPE, check=True)
            pid = postmaster(uri.stdout.decode().strip())
            subprocess.run([sys.executable, PROGRAM, "stop", folder], check=True)
            self.assertTrue(gone(pid))
            self.assertEqual(os.listdir(folder), [])


class Password(unittest.TestCase):
    def test_it_is_asked_for_over_tcp(self):
        with server.Server(tcp=True, password="it's secret") as one:
            with self.assertRaisesRegex(RuntimeError, "no password supplied"):
                server.sql(one.address(tcp=True), "SELECT 1")
            place = one.address(tcp=True).replace("mc@", "mc:it%27s%20secret@")
            self.assertEqual(server.sql(place, "SELECT 1"), [["1"]])


class Missing(unittest.TestCase):
    def test_a_skip_is_seen(self):
        hidden = "import sys, runpy; import glob; glob.glob = lambda _: []; sys.argv[0] = sys.argv.pop(1);" \
                 "runpy.run_path(sys.argv[0], run_name='__main__')"
        done = subprocess.run([sys.executable, "-c", hidden, PROGRAM, "run", "--", "true"], env={"PATH": "/nowhere"},
                              capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (77, b"# skipped: PostgreSQL is not installed here\n"))


if __name__ == "__main__":
    server.need()
    unittest.main()
