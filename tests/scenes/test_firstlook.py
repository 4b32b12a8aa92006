#!/usr/bin/env python3
"""The first look at an agent that was just started, with its prompt or to be given it: what its screen tells of it."""
import time

from acted import Acted
from stage import main


class FirstLook(Acted):
    name = "firstlook"

    def play(self):
        self.on("pasted", "busy")
        for first in "busy-noreply", "done-plain", "dialog-trust", "question-permission", "draft":
            self.one("claude-120-" + first)
        for first in "ready", "limit-subscription":
            self.one("claude-120-" + first, waits=True)
        for first in "shell", "die":
            self.one(first)
        for first in "ready", "dialog-trust", "limit-subscription":
            self.one("claude-120-" + first, by="paste")
        for first in "draft", "busy-tool":
            self.one("claude-120-" + first, by="paste", waits=True)
        self.one("shell", by="paste")

    def one(self, first, by="argv", waits=False):
        """waits: its time is over when that has been seen."""
        self.tell("# ", f"{first}, {by}")
        self.setting["profiles"]["claude"].update(first_turn=by)
        self.configure(**self.setting)
        self.write("first", first)
        drawn = self.drawn()
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.")
        self.look_quietly()
        self.pickup("--dry-run")
        self.pickup("--json", look=False, meanwhile=(lambda: self.time_over(drawn + 1)) if waits else None)
        if first != "die":
            self.until_drawn(drawn + 1)
        self.settle()
        self.look()
        self.run_quietly("mc-ticket", "cancel", f"MC-{self.last()}")
        self.run_quietly("mc-ticket", "breaker", "close")
        self.run_quietly("mc-pickup", "--heal-only")
        self.settle()
        self.look_quietly()

    def time_over(self, drawn):
        self.until_drawn(drawn)
        time.sleep(0.5)  # a look that was under way is not the last
        self.ahead(120)


if __name__ == "__main__":
    main()
