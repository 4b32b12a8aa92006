"""Random working trees: what an agent may leave in its slot, that can be kept whole."""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
import clerk
from world import BIN, World, until

NAMES = [b"a", b"b.c", b"new file", b"-f", b"\xff\xfe", "ünï ✓".encode(), b"two\nlines", b"*", b":(top)x", b'"q"', b"\\", b"A", b".hid",
         b"x.o", b"con", b"~", b"$(id)", b" "]
FOLDERS = [b"", b"src", b"deep/er", b"build", b"two words", b"\xfe", b"src/nested/far"]


class Tree:
    """A slot, changed by chance."""

    def __init__(self, folder, chance):
        self.folder, self.chance = os.fsencode(folder), chance

    def git(self, *words):
        return clerk.git(os.fsdecode(self.folder), *map(os.fsdecode, words), may_fail=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def files(self):
        return sorted(clerk.files_of(self.folder))

    def one(self):
        found = self.files()
        return self.chance.choice(found) if found else None

    def content(self):
        kind = self.chance.randrange(6)
        data = self.chance.randbytes(self.chance.randrange(200))
        return (b"", data, b"line\n" * self.chance.randrange(9), b"crlf\r\nlf\n", b"no newline", data * 400)[kind]

    def place(self, name):
        """Room for a file of that name: what stands in its way goes."""
        path = self.path(name)
        at = self.folder
        for part in name.split(b"/")[:-1]:
            at = os.path.join(at, part)
            if os.path.lexists(at) and (os.path.islink(at) or not os.path.isdir(at)):
                os.unlink(at)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)
        return path

    def write(self):
        name = os.path.join(self.chance.choice(FOLDERS), self.chance.choice(NAMES))
        with open(self.place(name), "wb") as file:
            file.write(self.content())

    def edit(self):
        name = self.one()
        if name and not os.path.islink(self.path(name)):
            with open(self.path(name), self.chance.choice(("ab", "wb"))) as file:
                file.write(self.content())

    def delete(self):
        name = self.one()
        if name:
            os.unlink(self.path(name))

    def delete_folder(self):
        folder = self.chance.choice(FOLDERS[1:])
        if os.path.isdir(self.path(folder)) and not os.path.islink(self.path(folder)):
            shutil.rmtree(self.path(folder))

    def rename(self):
        old = self.one()
        new = os.path.join(self.chance.choice(FOLDERS), self.chance.choice(NAMES))
        if not old or (old + b"/").startswith(new + b"/") or (new + b"/").startswith(old + b"/"):
            return
        if self.chance.random() < 0.5:
            self.git("mv", "--", b"./" + old, b"./" + new)
        else:
            with open(self.path(b".moved"), "wb"):
                pass
            os.rename(self.path(old), self.path(b".moved"))
            os.rename(self.path(b".moved"), self.place(new))

    def mode(self):
        name = self.one()
        if name and not os.path.islink(self.path(name)):
            os.chmod(self.path(name), self.chance.choice((0o644, 0o755, 0o600, 0o700)))

    def link(self):
        name = os.path.join(self.chance.choice(FOLDERS), self.chance.choice(NAMES))
        os.symlink(self.chance.choice((b"README", b"/nowhere", b"..", b"\xff", b"src")), self.place(name))

    def stage(self):
        name = self.one()
        if name:
            self.git("add", self.chance.choice(("-f", "-N", "--")), "--", b":(literal)" + name)

    def unstage(self):
        name = self.one()
        if name:
            self.git("rm", "-q", "--cached", "--", b":(literal)" + name)

    def ignore(self):
        with open(self.place(b".gitignore"), "wb") as file:
            file.write(self.chance.choice((b"build/\n", b"*.o\n", b"build/\n*.o\nsrc/\n", b"")))

    def commit(self):
        self.git("commit", "-q", "-m", "Some of it", *self.chance.choice(((), ("-a",))))

    OPERATIONS = [write, write, write, edit, edit, delete, rename, rename, mode, link, stage, stage, unstage, ignore, commit,
                  delete_folder]

    def change(self):
        for _ in range(self.chance.randrange(1, 14)):
            self.chance.choice(self.OPERATIONS)(self)


def statuses(world):
    return {row["id"]: row["status"] for row in world.sql("SELECT id,status FROM tickets")}


def start_all(world, count):
    for begun in range(0, count, 6):
        for one in [world.start([os.path.join(BIN, "mc-pickup")]) for _ in range(begun, min(count, begun + 6))]:
            said = one.communicate()[1].decode()
            if (one.returncode, said) != (0, ""):
                raise AssertionError(f"mc-pickup: {one.returncode} {said}")
    until(lambda: set(statuses(world).values()) == {"in_review"}, "the reviews")
    return {row["ticket_id"]: row["path"]
            for row in world.sql("SELECT ticket_id,path FROM worktree_slots WHERE state='claimed'")}


def differences(count, rounds, chance):
    """So many trees at a time, so often: [what a ticket did not find as it had left it]."""
    world = World(tickets=count, pool=count, keys={"max_running": count}, first_turn="argv")
    wrong = []
    try:
        world.configure({"first_turn": "argv", "command": ["mc-demo-agent", "--busy", "0", "--log", world.log]})
        slots = start_all(world, count)
        for _ in range(rounds):
            for slot in slots.values():
                Tree(slot, chance).change()
            left = {ticket: clerk.snapshot(slot) for ticket, slot in slots.items()}
            world.take_stock()
            for ticket in slots:
                world.ticket("approve", f"MC-{ticket}")
            done = world.pickup()
            if (done.returncode, done.stderr) != (0, b""):
                raise AssertionError(f"given back: {done.returncode} {done.stderr.decode()}")
            free = world.sql("SELECT count(*) AS n FROM worktree_slots WHERE state='free'")[0]["n"]
            if free != count:
                raise AssertionError([row["note"] for row in world.sql("SELECT note FROM worktree_slots WHERE note NOT NULL")])
            for ticket in slots:
                world.ticket("reopen", f"MC-{ticket}")
            slots = start_all(world, count)
            found = {ticket: clerk.snapshot(slot) for ticket, slot in slots.items()}
            for ticket, before in left.items():
                if found[ticket] != before:
                    wrong.append((sorted(set(before) - set(found[ticket])), sorted(set(found[ticket]) - set(before))))
            lost = world.known - world.inventory()
            wrong += [f"lost: {sorted(lost)[:5]}"] if lost else []
            wrong += clerk.agree(world.board, world.repo, world.pool)
        return wrong
    finally:
        world.end()
