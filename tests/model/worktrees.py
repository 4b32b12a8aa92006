"""What is written in worktrees, by agents and by people: steps of a drive."""
import os
import shutil

from world import clerk


class Worktrees:
    """Of a drive, which has place, id(), at(), agent(), token() and ran(). stock: work that must not be lost, blob ->
    where it was written; touched: somebody has been at a slot."""

    def leave_bytes(self, folder):
        """Bytes that must not be lost."""
        name = self.token()
        text = f"of {name}\n"
        try:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            return False
        self.stock[clerk.blob(text.encode())] = os.path.join(folder, name)
        return True

    def do_work(self, step):
        agent = self.agent(self.id(step), self.at(step))
        if not agent:
            return
        folder = os.readlink(f"/proc/{agent.pid}/cwd")
        if not os.path.isdir(folder) or not self.leave_bytes(folder):
            return
        if step["n"] < 2:
            clerk.git(folder, "add", "-A", may_fail=True)
            clerk.git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "work", may_fail=True)

    def do_dirty(self, step):
        """Somebody works in a slot, whosever it is."""
        rows = self.place.board.rows("SELECT path,state FROM worktree_slots ORDER BY host,slot")
        if not rows:
            return
        path, state = rows[step["ticket"] % len(rows)]
        if not os.path.isdir(path):
            return
        self.touched |= step["n"] in (1, 2) or state == "free"  # what is in a free one is nobody's
        if step["n"] == 0:
            self.leave_bytes(path)
        elif step["n"] == 1:
            clerk.git(path, "checkout", "-q", "-b", self.token(), may_fail=True)
        elif step["n"] == 2 and state == "free":
            self.remove_slot(path)
        else:
            os.makedirs(os.path.join(path, "build"), exist_ok=True)

    def remove_slot(self, path):
        """What a person removes nobody can keep."""
        before = self.place.inventory()
        shutil.rmtree(path, ignore_errors=True)
        for blob in before - self.place.inventory():
            self.stock.pop(blob, None)

    def do_release(self, step):
        machine = self.at(step)
        rows = [row for row in self.place.board.rows("SELECT host,slot FROM worktree_slots ORDER BY slot")
                if not machine.shared or row["host"] == machine.name]
        if rows:
            return [self.ran(machine, "mc-ticket", "pool", "release", rows[step["n"] % len(rows)]["slot"])]
        return []
