"""What is tortured: the cases of the kill matrix, and those that need no agent: a person's commands, keeping, import,
restore, a board's making. Each says where its tickets may be afterwards, and what its success has promised for good."""
import contextlib
import json
import os
import sys
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
import matrix
from world import World, boards

DAY = 86400000
CLOSED = 100  # days ago
LINES = [{"title": f"Imported {n}", "body": "x" * 3000 * n, "labels": ["a"], "status": "inbox", "dedupe_key": f"i-{n}"}
         for n in range(1, 6)]


class Still(matrix.Case):
    """No agent is at work; `tickets` of them wait for their release."""
    tickets = 0
    turns = 0
    argv = ["mc-ticket", "list"]
    allowed = finished = {"inbox", "done"}

    def prepare(self, world):
        put(world, 2, "inbox", 0)
        return {}

    def again(self, world):
        """A person says it once more."""
        done = world.run(self.program())
        if done.returncode:
            raise AssertionError(f"once more: {done.returncode} {done.stderr.decode().strip()}")


def put(world, count, status, days):
    """Tickets that came to this status so many days ago, each with a run, a message and a story."""
    at = int(time.time() * 1000) - days * DAY
    for _ in range(count):
        world.sql("INSERT INTO tickets(title,body,status,attempts,created_at,updated_at) "
                  "VALUES('Ticket','Do it.',?,1,1,?)", status, at)
        number = world.sql("SELECT max(id) AS id FROM tickets")[0]["id"]
        run = f"{number:032x}"
        world.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome) "
                  "VALUES(?,?,1,'h',1,?,'delivered')", run, number, at)
        world.sql("INSERT INTO ticket_messages(ticket_id,author,status,run_id,created_at,body) "
                  "VALUES(?,'anna','failed_to_inject',?,1,'hello')", number, run)
        world.sql("INSERT INTO ticket_activity(ticket_id,run_id,kind,created_at,body) VALUES(?,?,'signal',1,?)",
                  number, run, "done" * 500)


class Add(Still):
    argv = ["mc-ticket", "add", "A new one", "--body", "Do it too.", "--inbox", "--dedupe-key", "k"]

    def promised(self, world):
        return world.sql("SELECT * FROM tickets WHERE dedupe_key='k' AND body='Do it too.'")


class Note(Still):
    argv = ["mc-ticket", "note", "MC-1", "mind the gap"]

    def promised(self, world):
        return world.sql("SELECT * FROM ticket_messages WHERE ticket_id=1 AND body='mind the gap'")


class Cancel(Still):
    argv = ["mc-ticket", "cancel", "MC-1", "--request-id", "r-1"]
    allowed = {"inbox", "cancelled"}
    finished = {"inbox", "cancelled"}

    def promised(self, world):
        return world.sql("SELECT * FROM tickets WHERE id=1 AND status='cancelled'")


class Edit(Still):
    argv = ["mc-ticket", "edit", "MC-1", "--label", "late", "--priority", "high"]

    def promised(self, world):
        return world.sql("SELECT * FROM tickets WHERE id=1 AND labels LIKE '%late%' AND priority='high'")


class Import(Still):
    """All of it or nothing, and once more is no harm."""

    argv = ["mc-ticket", "import", "lines"]

    def prepare(self, world):
        world.write(os.path.join(world.place, "lines"), "".join(json.dumps(line) + "\n" for line in LINES))
        return {}

    def after(self, world):
        self.again(world)
        assert self.promised(world), f"imported: {[row['title'] for row in world.sql('SELECT title FROM tickets')]}"

    def promised(self, world):
        rows = world.sql("SELECT title,body FROM tickets WHERE dedupe_key LIKE 'i-%' ORDER BY id")
        return [(row["title"], row["body"]) for row in rows] == [(line["title"], line["body"]) for line in LINES]


class Keep(Still):
    """The pickup that has nothing else to do moves what is long closed out of the board."""
    argv = ["mc-pickup"]
    allowed = {"done"}
    finished = {"done"}
    count = 6

    def prepare(self, world):
        put(world, self.count, "done", CLOSED)
        put(world, 1, "done", 0)
        # It was moved, so that the pickup has written, and flushed the folder, before it comes to its keeping.
        world.sql("UPDATE settings SET value='0:0 /nowhere/board.db' WHERE key='place'")
        folder = os.path.join(world.state, "run", f"{1:032x}")
        world.write(os.path.join(folder, "pane.log"), "hello\n")
        os.utime(folder, (1, 1))
        world.keeping_due(world.state)
        return {}


class KeepMore(Keep):
    """A pickup before this one has died when it had written its lines, before their file's name was flushed."""

    def prepare(self, world):
        super().prepare(world)
        month = time.strftime("archive/%Y-%m.jsonl", time.gmtime(time.time() - CLOSED * 86400))
        line = json.dumps({"ticket": {"id": 1, "title": "Ticket", "body": "Do it."}})  # which the board still has
        world.write(os.path.join(world.state, month), line + "\n")
        return {}


class Restore(Keep):
    """What went to the archive comes back."""
    argv = ["mc-ticket", "import", "--restore",
            time.strftime("archive/%Y-%m.jsonl", time.gmtime(time.time() - CLOSED * 86400))]

    def prepare(self, world):
        super().prepare(world)
        matrix_pickup(world)
        return {}

    def promised(self, world):
        return len(world.sql("SELECT id FROM tickets")) == self.count + 1


class Whole(Still):
    """A board's export on a new board in its place."""
    argv = ["mc-ticket", "import", "--restore", "all"]

    def prepare(self, world):
        put(world, 3, "inbox", 0)
        world.ticket("export", "-o", "all")
        world.remove_board()
        world.ticket("init")
        return {}

    def promised(self, world):
        return len(world.sql("SELECT id FROM tickets")) == 3


class Export(Still):
    argv = ["mc-ticket", "export", "-o", "all"]

    def after(self, world):
        path = os.path.join(world.place, "all")
        if os.path.exists(path):
            check_lines(path, 2)

    def promised(self, world):
        check_lines(os.path.join(world.place, "all"), 2)
        return True


def check_lines(path, tickets):
    """It is whole: each line is an object, and the tickets are there."""
    with open(path, encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    assert len(found) >= tickets, f"{path}: {len(found)} lines"


class Init(Still):
    """A board is made where there is none."""
    argv = ["mc-ticket", "init"]

    def prepare(self, world):
        world.remove_board()
        return {}

    def after(self, world):
        self.again(world)

    def promised(self, world):
        return world.sql("SELECT count(*) FROM tickets")[0][0] == 0


class Place(Still):
    """A board in folders that are as new, beside the one that is there, and a configuration."""
    argv = ["mc-ticket", "init", "--db", "new/folder/board.db"]

    def prepare(self, world):
        return {"MC_PICKUP_CONFIG": "", "XDG_CONFIG_HOME": os.path.join(world.place, "conf")}

    def promised(self, world):
        board = os.path.join(world.place, "new", "folder", "board.db")
        assert os.path.exists(board), "the new board is gone"
        assert os.path.getsize(os.path.join(world.place, "conf", "mc-pickup", "config.json")), "no configuration"
        return boards.rows(board, "SELECT count(*) FROM tickets")[0][0] == 0


class Idle(Still):
    argv = ["mc-pickup"]


class Health(Still):
    argv = ["mc-ticket", "health"]


class Show(Still):
    argv = ["mc-ticket", "show", "MC-1", "--json"]


class Plan(Still):
    argv = ["mc-pickup", "--dry-run", "--json"]


class Page(Still):
    argv = ["mc-ticket", "page", "-o", "page.html"]


class Spooling(matrix.TurnEvent):
    """The board is locked by another all the while: what the agent tells is left beside it, and is not lost."""

    def around(self, world):
        return world.locked()


class Notify(matrix.Signal):
    """A person is told of the word."""
    world = {"keys": {"notify": ["sh", "-c", "cat >>told"]}}


STILL = {"add": Add(), "note": Note(), "cancel": Cancel(), "edit": Edit(), "import": Import(), "keep": Keep(),
         "keep-more": KeepMore(), "restore-archive": Restore(), "restore-board": Whole(), "export": Export(), "init": Init(),
         "place": Place(), "idle": Idle(), "list": Still(), "health": Health(), "show": Show(), "plan": Plan(), "page": Page()}
CASES = {**STILL, **matrix.CASES, "spooling": Spooling(), "notify": Notify()}

# What success has promised of the tickets in the cases of the matrix, also when the power goes the moment after.
STATUSES = {"signal": {"in_review"}, "notify": {"in_review"}, "turn-event": {"in_review"}, "spooled": {"in_review"}, "spooling": {"in_review"},
            "approve": {"done"}, "give-back": {"done"}, "give-back-clean": {"done"}}
REPLIES = {"turn-event", "spooled", "spooling"}


def matrix_pickup(world):
    done = world.pickup()
    if done.returncode:
        raise AssertionError(f"mc-pickup: {done.returncode} {done.stderr.decode().strip()}")


def around(case, world):
    """What goes on beside the program that is tortured."""
    return case.around(world) if hasattr(case, "around") else contextlib.nullcontext()


def make(case):
    return World(tickets=case.tickets, **case.world)


def check_promised(name, case, world):
    """What it was said to have done when it ended with 0."""
    allowed = STATUSES.get(name)
    for row in world.sql("SELECT id,status FROM tickets") if allowed else []:
        assert row["status"] in allowed, f"it had succeeded, and ticket {row['id']} is {row['status']}"
    if name in REPLIES:
        reply = world.run([matrix.program("mc-ticket"), "reply", "MC-1"]).stdout
        assert b"all of it" in reply, f"it had succeeded, and of the reply is left {reply}"
    if hasattr(case, "promised"):
        assert case.promised(world), "it had succeeded, and what it did is gone"
