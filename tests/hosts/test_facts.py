"""What doctor, health and the page say of a board on a server: how it answers, whom it obeys, and what it may lose."""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server

BIN = os.environ["MC_BIN"]
ELSEWHERE = "192.0.2.1"  # RFC 5737
INSIDE = "--inside"


class World:
    """A machine of its own that works on this board."""

    def __init__(self, uri):
        self.home = tempfile.TemporaryDirectory(prefix="mcf.")
        self.uri = uri
        path = os.path.join(self.home.name, "config.json")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            json.dump({"host": "here", "profile": "demo", "profiles": {"demo": {"command": ["mc-demo-agent"]}}}, file)
        self.env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": self.home.name, "MC_PICKUP_CONFIG": path}

    def run(self, *words, name="mc-ticket"):
        done = subprocess.run([os.path.join(BIN, name), *words], env={**self.env, "MC_DB": self.uri},
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def lines(self):
        """doctor's lines on the board and the clock: (state, text)."""
        checks = json.loads(self.run("doctor", "--json")[1])["checks"]
        return [(one["state"], one["text"].replace(self.label, "LABEL")) for one in checks
                if one["check"] in ("board", "clock")]

    @property
    def label(self):
        return json.loads(self.run("health", "--json")[1])["board"]["server"]


class Facts(unittest.TestCase):
    def server(self, **how):
        one = server.Server(**how)
        self.addCleanup(one.stop)
        return one

    def world(self, uri):
        world = World(uri)
        self.addCleanup(world.home.cleanup)
        return world

    def made(self, one, **how):
        world = self.world(one.database("one"))
        code, _, errors = world.run("init")
        self.assertEqual(code, 0, errors)
        world.uri = one.address("one", **how)
        return world

    def assert_says(self, lines, state, pattern):
        self.assertTrue([text for had, text in lines if had == state and re.search(pattern, text)], lines)

    def test_a_server_of_this_machine(self):
        one = self.server(durable=True, tcp=True)
        world = self.made(one)
        for uri in (one.address("one"), one.address("one", tcp=True)):
            world.uri = uri
            lines = world.lines()
            self.assert_says(lines, "ok", r"^board LABEL: PostgreSQL \d+(\.\d+)+ answers in \d+\.\d\d ms, on this "
                                          r"machine; role mc, which owns it$")
            self.assertEqual([text for state, text in lines if state != "ok"], [])

    def test_health_and_the_page_tell_it(self):
        world = self.made(self.server())
        self.assertEqual(world.run(name="mc-pickup")[0], 0)
        board = json.loads(world.run("health", "--json")[1])["board"]
        self.assertEqual((board["engine"], board["role"], board["tls"]), ("PostgreSQL", "mc", False))
        self.assertRegex(board["version"], r"^\d+(\.\d+)+$")
        self.assertTrue(0 < board["round_trip_us"] < 10**6)
        self.assertTrue(abs(board["clock_ahead_ms"]) < 2000)
        self.assertRegex(world.run("health")[1], r"^ok .*; PostgreSQL [\d.]+ answers in \d+\.\d\d ms$")
        metrics = world.run("health", "--metrics")[1]
        self.assertIn(f'mc_board_info{{engine="PostgreSQL",version="{board["version"]}",server="{world.uri}"}} 1\n',
                      metrics)
        self.assertRegex(metrics, r"\nmc_board_round_trip_seconds 0\.\d{6}\n")
        self.assertRegex(metrics, r"\nmc_clock_ahead_seconds -?\d\.\d{3}\n")
        with open(world.run("page")[1].strip(), encoding="utf-8") as file:
            self.assertRegex(file.read(), r"The board is on PostgreSQL [\d.]+ at postgresql:.*, which answers in ")

    def test_who_only_works_there(self):
        one = self.server()
        world = self.made(one, user="clerk")
        server.sql(one.address("one"), "CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA mc_pickup TO clerk;"
                                       "GRANT SELECT ON ALL TABLES IN SCHEMA mc_pickup TO clerk")
        self.assert_says(world.lines(), "bad", "the role clerk may not work on it: let its owner, mc, run mc-ticket "
                                               "init --worker clerk$")
        self.assertEqual(world.run("init", "--db", one.address("one"), "--worker", "clerk")[0], 0)
        self.assert_says(world.lines(), "ok", "; role clerk, which works there$")

    def test_what_it_may_lose(self):
        self.assert_says(self.made(self.server()).lines(), "warn", "LABEL: fsync is off there for mc, so a power cut")
        one = self.server(durable=True)
        world = self.made(one)
        server.sql(one.address("one"), "ALTER ROLE mc SET synchronous_commit=off")
        # Our transactions turn it on themselves.
        self.assertFalse([line for line in world.lines() if line[0] == "warn" and "power cut" in line[1]])

    def test_one_that_only_repeats_another(self):
        one = self.server()
        world = self.made(one)
        one.end(2)
        with open(os.path.join(one.data, "standby.signal"), "w", encoding="ascii"):
            pass
        server.own(one.data)
        one.start()
        self.assert_says(world.lines(), "bad", "LABEL: this server only repeats another one, and takes nothing")

    def test_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            pair = [os.path.join(folder, name) for name in ("crt", "key")]
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                            "-nodes", "-days", "2", "-subj", "/CN=db1", "-keyout", pair[1], "-out", pair[0]],
                           check=True, capture_output=True)
            world = self.made(self.server(tcp=True, tls=pair), tcp=True)
        self.assert_says(world.lines(), "ok", " ms, over TLS; role mc")
        self.assertTrue(json.loads(world.run("health", "--json")[1])["board"]["tls"])

    def test_over_a_network_without(self):
        """In a network of its own, where an address that is not loopback's is this machine's all the same."""
        if os.geteuid() != 0 or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
            print("# skipped: networks of one's own are not allowed here", flush=True)
            self.skipTest("networks of one's own are not allowed here")
        done = subprocess.run(["unshare", "-n", sys.executable, __file__, INSIDE], check=False, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assert_says(json.loads(done.stdout), "ok", " ms, without TLS; role mc")
        self.assert_says(json.loads(done.stdout), "warn", "LABEL: whoever is between this machine and its server can "
                                                          "read and change what they say; ask for TLS")


def inside():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", ELSEWHERE, "dev", "lo"], check=True)
    with server.Server(tcp=True, settings={"listen_addresses": ELSEWHERE},
                       hba=[f"host all all {ELSEWHERE}/32 trust"]) as one:
        world = World(one.database("one"))
        world.run("init")
        world.uri = one.address("one", tcp=True, host=ELSEWHERE)
        print(json.dumps(world.lines()))
        world.home.cleanup()


if __name__ == "__main__":
    server.need()
    if sys.argv[1:] == [INSIDE]:
        inside()
    else:
        unittest.main()
