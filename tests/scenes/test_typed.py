#!/usr/bin/env python3
"""What comes up while a turn is typed into an agent that was ready for it: a dialog, a shell, its end."""
from acted import Acted
from stage import main


class Typed(Acted):
    name = "typed"

    def play(self):
        self.begin()
        self.left()
        self.unseen()
        for plan in ("pasted", "busy"), ("dialog-trust", ""), ("pasted", "question-permission"):
            self.typed(*plan)
        self.dies()

    def left(self):
        """A shell reads in its terminal."""
        self.waits("claude-120-ready")
        self.cue("shell")
        self.ticket("send", f"MC-{self.number}", "Now.")
        self.pickup("-v")
        self.begin_again()
        self.on("shell", "")
        self.waits("claude-120-ready")
        self.pickup("-v")
        self.begin_again()

    def typed(self, on_paste, on_enter):
        self.on(on_paste, on_enter)
        self.waits("claude-120-ready")
        self.pickup("--json")

    def unseen(self):
        """Nothing comes of it, for as long as is waited."""
        self.on("", "")
        self.waits("claude-120-ready")
        self.pickup("--json", meanwhile=lambda: self.ignores("pasted"))
        self.on("pasted", "")
        self.waits("claude-120-ready")
        self.pickup("--json", meanwhile=lambda: self.ignores("typed", "typed", "typed", "typed"))

    def ignores(self, *events):
        for event in events:
            heard = self.heard_of(event)
            self.until_heard(event, heard + 1)
            self.ahead(60)

    def dies(self):
        self.on("die", "")
        self.waits("claude-120-ready")
        self.pickup("--json")
        self.begin_again()
        self.on("pasted", "die")
        self.waits("claude-120-ready")
        self.pickup("--json")
        self.begin_again()
        self.waits("claude-120-ready")
        self.ticket("send", f"MC-{self.number}", "Now.")
        self.begin_again()
        self.waits("claude-120-ready")
        self.kill_agent()
        self.ticket("send", f"MC-{self.number}", "Now.")
        self.pickup("--json")


if __name__ == "__main__":
    main()
