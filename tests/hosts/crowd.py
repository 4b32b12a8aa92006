"""Several machines that work on one board in a server: each with a home, a configuration, a state folder, a tmux server
and, where that is allowed, a network of its own, and a role of its own in the database, which is refused another's rows."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import server as servers

BIN = os.environ.get("MC_BIN", "")
PATIENCE = 60  # seconds; for a machine that is busy with other things
POOLS = {"pool_mode": "transaction", "default_pool_size": "6", "max_client_conn": "500"}
# What a pickup may never do, whatever it believes. A ticket is everybody's; what is at work is its machine's.
GUARD = """
CREATE FUNCTION public.theirs() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    IF OLD.host<>session_user AND session_user<>'mc' THEN
        RAISE EXCEPTION '% writes a row of %: % %', session_user, OLD.host, TG_OP, TG_TABLE_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END$$;
CREATE TRIGGER theirs BEFORE UPDATE OR DELETE ON mc_pickup.runs FOR EACH ROW EXECUTE FUNCTION public.theirs();
CREATE TRIGGER theirs BEFORE UPDATE OR DELETE ON mc_pickup.runtime_sessions
    FOR EACH ROW EXECUTE FUNCTION public.theirs();
CREATE TRIGGER theirs BEFORE UPDATE OR DELETE ON mc_pickup.worktree_slots
    FOR EACH ROW EXECUTE FUNCTION public.theirs();
"""
AT_WORK = "SELECT host,count(*)FROM mc_pickup.runtime_sessions WHERE status IN('spawning','running')GROUP BY 1"


def private(path, flags):
    return os.open(path, flags, 0o600)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", opener=private) as file:
        file.write(text)


class Network:
    """A network namespace with nothing in it: a server is reached by its socket only."""

    def __init__(self):
        words = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
        self.keeper = subprocess.Popen([*words, "sh", "-c", "echo; exec sleep 3600"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       preexec_fn=lambda: servers.die_with_parent(signal.SIGKILL))
        self.made = self.keeper.stdout.read(1) == b"\n" and self.differs()

    def differs(self):
        return self.id("self") != self.id(self.keeper.pid)

    @staticmethod
    def id(pid):
        return os.readlink(f"/proc/{pid}/ns/net")

    def into(self):
        """The words before a program's that put it there."""
        if not self.made:
            return []
        user = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
        return ["nsenter", "-t", str(self.keeper.pid), *user, "-n", "--"]

    def end(self):
        self.keeper.kill()
        self.keeper.communicate()


class Bouncer:
    """pgbouncer before a server, in transaction mode, with few connections to it."""

    def __init__(self, server, roles):
        self.place = tempfile.mkdtemp(prefix="mcb.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        told = {"unix_socket_dir": self.place, "listen_port": "6432", "auth_type": "trust", "logfile": self.path("log"),
                "auth_file": self.path("roles"), **POOLS}
        write(self.path("ini"), f"[databases]\n* = host={server.place}\n[pgbouncer]\n" +
              "".join(f"{key} = {value}\n" for key, value in told.items()))
        write(self.path("roles"), "".join(f'"{role}" ""\n' for role in roles))
        servers.own(self.place)
        self.process = subprocess.Popen([shutil.which("pgbouncer"), "-q", self.path("ini")], stdin=subprocess.DEVNULL,
                                        preexec_fn=servers.die_with_parent, **servers.servant())
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self.path(".s.PGSQL.6432")) and time.monotonic() < end:
            time.sleep(0.02)

    def path(self, name):
        return os.path.join(self.place, name)

    def said(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def end(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.place, ignore_errors=True)


class Machine:
    """`most` agents at work at once; options: mc-demo-agent's; keys: of its configuration."""

    def __init__(self, team, name, most, options=(), **keys):
        self.team, self.name, self.most = team, name, most
        self.home = os.path.join(team.place, name)
        self.state = os.path.join(self.home, ".local", "state", "mc-pickup")
        self.socket = os.path.join(self.state, "tmux.sock")
        self.log = os.path.join(self.home, "agent.log")
        self.network = Network()
        self.environment = {"PATH": BIN + ":/usr/local/bin:/usr/bin:/bin", "HOME": self.home, "MC_DB": team.uri(name),
                            "MC_PICKUP_CONFIG": os.path.join(self.home, "config.json")}
        self.read, self.over = 0, set()
        demo = {"command": ["mc-demo-agent", "--busy", "0", "--log", self.log, *options], "reports": False,
                "first_turn": "argv", "startup_timeout_s": 120}
        os.mkdir(self.home, 0o700)
        config = {"host": name, "profile": "demo", "profiles": {"demo": demo}, "max_running": most, "linger_s": 0,
                  "retry": {"backoff_s": 0}, **keys}
        if team.origin:
            config["workspace"] = {"repo": self.clone(), "size": most, "push": "origin"}
        write(self.environment["MC_PICKUP_CONFIG"], json.dumps(config))

    def clone(self):
        repo = os.path.join(self.home, "repo")
        self.git(self.home, "clone", "-q", self.team.origin, repo)
        self.git(repo, "config", "user.name", self.name)
        self.git(repo, "config", "user.email", self.name + "@example.org")
        return repo

    @staticmethod
    def git(folder, *words):
        return subprocess.run(["git", "-C", folder, *words], stdout=subprocess.PIPE, check=True).stdout.decode()

    def start(self, *words):
        return subprocess.Popen([*self.network.into(), os.path.join(BIN, words[0]), *words[1:]], env=self.environment,
                                cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words):
        one = self.start(*words)
        out, errors = one.communicate(timeout=4 * PATIENCE)
        if one.returncode:
            raise AssertionError(f"{self.name}: {words}: {one.returncode} {errors.decode()}")
        return out.decode()

    def sessions(self):
        """The runs that have a session here; '' for one that is nobody's."""
        listed = subprocess.run(["tmux", "-S", self.socket, "list-sessions", "-F", "run #{@mc_run}"], check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return [line[4:] for line in listed.stdout.decode().splitlines()]

    def events(self, kind):
        """The texts of these events of its agents, in their order."""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return [event["text"] for event in map(json.loads, file) if event["event"] == kind]

    def agents(self):
        """{pid: run} of every process that has this machine's door to the board."""
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as file:
                    environment = dict(entry.partition(b"=")[::2] for entry in file.read().split(b"\0"))
            except OSError:
                continue
            if environment.get(b"MC_DB") == b"spool:" + self.state.encode():
                found[int(pid)] = environment.get(b"MC_RUN", b"").decode()
        return found

    def end(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False, stderr=subprocess.DEVNULL)
        for pid in self.agents():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.network.end()


class Asked:
    """A connection that stays: what is asked often needs no psql of its own each time."""

    def __init__(self, uri):
        self.psql = subprocess.Popen([os.path.join(servers.programs(), "psql"), "-XqAt", "-F", " ", "-d", uri],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def rows(self, text):
        self.psql.stdin.write(text + ";\n\\echo .\n")
        self.psql.stdin.flush()
        found = []
        while (line := self.psql.stdout.readline()) != ".\n":
            if not line:
                raise RuntimeError("psql is gone")
            found.append(line.rstrip("\n").split(" "))
        return found

    def end(self):
        self.psql.communicate("\\q\n")


class Watch(threading.Thread):
    """Looks how many are at work on each machine, by the rows and by tmux, for as long as the pickups run."""

    def __init__(self, team):
        super().__init__(daemon=True)
        self.team, self.over, self.wrong, self.looks = team, threading.Event(), set(), 0
        self.most = {}

    def run(self):
        board, most = Asked(self.team.server.uri), {one.name: one.most for one in self.team.machines}
        while not self.over.wait(0.01):
            for host, count in board.rows(AT_WORK):
                self.seen(host, int(count), most[host], "rows")
            self.looks += 1
            if self.looks % 20 == 0:
                for one in self.team.machines:
                    self.sessions(board, one)
        board.end()

    def sessions(self, board, machine):
        """A session whose agent has said its word, or whose row says it rests, is no longer at work."""
        there = set(machine.sessions())
        rest = {row[0] for row in board.rows("SELECT run_id FROM mc_pickup.runtime_sessions WHERE status "
                                            "NOT IN('spawning','running')")}
        self.seen(machine.name, len(there - rest), machine.most, "tmux")

    def seen(self, host, count, most, where):
        self.most[host, where] = max(count, self.most.get((host, where), 0))
        if count > most:
            self.wrong.add(f"{host}: {count} of {most} at work ({where})")

    def end(self):
        self.over.set()
        self.join()


class Team:
    """most: {name of a machine: max_running}; pool: it works in slots of a repository that all push to."""

    def __init__(self, most, tickets, bounced=False, pool=False, options=(), **keys):
        self.place = tempfile.mkdtemp(prefix="mct.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        self.tickets = tickets
        self.machines, self.bouncer, self.server, self.origin = [], None, None, None
        try:
            self.server = servers.Server()
            for name in most:
                self.server.sql(f"CREATE ROLE {name} LOGIN")
            if bounced:
                self.bouncer = Bouncer(self.server, ["mc", *most])
            if pool:
                self.repository()
                options = (*options, "--write", "work", "--commit")
            self.machines = [Machine(self, name, count, options, **keys) for name, count in most.items()]
            self.begin(most)
        except BaseException:
            self.end()
            raise

    def begin(self, most):
        first = self.machines[0]
        first.environment["MC_DB"] = self.uri("mc")
        first.run("mc-ticket", "init")
        for name in most:
            first.run("mc-ticket", "init", "--worker", name)
        wanted = os.path.join(self.place, "tickets")
        write(wanted, "".join(json.dumps({"title": f"Ticket {n + 1}", "body": "Do it."}) + "\n"
                              for n in range(self.tickets)))
        first.run("mc-ticket", "import", wanted)
        first.environment["MC_DB"] = self.uri(first.name)
        self.server.sql(GUARD)

    def uri(self, role):
        if not self.bouncer:
            return self.server.address(user=role)
        return f"postgresql://{role}@/postgres?host={self.bouncer.place}&port=6432"

    def repository(self):
        self.origin, seed = os.path.join(self.place, "origin.git"), os.path.join(self.place, "seed")
        write(os.path.join(seed, "README"), "one\n")
        Machine.git(self.place, "init", "-q", "--bare", "-b", "main", self.origin)
        Machine.git(seed, "init", "-q", "-b", "main")
        Machine.git(seed, "add", "-A")
        Machine.git(seed, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one")
        Machine.git(seed, "push", "-q", self.origin, "main")

    def sql(self, text):
        return self.server.sql(text)

    def pickups(self, count):
        """At once, of the machines in turn: what went wrong."""
        begun = [(one, one.start("mc-pickup")) for one in (self.machines * count)[:count]]
        said = []
        for machine, one in begun:
            out, errors = one.communicate(timeout=4 * PATIENCE)
            if one.returncode or out or errors:
                said.append(f"{machine.name}: {one.returncode} {(out + errors).decode()}")
        return said

    def statuses(self):
        return {status: int(count) for status, count in
                self.sql("SELECT status,count(*)FROM mc_pickup.tickets GROUP BY 1")}

    def end(self):
        for one in self.machines:
            one.end()
        if self.bouncer:
            self.bouncer.end()
        if self.server:
            self.server.stop()
        shutil.rmtree(self.place, ignore_errors=True)
