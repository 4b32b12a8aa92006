#!/usr/bin/env python3
"""Worktrees of a pool: made, found in the way, kept, set aside, given back, pushed; and what is said of each."""
import os
import shutil
import signal

from acted import Stepped
from stage import TMUX, Scene, main, until

DEMO = ("--signal", "REVIEW")


class Pooled(Scene):
    """A repository, and agents that end their turns as they are told to."""

    def prepare(self):
        self.labels.hide(r"\b\d+ KiB\b", "SIZE")
        self.labels.hide(r"(?<=\"bytes\":)\d+", "SIZE")
        self.repository()
        self.demo = ("--hold", self.path("go"), *DEMO)
        self.setting = {"linger_s": 0, "max_running": 50, "retry": {"backoff_s": 0, "max_attempts": 2}}
        self.space()

    def space(self, size=1, **keys):
        self.configure(workspace={"repo": self.path("repo"), "size": size, "base": "main", **keys}, **self.setting)

    def git(self, *words, folder="repo"):
        return self.run_quietly("git", *words, cwd=self.path(folder))

    def begin(self, *words):
        """A ticket that gets its agent."""
        heard = self.heard_of("prompt")
        self.ticket("add", "Ticket", *words, look=False)
        self.pickup("-v", look=False)
        self.until_heard("prompt", heard + 1)
        self.look()

    def tree(self, number=1):
        return f"state/pool/default/pool-{number}"


class Kept(Pooled):
    """What is not committed when a slot is given back, and what the next run finds of it."""

    name = "kept"

    def play(self):
        self.begin()
        self.write(f"{self.tree()}/README", "one\ntwo\n")
        self.write(f"{self.tree()}/new", "new\n")
        os.symlink("README", self.path(self.tree(), "link"))
        self.write("repo/.git/info/exclude", "*.o\n")
        self.write(f"{self.tree()}/x.o", "ignored\n")
        self.tickets("diff MC-1", "diff MC-1 --stat", "diff MC-1 --json", "pool", "show MC-1")
        self.turn("in_review")
        self.tickets("pool --json", "list", "pool release pool-1", "approve MC-1 --by")
        self.ticket("reject", "MC-1", "Once more.")
        self.ticket("block", "MC-1", "Wait.")
        self.pickup("-v")
        self.look_git(self.path("repo"))
        self.tickets("pool", "diff MC-1", "show MC-1", "show MC-1 --json")
        self.ticket("reopen", "MC-1")
        self.begin_again("MC-1")
        self.look_git(self.path("repo"))
        self.turn("in_review")
        self.git("add", "-A", folder=self.tree())
        self.git("commit", "-q", "-m", "work", folder=self.tree())
        self.write(f"{self.tree()}/left", "left\n")
        self.tickets("diff MC-1", "pool", "show MC-1")
        self.ticket("approve", "MC-1")
        self.pickup("-v")
        self.look_git(self.path("repo"))
        self.tickets("diff MC-1", "show MC-1")
        self.begin()
        self.look_git(self.path("repo"))
        self.foretold()

    def foretold(self):
        """Its agent is gone, and the only slot goes to whom it is given next."""
        pid = self.sql("SELECT pid FROM runtime_sessions WHERE status='running'")[0][0]
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.is_reaped(pid), f"{pid} to be reaped")
        self.pickup("--dry-run", look=False)

    def begin_again(self, key):
        heard = self.heard_of("prompt")
        self.pickup("--ticket", key, "--json", look=False)
        self.until_heard("prompt", heard + 1)
        self.look()


class Aside(Pooled):
    """Slots that cannot be given back as they are, and how a person gets them back."""

    name = "aside"

    def play(self):
        self.space(size=2)
        tree = self.path(self.tree())
        for ill in self.merge, self.detached, self.gone, self.foreign, self.locked:
            self.lines.append(f"# {ill.__name__}")
            self.begin()
            number = self.last()
            ill(tree)
            self.ticket("cancel", f"MC-{number}", look=False)
            self.pickup("-v")
            self.pickup("-v", look=False)
            self.tickets("pool", "pool --json", "health", f"diff MC-{number}", f"show MC-{number}")
            self.look_git(self.path("repo"))
            self.ticket("pool", "release", "pool-1")
            shutil.rmtree(tree, ignore_errors=True)
            self.git("worktree", "prune")
            self.git("worktree", "unlock", tree)
            self.ticket("pool", "release", "pool-1", "--json")
            self.pickup("-v")
            shutil.rmtree(tree, ignore_errors=True)
            self.git("worktree", "prune")
            self.look_quietly()

    def merge(self, tree):
        git = lambda *words: self.git(*words, folder=self.tree())
        git("commit", "-q", "--allow-empty", "-m", "mine")
        git("switch", "-q", "-c", "other", "main")
        self.write(f"{self.tree()}/README", "other\n")
        git("commit", "-q", "-a", "-m", "other")
        git("switch", "-q", "-")
        self.write(f"{self.tree()}/README", "mine\n")
        git("commit", "-q", "-a", "-m", "mine")
        git("merge", "-q", "other")

    def detached(self, tree):
        self.git("checkout", "-q", "--detach", folder=self.tree())
        self.git("commit", "-q", "--allow-empty", "-m", "on no branch", folder=self.tree())

    def gone(self, tree):
        shutil.rmtree(tree)

    def foreign(self, tree):
        shutil.rmtree(tree)
        self.git("init", "-q", tree)
        self.write(f"{self.tree()}/file", "x\n")

    def locked(self, tree):
        self.git("worktree", "lock", "--reason", "mine", tree)
        self.write(f"{self.tree()}/file", "x\n")


class Hooked(Pooled):
    """Hooks and bases that fail, each a failure of its own kind."""

    name = "hooked"

    def play(self):
        def hook(script):
            return ["/bin/sh", "-c", script]
        self.write("plain", "x")
        self.labels.hide(r"(?<=next_attempt_at=)20\d+|(?<=waited_ms=)[1-9]\d+", "<soon>")
        for keys in ({"hooks": {"after_create": hook("echo no >&2; exit 3")}}, {"hooks": {"before_run": hook("kill -9 $$")}},
                     {"hooks": {"before_run": ["none"]}}, {"hooks": {"before_run": [self.path("plain")]}},
                     {"hooks": {"before_run": hook("sleep 60")}, "hook_timeout_s": 1}, {"base": "none"}, {"fetch": "none"},
                     {"pool": self.path("repo/.git/pool")}, {"repo": self.path("none")}):
            self.lines.append(f"# {list(keys)}")
            self.space(**keys)
            self.ticket("add", "Ticket", look=False)
            self.pickup("--json")
            self.pickup("--json", look=False)
            number = self.last()
            self.tickets(f"show MC-{number}", "breaker")
            self.ticket("cancel", f"MC-{number}", look=False)
            self.ticket("breaker", "close", look=False)
            self.look_quietly()
        hooks = {"after_run": hook("echo after; exit 4"), "before_remove": hook("exit 5")}
        self.space(hooks=hooks, push="away")
        self.begin()
        number = self.last()
        self.turn("in_review", number)
        for keys in {}, {"push": "away"}, {"hooks": hooks}, {"hooks": hooks, "push": "away"}:
            self.space(**keys)
            self.pickup("--dry-run", look=False)
        self.pickup("-v")
        self.git("remote", "add", "away", self.path("nowhere.git"))
        self.ticket("reject", f"MC-{number}", "Again.")
        self.pickup("-v")
        self.until_heard("prompt", 2)
        self.write(f"{self.tree()}/new", "new\n")
        self.git("add", "-A", folder=self.tree())
        self.git("commit", "-q", "-m", "work", folder=self.tree())
        self.turn("in_review", number)
        self.pickup("-v")
        self.tickets(f"show MC-{number}", "health")
        self.ticket("approve", f"MC-{number}")
        self.pickup("-v")
        self.git("init", "-q", "--bare", self.path("nowhere.git"))
        self.pickup("-v")
        self.tickets(f"show MC-{number}")


class Parked(Pooled, Stepped):
    """One slot, and more tickets than that."""

    name = "parked"

    def play(self):
        self.begin()
        self.turn("in_review")
        self.ticket("add", "Second", look=False)
        self.pickup("--dry-run", "--json", look=False)
        self.pickup("--dry-run", look=False)
        self.unended()
        self.pickup("-v", look=False)
        self.until_heard("prompt", 2)
        self.look()
        self.tickets("list", "show MC-1", "show MC-1 --json", "runtimes", "pool", "screen MC-1", "attach MC-1", "page -o -")
        self.ticket("reject", "MC-1", "Once more.", "--json")
        self.ticket("add", "Third", look=False)
        self.pickup("--json")
        self.pickup("--ticket", "MC-3", "--json")
        self.pickup("--ticket", "MC-3", look=False)
        self.turn("in_review", 2)
        self.pickup("-v", look=False)
        self.until_heard("prompt", 3)
        self.look()
        self.tickets("list", "show MC-2")
        self.space(pool=self.path("elsewhere"))
        self.pickup("--json")
        self.pickup("-v")
        self.ticket("list")
        self.configure(**self.setting)
        self.pickup("-v")
        self.ticket("pool")
        self.configure(ticket_prefix="AB", **self.setting)
        self.pickup("-v")
        self.ticket("list")


    def unended(self):
        """Whom tmux does not say to be gone."""
        self.put_before("tmux", TMUX)
        self.setting["path"] = [self.path("bin"), "/usr/local/bin", "/usr/bin", "/bin"]
        self.space()
        self.acts(*("list-panes", "") * 2, *("list-panes", "exit 1") * 2)
        self.pickup("-v")
        self.acts()
        del self.setting["path"]
        self.space()


class Uprooted(Pooled):
    """The folder of an agent at rest is gone; its slot, its branch, its repository."""

    name = "uprooted"

    def play(self):
        self.begin()
        self.git("commit", "-q", "--allow-empty", "-m", "work", folder=self.tree())
        self.turn("in_review")
        shutil.rmtree(self.path(self.tree()))
        self.tickets("pool", "show MC-1", "diff MC-1", "runtimes")
        self.ticket("send", "MC-1", "One more thing.")
        self.ticket("reject", "MC-1", "The roof leaks.")
        self.pickup("--dry-run", look=False)
        self.pickup("--json", look=False)
        self.until_heard("prompt", 2)
        self.look()
        self.look_git(self.path("repo"))
        self.turn("in_review")
        shutil.rmtree(self.path(self.tree()))
        self.ticket("send", "MC-1", "And another.", "--queue")
        self.pickup("-v", look=False)
        self.until_heard("prompt", 3)
        self.look()
        self.git("branch", "-D", self.sql("SELECT branch FROM runs ORDER BY attempt DESC")[0][0])
        self.turn("in_review")
        os.rename(self.path("repo"), self.path("elsewhere"))
        self.tickets("pool", "diff MC-1", "show MC-1")
        self.ticket("approve", "MC-1")
        self.pickup("-v")
        os.rename(self.path("elsewhere"), self.path("repo"))
        self.pickup("-v")
        self.tickets("pool", "diff MC-1")


if __name__ == "__main__":
    main()
