#!/usr/bin/env python3
"""The way of a ticket with an agent, in a worktree of its own: work, question, answer, review, another try, done."""
from stage import Scene, main


class Life(Scene):
    name = "life"

    def prepare(self):
        self.teller()
        self.repository()
        self.run_quietly("git", "init", "-q", "--bare", "away.git")
        self.run_quietly("git", "remote", "add", "away", self.path("away.git"), cwd=self.path("repo"))

    def play(self):
        self.configure(demo=["--hold", self.path("go"), "--signal", "QUESTION", "--commit", "--write", "work.txt"],
                       notify=[self.path("bin/tell")],
                       workspace={"repo": self.path("repo"), "size": 2, "base": "main", "branch_prefix": "ai/", "push": "away",
                                  "hooks": {name: ["/bin/sh", "-c", f"echo {name} $MC_TICKET >>{self.path('hooks')}"] for name in
                                            ("after_create", "before_run", "after_run", "before_remove")}})
        self.ticket("add", "Mend the gate", "--body", "It does not close.", "--label", "gate")
        self.ticket("add", "Second", "--after", "MC-1")
        self.look()
        self.pickup("--dry-run")
        self.pickup("--dry-run", "--json")
        self.pickup("-v")
        self.until_heard("prompt")
        self.look()
        self.look_tmux()
        self.look_git(self.path("repo"))
        self.tickets("list", "show MC-1", "show MC-1 --json", "runtimes", "runtimes --json", "pool", "pool --json", "health",
                     "health --json", "screen MC-1", "attach MC-1 --print", "diff MC-1", "health --metrics", "page -o -")
        self.turn("needs_input")
        self.pickup("-v")
        self.ticket("note", "MC-1", "The hinge is left.")
        self.ticket("answer", "MC-1", "Yes, do it.", "--by", "ada")
        self.pickup("--json")
        self.until_heard("prompt", 2)
        self.look()
        self.turn("needs_input")
        self.pickup("-v")
        self.ticket("send", "MC-1", "Go on.", "--queue")
        self.pickup("--json")
        self.until_heard("prompt", 3)
        self.turn("needs_input")
        self.tickets("reply MC-1", "show MC-1", "diff MC-1", "diff MC-1 --stat", "diff MC-1 --json", "log MC-1 --lines 3")
        self.ticket("cancel", "MC-1")
        self.pickup("-v")
        self.look_git(self.path("repo"))
        self.tickets("pool", "runtimes", "list", "show MC-1 --json")


if __name__ == "__main__":
    main()
