#!/usr/bin/env python3
"""What comes up while a turn is typed into an agent that was ready for it: a dialog, a shell, its end."""
from acted import NUMBER, Acted
from stage import main


class Typed(Acted):
    name = "typed"

    def play(self):
        self.begin()
        self.left()
        for plan in ("pasted", "busy"), ("dialog-trust", ""), ("pasted", "question-permission"):
            self.typed(*plan)
        self.dies()

    def left(self):
        """A shell reads in its terminal."""
        self.waits("claude-120-ready")
        self.cue("shell")
        self.ticket("send", f"MC-{NUMBER}", "Now.")
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
        self.ticket("send", f"MC-{NUMBER}", "Now.")
        self.begin_again()
        self.waits("claude-120-ready")
        self.kill_agent()
        self.ticket("send", f"MC-{NUMBER}", "Now.")
        self.pickup("--json")


if __name__ == "__main__":
    main()
