#!/usr/bin/env python3
"""What becomes of a slot, and of its run, where git fails or something changes while the slot is made ready."""
import os
import shutil

from acted import Stepped
from stage import main
from test_pool import Pooled

GIT = shutil.which("git")
FAILS = "echo 'fatal: it does not' >&2; exit 128"
NO_MEMORY = "echo 'fatal: Out of memory' >&2; exit 128"
MAKE = "switch -q --no-track"
KILLED = "kill -9 $$"


class Upset(Pooled, Stepped):
    """Git does once what a scene likes, at a call in which a word stands."""

    name = "upset"

    def prepare(self):
        super().prepare()
        self.labels.hide(r"(?<=-ticket-)[0-9a-f]{6}\b", "<run>")
        self.put_before("git", GIT)
        self.setting.update(path=[self.path("bin"), "/usr/local/bin", "/usr/bin", "/bin"], retry={"backoff_s": 0, "max_attempts": 9})
        self.space()
        self.there = self.path(self.tree())

    def play(self):
        self.first()
        self.elsewhere()
        self.preserved()

    def first(self):
        """No worktree is there yet."""
        for act in NO_MEMORY, FAILS, KILLED:
            self.upset("worktree add", act)
        for act in FAILS, NO_MEMORY:
            self.upset("status", act)
        self.upset("switch", FAILS)
        self.upset("switch", self.stays, meanwhile=self.is_taken)
        self.upset("status", f"{self.stays}; {KILLED}", meanwhile=self.is_taken)
        self.upset("switch", self.stays, meanwhile=self.is_blocked)

    def elsewhere(self):
        """It stands on another commit, and something comes to light in it."""
        go = f"{GIT} \"$@\"; "
        left = f"{go}echo left >{self.there}/left; "
        nested = f"{go}cp -R {self.path('repo')} {self.there}/nested; "
        for acts in ((MAKE, f"{go}mv {self.there} {self.there}.gone; exit"), (MAKE, f"{go}exit", "status", FAILS),
                     (MAKE, f"{left}exit"), (MAKE, f"{left}exit", "hash-object", FAILS), (MAKE, f"{nested}exit"),
                     (MAKE, f"{nested}{GIT} commit -q --allow-empty -m own; exit"),
                     (MAKE, f"{nested}exit", "update-ref", FAILS)):
            self.git("commit", "-q", "--allow-empty", "-m", "later")
            self.upset(*acts)
            if os.path.exists(self.there + ".gone"):
                os.rename(self.there + ".gone", self.there)
                self.git("checkout", "-q", "--detach", folder=self.tree())
            self.git("clean", "-q", "-ffd", folder=self.tree())

    def preserved(self):
        """There is work to be put back, of a run before, on whose branch somebody has gone on by hand."""
        self.write("repo/.git/info/exclude", "*.o\n")
        self.run_quietly("mc-ticket", "add", "Ticket")
        number = self.last()
        self.run_quietly("mc-pickup")
        for name in "README", "kept.o":
            self.write(f"{self.tree()}/{name}", "mine\n")
        self.git("add", "-f", "-A", folder=self.tree())
        self.run_quietly("mc-ticket", "block", f"MC-{number}", "No.")
        self.run_quietly("mc-pickup")
        branch = self.sql("SELECT branch FROM runs WHERE ticket_id=?", number)[0][0]
        self.run_quietly("mc-ticket", "reopen", f"MC-{number}")
        for word, act in ("^1^", KILLED), ("rev-list", FAILS), ("cat-file commit", FAILS):
            self.upsets(word, act)
        for acts in (), ("update-ref", FAILS):
            self.write(f"{self.tree()}/kept.o", "another's\n")
            self.upsets(*acts)
        os.unlink(f"{self.there}/kept.o")
        self.git("worktree", "add", "-q", self.path("own"), branch)
        for line in "one", "two":
            self.write("own/README", line)
            self.git("commit", "-q", "-a", "-m", line, folder="own")
        self.upsets()
        self.pickup("--ticket", f"MC-{number}", "--json", look=False)

    def is_taken(self):
        """Its slot, by somebody's hand."""
        self.sql("UPDATE worktree_slots SET run_id='x'")

    def is_blocked(self):
        self.ticket("block", f"MC-{self.last()}", "No.", look=False)

    def upset(self, *acts, meanwhile=None):
        self.run_quietly("mc-ticket", "add", "Ticket")
        self.upsets(*acts, meanwhile=self.while_it_stays(meanwhile))
        self.run_quietly("mc-ticket", "cancel", f"MC-{self.last()}")
        self.run_quietly("mc-pickup")

    def upsets(self, *acts, meanwhile=None):
        self.tell("# ", "; ".join(acts).replace(GIT, "git"))
        self.acts(*acts)
        self.pickup("-v", look=False, meanwhile=meanwhile)
        for row in (self.sql("SELECT slot,state,note FROM worktree_slots") +
                    self.sql("SELECT status,attempts,failure_reason FROM tickets ORDER BY id DESC LIMIT 1")):
            self.tell("  ", " ".join(str(one) for one in row if one is not None))
        branches = self.git("branch", "--list", f"mc-{self.last()}-*").stdout
        self.tell("  ", f"branches of it: {branches.count(b'mc-')}")
        self.compare(self.lines)
        self.run_quietly("mc-ticket", "breaker", "close")
        if os.path.exists(self.there):
            self.git("checkout", "-q", "--detach", folder=self.tree())
        self.sql("UPDATE worktree_slots SET state='free',note=NULL,run_id=NULL,ticket_id=NULL")


if __name__ == "__main__":
    main()
