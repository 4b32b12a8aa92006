"""Cases without agents: looks, which change nothing and print all or fail, and acts, which are done whole or not at all
and go well when they are given once more."""
import atexit
import json
import os
import re
import threading

import kernel
import live
import tracer
import world as worlds
from world import BIN, World

OLD = 1_000_000_000_000  # a moment years ago
LEFT = ("traced", "-wal", "-shm")


def settled(world):
    """A board with something in every column that needs no agent."""
    world.ticket("pause", "tried")
    world.ticket("note", "MC-1", "a note")
    world.ticket("edit", "MC-2", "--priority", "high", "--label", "green")
    world.ticket("block", "MC-3", "held")
    world.ticket("cancel", "MC-4")
    world.ticket("add", "Another", "--body", "Long.\n" * 2000, "--after", "MC-1", "--inbox")
    world.sql("UPDATE tickets SET status='needs_input' WHERE id=5")


def closed(world):
    """Tickets that a keeping moves into the archive."""
    settled(world)
    world.sql("UPDATE tickets SET status='done', created_at=?, updated_at=? WHERE id IN (1,2)", OLD, OLD)
    world.sql("UPDATE tickets SET created_at=?, updated_at=? WHERE id=4", OLD, OLD)
    world.keeping_due(world.place)


def taken_out(world):
    """An export, and an empty board beside it."""
    settled(world)
    world.ticket("export", "-o", os.path.join(world.place, "all.jsonl"))
    world.remove_board()
    world.ticket("init")


def lines_to_import(world):
    settled(world)
    lines = [{"title": f"Imported {n}", "body": "b" * 500, "dedupe_key": f"k{n}"} for n in range(20)]
    world.write(os.path.join(world.place, "lines"), "".join(json.dumps(line) + "\n" for line in lines))


class Still:
    """argv in a world that `prepare` has made; PLACE in a word is the world's folder."""
    in_steps = False

    def __init__(self, argv, prepare=settled, again=0):
        self.argv = argv
        self.prepare = prepare
        self.again = {0, again}  # with what it ends once it is done
        self.before = self.after = self.said = None

    def begun(self):
        world = World(tickets=5)
        self.prepare(world)
        return world

    def over(self, world):
        world.end()

    def program(self, world):
        return [os.path.join(BIN, self.argv[0]), *[word.replace("PLACE", world.place) for word in self.argv[1:]]]

    def run(self, world, point=None, what=None):
        run = tracer.Run(world, self.program(world), point and tracer.rule_for(point, kernel.rule_word(what)))
        status, output, errors = run.wait(live.PATIENCE)
        hit = run.await_hit(0)
        run.leave()
        if point and not live.same(hit, point):
            raise live.NotReached
        assert status is not None, f"hangs, having said: {errors}"
        return run, status, live.plain(output, world), errors

    def state(self, world):
        """What is to be seen of the world, without times."""
        rows = [live.plain(str(line), world) for line in world.dump()] if os.path.exists(world.board) else []
        return rows, self.files(world)

    @staticmethod
    def files(world):
        found = []
        for place, _, names in os.walk(world.place):
            found += [live.plain(os.path.join(place, name), world) for name in names if not name.endswith(LEFT)]
        return sorted(found)

    def reference(self):
        """The points of the undisturbed run."""
        world = self.begun()
        try:
            self.before = self.state(world)
            run, status, self.said, errors = self.run(world)
            assert status == 0, f"{self.argv}: {status} {errors}"
            self.after = self.state(world)
            self.check_reference()
            return run.points()
        finally:
            self.over(world)

    def check_reference(self):
        assert self.before != self.after, f"{self.argv} changed nothing"

    def trial(self, point, what):
        world = self.begun()
        try:
            _, status, output, errors = self.run(world, point, what)
            with live.telling(status, errors):
                self.judge(world, point, what, (status, output, errors))
            return live.plain(errors, world)
        finally:
            self.over(world)

    def same_output(self, output):
        return output == self.said

    def judge(self, world, point, what, end):
        status, output, errors = end
        may = live.exits(self.argv, point, what)
        assert status in may, f"ended with {status}, not one of {sorted(may)}"
        live.check_said(self.argv, status, errors, point)
        live.check_sense(output + errors)
        if status == 0 and point.name == self.argv[0]:
            assert self.same_output(output), f"another output: {output[:200]!r}"
        self.judge_board(world, status, point)

    def judge_board(self, world, status, point):
        rows = self.state(world)[0]
        assert self.in_steps or rows in (self.before[0], self.after[0]), "half done"
        if status == 0 and point.name == self.argv[0]:
            assert rows == self.after[0], "said to be done, and is not"
        again = world.run(self.program(world))
        assert again.returncode in self.again, f"once more: {again.returncode} {again.stderr.decode()}"
        rows, files = self.state(world)
        assert rows == self.after[0], "once more did not bring it about"
        assert files == self.after[1], f"left behind: {set(files) ^ set(self.after[1])}"


class Steps(Still):
    """One that is not done in one piece, and goes on where it was."""
    in_steps = True

    def same_output(self, output):
        """What it found of agents, cron and tmux may be that they could not be looked at."""
        own = re.compile(r"(board|configuration|workspace) .*")
        return own.findall(output) == own.findall(self.said)


class Look(Still):
    """All of a thread in one world, because nothing is changed in it; `may_lack`: what it prints where it could ask."""
    mine = threading.local()

    def __init__(self, argv, prepare=settled, may_lack=None):
        super().__init__(argv, prepare)
        self.may_lack = may_lack

    def begun(self):
        if getattr(self.mine, "place", None) != worlds.PLACES:
            self.mine.place, self.mine.world = worlds.PLACES, super().begun()
            atexit.register(self.mine.world.end)
        return self.mine.world

    def same_output(self, output):
        return output == self.said or self.may_lack and re.sub(self.may_lack, "", output) == re.sub(
            self.may_lack, "", self.said)

    def over(self, world):
        """The next ones look at it too."""

    def check_reference(self):
        assert self.before == self.after, f"{self.argv} changed something"

    def judge_board(self, world, status, point):
        assert self.state(world) == self.before, "a look has changed something"


class Output(Still):
    """A look that writes a file."""

    def check_reference(self):
        assert self.before[0] == self.after[0], f"{self.argv} changed the board"


class Keep(Still):
    """What is old goes into the archive: no ticket is on neither side, whatever happens."""

    def titles(self, world):
        found = [row["title"] for row in world.sql("SELECT title FROM tickets")]
        archive = os.path.join(world.place, "archive")
        for name in os.listdir(archive) if os.path.isdir(archive) else []:
            with open(os.path.join(archive, name), encoding="utf-8") as file:
                found += re.findall(r'"title": *"([^"]*)"', file.read())
        return found

    def judge_board(self, world, status, point):
        for _ in range(2):
            world.pickup()
        lost = {"Another", *[f"Ticket {number}" for number in range(1, 6)]} - set(self.titles(world))
        assert not lost, f"lost: {lost}"
        done = world.pickup()
        assert (done.returncode, done.stderr) == (0, b""), f"a third pickup: {done.returncode} {done.stderr.decode()}"


TICKET = "mc-ticket"
ID = ["--request-id", "one"]
STILL = {
    "list": Look([TICKET, "list"]), "list json": Look([TICKET, "list", "--json"]),
    "show": Look([TICKET, "show", "MC-1", "MC-6"]), "runtimes": Look([TICKET, "runtimes"], may_lack=r"tmux cannot be asked: (?!board).*\n"),
    "hosts": Look([TICKET, "hosts"]), "pool": Look([TICKET, "pool"]), "breaker": Look([TICKET, "breaker"]),
    "metrics": Look([TICKET, "health", "--metrics"], may_lack=r"(# (TYPE|HELP) )?mc_disk.*\n"),
    "export": Look([TICKET, "export"]), "page to output": Look([TICKET, "page", "-o", "-"], may_lack=r'<p class="state bad"><b>[^<]*disk:</b>[^<]*</p>\s*'),
    "dry run": Look(["mc-pickup", "--dry-run", "--json"]),
    "export to file": Output([TICKET, "export", "-o", "PLACE/out"]),
    "page": Output([TICKET, "page", "-o", "PLACE/page.html"]),
    "init": Steps([TICKET, "init"], World.remove_board),
    "add": Still([TICKET, "add", "New", "--body", "It.", "--dedupe-key", "k"]),
    "edit": Still([TICKET, "edit", "MC-1", "--priority", "low", "--label", "red", *ID]),
    "note": Still([TICKET, "note", "MC-1", "another", *ID]),
    "promote": Still([TICKET, "promote", "MC-6", *ID]),
    "cancel": Still([TICKET, "cancel", "MC-2", *ID]),
    "reopen": Still([TICKET, "reopen", "MC-4", *ID]),
    "answer": Still([TICKET, "answer", "MC-5", "yes", *ID]),
    "resume": Still([TICKET, "resume", *ID]),
    "import": Still([TICKET, "import", "PLACE/lines"], lines_to_import),
    "restore board": Still([TICKET, "import", "--restore", "PLACE/all.jsonl"], taken_out, 65),
    "keeping": Keep(["mc-pickup"], closed),
}
