#!/usr/bin/env python3
"""The first look at an agent that was just started, with its prompt or to be given it: what its screen tells of it."""
import os

from acted import Acted
from stage import main, until


class FirstLook(Acted):
    name = "firstlook"

    def prepare(self):
        super().prepare()
        self.count_calls()

    def play(self):
        self.on("pasted", "busy")
        for first in "busy-retrying", "done-plain", "dialog-trust", "draft":
            self.one("claude-120-" + first)
        for first in "ready", "limit-subscription":
            self.one("claude-120-" + first, meanwhile=self.time_over)
        self.one("shell")
        self.one("", meanwhile=self.ends)
        for first in "ready", "limit-subscription":
            self.one("claude-120-" + first, by="paste")
        self.one("claude-120-draft", by="paste", meanwhile=self.time_over)
        self.one("shell", by="paste")

    def one(self, first, by="argv", meanwhile=None):
        self.tell("# ", f"{first}, {by}")
        self.setting["profiles"]["claude"].update(first_turn=by)
        self.configure(**self.setting)
        self.write("first", first)
        self.before_it = self.drawn()
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.")
        self.number = self.last()
        self.look_quietly()
        self.pickup("--dry-run")
        self.pickup("--json", look=False, meanwhile=meanwhile)
        if first not in ("", "shell"):  # which are ended by now
            self.until_drawn(self.before_it + 1)
        self.settle()
        self.look()
        self.over(self.last(), ("mc-ticket", "breaker", "close"))

    def ends(self):
        """When it is known."""
        self.until_rows([(1,)], "SELECT count(*) FROM runtime_sessions WHERE status IN('spawning','running') AND pid_start IS NOT NULL")
        until(lambda: os.path.exists(self.path(f"cue-MC-{self.number}")), "an agent that listens")
        self.say("die")


if __name__ == "__main__":
    main()
