"""Every example of every page, as printed: each `.Bd -literal` and each `.Dl` is held by a row of HELD, by a test here or
by one that reads it from the page, too."""
import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
import words
from words import BUILD, Page, load_json
from world import World

TWO_WORKSPACES = "{ #4"
PAGES = ("mc-pickup.1", "mc-ticket.1", "mc-pickup.conf.5", "mc-board.5", "mc-pickup-hosts.7")

# Held by a test that reads it from the page: page, first line, file, what reads it there.
ELSEWHERE = [
    ("mc-ticket.1", "$ mc-ticket diff MC-1 --stat", "tests/pool/desk.bats",
     "/^Where the configuration names a repository/,/^\\.Ed/p"),
    ("mc-ticket.1", "$ gh issue list --limit 1000 --json title,body,labels,url --jq '", "tests/desk/intake.bats",
     "$(example gh)"),
    ("mc-board.5", "REVOKE ALL ON SCHEMA mc_pickup FROM worker;", "tests/hosts/roles.bats",
     "/^REVOKE ALL ON SCHEMA/,/^\\.Ed/p"),
    ("mc-pickup.conf.5", "#!/bin/sh", "tests/e2e/notify.bats", "/^#!\\/bin\\/sh/,/^\\.Ed/p"),
    ("mc-pickup.conf.5", 'mission-control  {"ticket":"{ticket}","session_key":"{session_key}",',
     "tests/man/test_promises.py", "def test_bodies_of_the_built_in_dialects"),
    *[("mc-pickup-hosts.7", first, "tests/hosts/" + file, reads) for first, file, reads in [
        ("CREATE ROLE mc_owner LOGIN;", "manual.bats", 'example "CREATE ROLE mc_owner"'),
        ("hostssl  mc  mc_owner,mc_worker  192.0.2.0/24  scram-sha-256", "manual.bats", 'example "hostssl"'),
        ("listen_addresses = '*'", "manual.bats", 'example "listen_addresses"'),
        ("$ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \\", "manual.bats",
         'typed "\\$ openssl req -x509"'),
        ("[mc]", "manual.bats", 'example "[mc]"'),
        ("db.example.org:5432:mc:mc_worker:the worker's password", "manual.bats", 'example "db.example.org:5432"'),
        ("$ mc-ticket init --db service=mc-owner", "manual.bats", 'typed "\\$ mc-ticket init --db service=mc-owner"'),
        ("{", "manual.bats", 'example "{"'),
        ("* * * * * mc-pickup", "manual.bats", 'example "* * * * * "'),
        ("$ mc-ticket doctor", "manual.bats", 'typed "\\$ mc-ticket doctor" | sed'),
        ("$ mc-ticket doctor #2", "manual.bats", 'typed "\\$ mc-ticket doctor" | sed'),
        ("$ git push origin --delete BRANCH BRANCH-kept", "travel.bats", 'typed "\\$ git push origin --delete"'),
        ("$ git push origin BRANCH", "travel.bats", 'typed "\\$ git push origin BRANCH"'),
        ("$ mc-ticket hosts retire kiln", "manual.bats", 'typed "\\$ mc-ticket hosts retire"'),
        ("[databases]", "manual.bats", 'example "[databases]"'),
        ("$ sudo -u postgres psql -AtX mc -c \"SELECT format('\\\"%s\\\" \\\"%s\\\"',", "manual.bats",
         'typed "\\$ sudo -u postgres psql"'),
        ('$ pg_dump -Fc -n mc_pickup -f board.dump "service=mc-owner"', "manual.bats", 'typed "\\$ pg_dump"'),
        ("synchronous_standby_names = 'ANY 1 (*)'", "manual.bats", 'example "synchronous_standby_names"'),
        ('$ mc-ticket pause "moving to the server"', "manual.bats", 'typed "\\$ mc-ticket pause"'),
        ("$ tmux -S ~/.local/state/mc-pickup/tmux.sock kill-server", "manual.bats", 'typed "\\$ tmux -S"'),
        ("$ mc-ticket export -o board.jsonl", "manual.bats", 'typed "\\$ mc-ticket export -o board.jsonl"'),
        ("$ mc-ticket export -o board.jsonl #2", "manual.bats", 'typed "\\$ mc-ticket export -o board.jsonl"'),
    ]],
]


def roff(line):
    for escape, text in (("\\(aq", "'"), ("\\(dq", '"'), ("\\en", "\\n"), ("\\e", "\\"), ("\\&", ""), ("\\-", "-")):
        line = line.replace(escape, text)
    return line


def examples(page):
    """The texts of a page's examples, by their first lines; lines of .Dl are one each."""
    found = {}
    block = None
    for line in Page(page).lines:
        if block is not None:
            if line == ".Ed":
                text = "\n".join(block)
                # two that begin alike are told apart by their number
                name = block[0] if block[0] not in found else next(
                    f"{block[0]} #{n}" for n in range(2, 99) if f"{block[0]} #{n}" not in found)
                found[name] = text
                block = None
            else:
                block.append(roff(line))
        elif re.match(r"\.Bd .*-literal", line):
            block = []
        elif line.startswith((".Dl ", ".D1 ")):
            found[roff(line[4:])] = roff(line[4:])
    return found


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.end)


class Together(unittest.TestSuite):
    """Six tests at a time: each has its own home, and they wait for agents most of the time."""

    def run(self, result, debug=False):
        def one(case):
            own = unittest.TestResult()
            case.run(own)
            return case, own

        cases = [case for suite in self for case in suite]
        with ThreadPoolExecutor(6) as pool:
            for case, own in pool.map(one, cases):
                result.startTest(case)
                result.failures += own.failures
                result.errors += own.errors
                result.skipped += own.skipped
                result.stopTest(case)
        return result


def load_tests(_loader, tests, _pattern):
    return Together(tests)


class Every(unittest.TestCase):
    def test_each_example_is_held_and_each_row_has_one(self):
        rows = {(row[0], row[1]) for row in ELSEWHERE} | set(HELD)
        there = {(page, first) for page in PAGES for first in examples(page)}
        self.assertEqual(set(), there - rows, "no test holds these examples: give each a row and a test")
        self.assertEqual(set(), rows - there, "these rows have no example any more")

    def test_no_line_is_broken_where_it_is_read(self):
        """Each stands whole on a terminal of 80 columns, so that it can be copied."""
        for page in PAGES:
            printed = re.sub(r".\x08", "", words.run("mandoc", "-T", "ascii", os.path.join(words.ROOT, "man", page)))
            lines = {line.strip() for line in printed.splitlines()}
            broken = [line for text in examples(page).values() for line in text.splitlines()
                      if line.strip() not in lines]
            self.assertEqual([], broken, page)

    def test_each_row_has_its_test(self):
        for page, first in HELD:
            self.assertTrue(HELD[page, first].startswith("test_"))
            self.assertTrue(any(hasattr(case, HELD[page, first]) for case in (Ticket, Pickup, Configuration, Board)),
                            HELD[page, first])

    def test_what_is_held_elsewhere_is_read_there_from_the_page(self):
        for page, _, file, reads in ELSEWHERE:
            with open(os.path.join(words.ROOT, file), encoding="utf-8") as source:
                text = source.read()
            self.assertIn(reads, text)
            self.assertIn("man/" + page, text)


def example(case):
    """What the row of this test shows; several as a list."""
    found = [examples(page)[first] for (page, first), name in HELD.items() if name == case.id().split(".")[-1]]
    return found if len(found) > 1 else found[0]


class Ticket(Case):
    def test_a_tickets_way(self):
        world = self.world
        self.assertEqual(13, world.session(example(self)))
        self.assertEqual("done", world.status())
        self.assertEqual([(1, 3)], world.sql("SELECT (SELECT count(*) FROM runs),turn_count FROM runtime_sessions"))

    def test_two_minutes(self):
        world = self.world
        world.begin()
        world.sh("mc-ticket add one; mc-pickup")
        world.until("in_review")
        self.assertEqual(4, world.session(example(self)))
        self.assertTrue(world.read(".local/state/mc-pickup/page.html").lower().startswith("<!doctype html>"))

    def test_keys_that_wait_for_a_person(self):
        world = self.world
        world.begin("--signal", "QUESTION")
        world.sh("mc-ticket add one; mc-ticket add two; mc-pickup")
        world.until("needs_input")
        world.session(example(self))
        self.assertEqual("MC-1\n", world.out)

    def test_what_import_says(self):
        world = self.world
        world.begin()
        lines = [json.dumps({"title": f"t{n}", "dedupe_key": str(n)}) for n in range(15)]
        world.write("old", "\n".join(lines[:12]))
        world.write("all", "\n".join(lines))
        world.sh("mc-ticket import old")
        self.assertEqual(example(self), world.sh("mc-ticket import all").rstrip("\n"))

    def test_the_archive_comes_back(self):
        world = self.world
        world.begin()
        world.sh("mc-ticket add one; mc-ticket add two; mc-ticket cancel MC-1; mc-ticket cancel MC-2")
        for n, line in enumerate(world.sh("mc-ticket export").splitlines()[1:3], 7):
            world.write(f".local/state/mc-pickup/archive/2026-0{n}.jsonl", line + "\n")
        for name in ("board.db", "board.db-wal", "board.db-shm"):
            world.write(name, "")  # the first one is out of the way
            shutil.move(os.path.join(world.state, name), world.path(name)) if os.path.exists(
                os.path.join(world.state, name)) else None
        world.sh("mc-ticket init")
        world.session(example(self), cwd=".local/state/mc-pickup")
        self.assertEqual([("one", "cancelled"), ("two", "cancelled")], world.sql("SELECT title,status FROM tickets"))

    def test_a_story(self):
        """Lines of show: the columns as they are printed, whatever times, numbers and names stand in them."""
        world = self.world
        with Busy() as busy:
            world.begin(send={"transport": "http", "url": busy.url})
            world.sh("mc-ticket add one; mc-pickup -v")
        printed = [line for line in world.sh("mc-ticket show MC-1").splitlines() if "spawned" in line or "409" in line]
        shown = re.sub(r" *\\\n *", " ", example(self)).splitlines()
        self.assertEqual([masked(line) for line in shown], [masked(line) for line in printed])

    def test_metrics_from_cron(self):
        self.world.begin()
        line = example(self)
        metrics = self.world.cron(line, [os.path.dirname(line.split()[-1])])
        self.assertRegex(metrics, r"(?m)^mc_\w+ ")
        self.assertTrue(metrics.endswith("# EOF\n"))

    def test_a_client_types_again(self):
        world = self.world
        tmux = f"tmux -S {world.path('sock')}"
        world.sh(f"{tmux} -f /dev/null new-session -d -s there cat")
        self.addCleanup(world.sh, f"{tmux} kill-server || true")
        world.terminal(f"{tmux} attach-session -r -t there", lambda: world.sh(f"{tmux} list-clients"))
        client = world.sh(f"{tmux} list-clients -F '#{{client_name}} #{{client_readonly}}'").split()
        self.assertEqual("1", client[1])
        line = example(self)[2:].replace("SOCKET", world.path("sock")).replace("CLIENT", client[0])
        world.sh(line.replace("SESSION", "there"))
        self.assertEqual("0\n", world.sh(f"{tmux} list-clients -F '#{{client_readonly}}'"))

    def test_a_board_as_a_file(self):
        world = self.world
        world.begin()
        world.sh("mc-ticket add one --label a; mc-ticket add two --after MC-1; mc-ticket cancel MC-2")
        world.session(example(self))
        head, *first = world.read("board.jsonl").splitlines()
        _, *again = world.sh("mc-ticket export --db ~/new/board.db").splitlines()
        self.assertEqual(first, again)
        self.assertEqual(load_json(head)["board"], world.sql("SELECT value FROM settings WHERE key='board'")[0][0])

    def test_an_agent_has_finished(self):
        world = self.world
        world.begin("--no-signal", "--hold", world.path("never"))
        world.sh("mc-ticket add one; mc-pickup")
        agent = world.agent()
        world.sh(example(self)[2:], **{name: agent[name] for name in agent if name.startswith("MC_")})
        self.assertEqual([("in_review", "parser mended, 3 tests added")],
                         world.sql("SELECT status,result FROM tickets"))


def masked(line):
    """A line of a story without times, ages, numbers, panes and names of profiles."""
    line = re.sub(r"^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +(?:\d+ \w+|now) +", "AT ", line)
    line = re.sub(r"profile \w+", "profile P", line)
    line = re.sub(r"MC-\d+", "KEY", line)
    return re.sub(r" +", " ", re.sub(r"(?<!answered )\b\d+", "N", line)).strip()


class Busy(http.server.ThreadingHTTPServer):
    """An endpoint that says of each turn that its runtime is busy."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answer = b'{"error":"runtime_busy"}'
            self.send_response(409)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/{{number}}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Pickup(Case):
    def agent_at_work(self, *demo):
        self.world.begin("--no-signal", "--hold", self.world.path("never"), *demo)
        self.world.sh("mc-ticket add one; mc-pickup")
        agent = self.world.agent()
        with open(self.world.path("agent.log.turn-1"), encoding="utf-8") as file:
            return {name: agent[name] for name in agent if name.startswith("MC_")}, file.read()

    def test_a_word_in_a_reply(self):
        agent, prompt = self.agent_at_work()
        nonce = self.world.sql("SELECT turn_nonce FROM runtime_sessions")[0][0]
        word = example(self).replace("MC_TICKET_TURN:...", nonce)
        self.assertEqual(["mc_signal", "ticket", "nonce", "payload"], list(load_json(word)))
        report = {"event": "over", "prompt": prompt, "reply": "It is done.\n" + word}
        self.world.sh(f"mc-ticket turn-event demo {shlex.quote(json.dumps(report))}", **agent)
        self.assertEqual([("in_review", "one line")], self.world.sql("SELECT status,result FROM tickets"))

    def test_lines_for_cron(self):
        self.world.begin()
        self.world.sh("mc-ticket add one; mc-ticket add two")
        for number, line in enumerate(example(self), 1):
            self.assertEqual("", self.world.cron(line))
            self.assertEqual([(number,)], self.world.sql("SELECT count(*) FROM runs"))
            self.world.until("in_review", number)

    def test_units(self):
        """They are the examples that are installed, and systemd has nothing to say about them."""
        stage = self.world.path("stage")
        subprocess.run([os.environ.get("MC_CMAKE", "cmake"), "--install", BUILD, "--prefix", "/usr/local"],
                       env={**os.environ, "DESTDIR": stage}, stdout=subprocess.DEVNULL, check=True, timeout=60)
        installed = stage + "/usr/local/share/doc/mc-pickup/examples"
        units = example(self)
        for unit, name in zip(units, ("mc-pickup.service", "mc-pickup.timer")):
            with open(os.path.join(installed, name), encoding="utf-8") as file:
                plain = [line for line in file.read().splitlines() if line and not line.startswith("#")]
            self.assertEqual([line for line in unit.splitlines() if line], plain)
            self.world.write("units/" + name, unit.replace("/usr/local", stage + "/usr/local"))
        if shutil.which("systemd-analyze"):
            checked = subprocess.run(["systemd-analyze", "verify", "--user", "--man=no", "mc-pickup.service",
                                      "mc-pickup.timer"], cwd=self.world.path("units"), capture_output=True, text=True,
                                     env=self.world.env, check=False, timeout=60)
            self.assertNotRegex(checked.stdout + checked.stderr, r"mc-pickup\.(service|timer)")

    def test_what_starts_the_timer(self):
        for line in example(self):
            program, words_behind = line[2:].split(" ", 1)
            self.world.stub(program)
            self.world.sh(line[2:])
            self.assertEqual(words_behind, self.world.read(program + ".asked").splitlines()[-1])
        manual = "\n".join(Page("mc-pickup.1").lines)
        self.assertIn(".config/systemd/user/" + self.world.read("systemctl.asked").split()[-1], manual)

    def test_what_would_happen(self):
        world = self.world
        world.begin()
        world.sh("mc-ticket add one")
        world.sql("UPDATE tickets SET id=4629")
        world.session(example(self))
        self.assertEqual("todo", world.status(4629))
        steps = [re.search(r"\b(claim|prepare|spawn|send)\b", line) for line in world.out.splitlines()]
        self.assertEqual(["claim", "prepare", "spawn", "send"], [step.group(1) for step in steps if step])

    def test_until_there_is_nothing(self):
        self.world.begin()
        self.world.sh("mc-ticket add one; mc-ticket add two")
        self.world.sh(example(self))
        self.assertEqual([(2,)], self.world.sql("SELECT count(*) FROM runs"))


class Configuration(Case):
    def accepted(self, text, name="example.json"):
        """As the configuration; what the doctor has to say of it."""
        path = self.world.write(name, text)
        self.world.sh(f"mc-ticket init --config {path} && mc-ticket list --config {path}")
        done = subprocess.run(["mc-ticket", "doctor", "--json", "--config", path], env=self.world.env,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
        return [check for check in load_json(done.stdout)["checks"] if check["state"] != "ok"]

    def test_plain(self):
        self.world.stub("claude")
        self.world.write(".local/bin/claude", "#!/bin/sh\n", 0o700)
        bad = [check for check in self.accepted(example(self)) if check["state"] == "bad"]
        # what it names is not on every machine
        self.assertLessEqual({check["check"] for check in bad}, {"notify"})

    def test_workspaces(self):
        self.world.repository("src/app")
        self.world.repository("src/site")
        self.world.repository("origin")
        self.world.sh("git remote add origin ~/origin && git fetch -q origin", cwd="src/app")
        for number, text in enumerate(example(self)):
            wrong = self.accepted(text, f"{number}.json")
            self.assertEqual([], [check for check in wrong if check["check"] in ("configuration", "workspace")])
        self.world.sh("mc-ticket add one --workspace site --config ~/1.json")

    def test_hooks_of_a_workspace(self):
        """What they name is there, and a run goes with them."""
        world = self.world
        world.stub("npm", "pwd >>~/installed")
        world.repository("src/app", **{"setup.sh": "echo \"$MC_TICKET\" >>~/set-up\n"})
        world.sh("chmod 755 setup.sh && git commit -qam executable && git clone -q --bare . ~/origin &&"
                 "git remote add origin ~/origin && git fetch -q origin", cwd="src/app")
        world.repository("src/site")
        two = load_json(examples("mc-pickup.conf.5")[TWO_WORKSPACES])
        world.begin("--commit", "--write", "made", workspaces=two["workspaces"], path=world.env["PATH"])
        world.sh("mc-ticket add one --workspace app; mc-pickup")
        world.until("in_review")
        world.sh("mc-pickup")
        slot = os.path.join(world.state, "pool/app/pool-1")
        self.assertEqual((slot + "\n", "MC-1\n"), (world.read("installed"), world.read("set-up")))
        self.assertRegex(world.sh("git branch --list 'ai/mc-1-one-*'", cwd="origin"), r"^ +ai/mc-1-one-\w+$")

    def test_submodules(self):
        world = self.world
        world.repository("sub")
        world.repository("src/app")
        world.sh("git submodule --quiet add ~/sub sub && git commit -qm sub", cwd="src/app")
        hooks = load_json("{" + example(self) + "}")
        world.begin("--write", "sub/../seen", workspace={"repo": "~/src/app", "base": "main", "size": 1, "hooks": hooks})
        world.sh("mc-ticket add one; mc-pickup")
        world.until("in_review")
        slot = ".local/state/mc-pickup/pool/default/pool-1"
        self.assertEqual("here\n", world.read(slot + "/sub/README"))
        world.sh("mc-ticket approve MC-1; mc-pickup")
        self.assertEqual([("free",)], world.sql("SELECT state FROM worktree_slots"))
        self.assertEqual([], os.listdir(world.path(slot + "/sub")))

    def test_a_pool_moves(self):
        world = self.world
        world.repository("src/app")
        keys = {"repo": "~/src/app", "base": "main", "size": 1}
        world.begin(workspace=keys)
        world.sh("mc-ticket add one; mc-pickup")
        world.until("in_review")
        world.sh("mc-ticket approve MC-1; mc-pickup")
        world.sh(example(self))
        self.assertIn(world.path("pool/pool-1"), world.sh("git worktree list", cwd="src/app"))
        world.configure(workspace={**keys, "pool": "~/pool"})
        world.sh("mc-ticket add two; mc-pickup")
        self.assertEqual([(world.path("pool/pool-1"), "claimed")], world.sql("SELECT path,state FROM worktree_slots"))

    def test_a_partial_clone_is_made_whole(self):
        world = self.world
        world.repository("first")
        world.sh("git config uploadpack.allowFilter true; git switch -qc old; echo more >more; git add more;"
                 "git commit -qm old; git switch -q main; mkdir ~/src;"
                 "git clone -q --filter=blob:none file://$HOME/first ~/src/app", cwd="first")
        world.begin(workspace={"repo": "~/src/app", "base": "origin/old"})
        world.sh("mc-ticket add one")
        world.sh("mc-pickup", code=69)
        world.sh("set -e\n" + example(self), cwd="src/app")
        world.sh("mc-ticket retry MC-1; mc-ticket breaker close; mc-pickup")
        world.until("in_review")

    def test_branches_that_are_merged(self):
        world = self.world
        world.repository("app")
        world.sh("git branch mc-1-old; git switch -qc mc-2-new; git commit -q --allow-empty -m new; git switch -q main;"
                 "git branch other", cwd="app")
        world.sh(example(self), cwd="app")
        self.assertEqual(["* main", "  mc-2-new", "  other"], world.sh("git branch", cwd="app").splitlines())

    def test_what_a_demo_reports(self):
        """Each event, in the order of the page, by the program that an agent is given."""
        world = self.world
        world.begin("--no-signal", "--hold", world.path("never"))
        world.sh("mc-ticket add one; mc-pickup")
        agent = {name: value for name, value in world.agent().items() if name.startswith("MC_")}
        prompt = world.read("agent.log.turn-1")
        told = {}
        for line in example(self).splitlines():
            event = load_json(line)
            told[event["event"]] = event
        self.assertEqual(["started", "over", "waits", "gone"], list(told))
        moves = {"started": "in_progress", "waits": "needs_input", "over": "in_progress", "gone": "in_progress"}
        for name in ("started", "waits", "over", "gone"):
            event = {**told[name], **({"prompt": prompt} if "prompt" in told[name] else {})}
            world.sh(f"mc-ticket turn-event demo <<<{shlex.quote(json.dumps(event))}", **agent)
            self.assertIn(world.status(), moves[name], name)
        self.assertEqual([("what it said",)], world.sql("SELECT body FROM ticket_activity WHERE kind='reply'"))
        log = os.path.join(world.state, "run", agent["MC_RUN"], "turn-event.log")
        self.assertFalse(os.path.exists(log) and os.path.getsize(log), "a report was refused")

    def test_trust(self):
        """What codex and qwen read; init speaks of both."""
        codex, qwen = example(self)
        (repo, trust), = tomllib.loads(codex)["projects"].items()
        self.assertEqual({"trust_level": "trusted"}, trust)
        (pool, word), = load_json(qwen).items()
        home = os.path.dirname(os.path.dirname(repo))
        self.assertEqual((home + "/.local/state/mc-pickup/pool/default", "TRUST_FOLDER"), (pool, word))
        for name in ("codex", "qwen"):
            self.world.stub(name)
        said = {agent["profile"]: agent["trust"] for agent in load_json(self.world.sh("mc-ticket init --json"))["agents"]}
        self.assertEqual(["codex", "qwen"], [name for name in ("codex", "qwen") if said[name]])

    def test_a_template(self):
        world = self.world
        world.write("template", example(self) + "\n")
        world.repository("app")
        world.begin("--hold", world.path("never"), prompt_file="~/template",
                    workspace={"repo": "~/app", "base": "main"})
        world.sh("mc-ticket add 'The title' --body 'The body'; mc-pickup")
        prompt = world.read("agent.log.turn-1")
        branch, = world.sql("SELECT branch FROM runs")[0]
        self.assertTrue(prompt.startswith("MC-1 turn 1"), prompt)
        self.assertIn(f"The title\n\nThe body\n\nYou are on the branch {branch}, which starts from main of\ndefault.", prompt)
        self.assertIn("mc-ticket signal", prompt)
        self.assertNotIn("{{", prompt)

    def test_an_agent_of_ones_own(self):
        """Its patterns see on its screen what the page says they see."""
        screen, config = example(self)
        self.accepted(config)
        own = load_json(config)["profiles"]["own"]
        pattern = {name: re.compile(own[name], re.MULTILINE) for name in ("ready", "box", "busy", "dialog", "limit",
                                                                          "interrupted")}
        self.assertEqual("> and text that is typed,\n  in two lines", pattern["box"].search(screen).group())
        self.assertIsNone(pattern["ready"].search(screen))
        self.assertIsNotNone(pattern["ready"].search("> \n-- own agent 1.0 --"))
        text = " ".join(Page("mc-pickup.conf.5").part("EXAMPLES"))
        for name, shown in (("busy", "* Working"), ("dialog", "? Run it? [y/n]"), ("limit", "! Usage limit reached"),
                            ("interrupted", "- Interrupted")):
            self.assertIn(f".Dq {shown}", text.replace("\\&", ""))
            self.assertIsNotNone(pattern[name].search(screen.replace("  I have", shown + "\n  I have")))
            self.assertIsNone(pattern[name].search(screen))

    def test_over_http(self):
        self.world.write(".config/mc-pickup/token", "secret\n")
        wrong = self.accepted(example(self))
        # nobody answers here, and claude is not on every machine
        self.assertLessEqual({check["check"] for check in wrong if check["state"] == "bad"}, {"endpoint", "profile"})


class Board(Case):
    def test_how_many(self):
        self.world.begin()
        self.world.sh("mc-ticket add one; mc-ticket add two; mc-ticket add three --inbox")
        self.world.session(example(self), cwd=".local/state/mc-pickup")
        self.assertEqual("inbox|1\ntodo|2\n", self.world.out)

    def test_runs_of_the_last_hour(self):
        self.world.begin("--crash-after", "0")
        self.world.sh("mc-ticket add one; mc-pickup || true")
        printed = self.world.sh(f"sqlite3 -readonly {self.world.board} <<<{shlex.quote(example(self))}")
        self.assertRegex(printed, r"^1\|1\|failed\|worker_died\|.+\n$")

    def test_a_backup_is_put_back(self):
        """While agents live; and of the board that was set aside, damaged, what can still be read."""
        world = self.world
        state, (backup, back, salvage) = ".local/state/mc-pickup", example(self)
        world.begin("--hold", world.path("never"))
        world.sh("mc-ticket add one; mc-pickup")
        world.session(backup)
        agents = "SELECT run_id,tmux_target,pid FROM runtime_sessions WHERE ticket_id=1"
        before = world.sql(agents)
        world.sh("mc-ticket add two; mc-pickup")
        later = world.sql("SELECT run_id FROM runtime_sessions WHERE ticket_id=2")[0][0]
        world.session(back, cwd=state)
        self.assertIn("well", world.out)
        world.sh("mc-ticket add other; mc-pickup 2>&1", 75)
        self.assertIn("session_taken", world.out)
        self.assertEqual(before, world.sql(agents))
        self.assertIn(f"MC-2 run {later}", world.sh("mc-ticket runtimes"))

        aside = world.path(state + "/aside/board.db")
        page = int(world.sh(f"sqlite3 {aside} \"SELECT rootpage FROM sqlite_schema WHERE name='ticket_activity'\""))
        with open(aside, "r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(bytes(4096))
        world.sh(f"mc-ticket export --db {aside}", 74)
        world.session(salvage, cwd=state)
        self.assertIn("2 tickets", world.out)
        world.sh("mc-ticket init --db ~/new/board.db && mc-ticket import --restore saved.jsonl --db ~/new/board.db",
                 cwd=state)
        self.assertIn("2 restored", world.out)


# page, first line (of those that begin alike the number): the test here that holds it
HELD = {
    ("mc-pickup.1", '{"mc_signal":"DONE","ticket":"MC-1",'): "test_a_word_in_a_reply",
    ("mc-pickup.1", "* * * * * /usr/local/bin/mc-pickup"): "test_lines_for_cron",
    ("mc-pickup.1", '* * * * * flock -n "$HOME/.mc-pickup.lock" /usr/local/bin/mc-pickup'): "test_lines_for_cron",
    ("mc-pickup.1", "[Unit]"): "test_units",
    ("mc-pickup.1", "[Unit] #2"): "test_units",
    ("mc-pickup.1", "$ systemctl --user daemon-reload"): "test_what_starts_the_timer",
    ("mc-pickup.1", "$ systemctl --user enable --now mc-pickup.timer"): "test_what_starts_the_timer",
    ("mc-pickup.1", "$ loginctl enable-linger"): "test_what_starts_the_timer",
    ("mc-pickup.1", "$ mc-pickup --ticket MC-4629 --dry-run"): "test_what_would_happen",
    ("mc-pickup.1", 'while [ "$(mc-pickup --json | jq -r .outcome)" = dispatched ]'): "test_until_there_is_nothing",
    ("mc-ticket.1", "$ mc-ticket list --open"): "test_two_minutes",
    ("mc-ticket.1", "3 added, 12 were there already"): "test_what_import_says",
    ("mc-ticket.1", "$ cat archive/*.jsonl | mc-ticket import --restore"): "test_the_archive_comes_back",
    ("mc-ticket.1", "  2026-11-20 09:21:45   3 min  mc-pickup  spawned pid 4711 in \\"): "test_a_story",
    ("mc-ticket.1", "* * * * * /usr/local/bin/mc-ticket health --metrics -o /srv/metrics/mc.prom"):
        "test_metrics_from_cron",
    ("mc-ticket.1", "$ tmux -S SOCKET switch-client -r -c CLIENT -t SESSION"): "test_a_client_types_again",
    ("mc-ticket.1", "$ mc-ticket init"): "test_a_tickets_way",
    ("mc-ticket.1", "$ mc-ticket list --status needs_input --json | jq -r '.tickets[].ticket'"):
        "test_keys_that_wait_for_a_person",
    ("mc-ticket.1", "$ mc-ticket export -o board.jsonl"): "test_a_board_as_a_file",
    ("mc-ticket.1", '$ mc-ticket signal DONE "parser mended, 3 tests added"'): "test_an_agent_has_finished",
    ("mc-pickup.conf.5", '{"event":"started","prompt":"what it was sent, whole"}'): "test_what_a_demo_reports",
    ("mc-pickup.conf.5", "git config --unset-all remote.origin.partialclonefilter"):
        "test_a_partial_clone_is_made_whole",
    ("mc-pickup.conf.5", "git branch --list 'mc-*' --merged main --format='%(refname:short)' |"):
        "test_branches_that_are_merged",
    ("mc-pickup.conf.5", "mv ~/.local/state/mc-pickup/pool/default ~/pool"): "test_a_pool_moves",
    ("mc-pickup.conf.5", '"before_run": ["git", "submodule", "update", "--init"],'): "test_submodules",
    ("mc-pickup.conf.5", '[projects."/home/ada/src/app"]'): "test_trust",
    ("mc-pickup.conf.5", "{"): "test_trust",
    ("mc-pickup.conf.5", "{ #2"): "test_plain",
    ("mc-pickup.conf.5", "{ #3"): "test_workspaces",
    ("mc-pickup.conf.5", TWO_WORKSPACES): "test_workspaces",
    ("mc-pickup.conf.5", "{{title}}"): "test_a_template",
    ("mc-pickup.conf.5", "  I have mended the parser."): "test_an_agent_of_ones_own",
    ("mc-pickup.conf.5", "{ #5"): "test_an_agent_of_ones_own",
    ("mc-pickup.conf.5", "{ #6"): "test_over_http",
    ("mc-board.5", "$ mc-ticket export -o ~/board.jsonl"): "test_a_backup_is_put_back",
    ("mc-board.5", "$ cd ~/.local/state/mc-pickup"): "test_a_backup_is_put_back",
    ("mc-board.5", "$ sqlite3 aside/board.db .dump | \\"): "test_a_backup_is_put_back",
    ("mc-board.5", "$ sqlite3 -readonly board.db \\"): "test_how_many",
    ("mc-board.5", "SELECT ticket_id, attempt, outcome, class, detail FROM runs"): "test_runs_of_the_last_hour",
}

if __name__ == "__main__":
    unittest.main(verbosity=1)
