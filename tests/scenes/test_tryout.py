#!/usr/bin/env python3
"""doctor --try with real screens, one that is interrupted or killed, and two at once."""
import contextlib
import os
import signal

from acted import Acted
from stage import main


class Tryout(Acted):
    name = "tryout"
    deaf = True

    def prepare(self):
        super().prepare()
        self.untold = (*self.untold, "version-actor.py")  # of this file, with its date
        self.labels.hide(r"(?<=after )\d+ (?:s|min)|(?<=doctor-)[0-9a-f]{6}", "<some>")
        self.labels.hide(r'(?<=\\"pid\\":)\d+,\\"start\\":\d+', "<process>")
        self.labels.hide(r'(?<=\\"ns\\":)\d+', "<namespace>")
        claude = self.setting["profiles"]["claude"]
        self.setting["profiles"].update(mine={**claude, "ready": "^never$", "box": "^❯.*"}, claude=claude)
        self.count_calls()

    def play(self):
        for first in "ready", "dialog-trust", "question-permission":
            self.tries("claude-120-" + first)
        self.tries("shell")
        self.tries("qwen-100-dialog-login", profile="qwen")
        for profile in "claude", "mine":
            self.tries("claude-120-limit-subscription", profile=profile, meanwhile=self.time_over)
        self.tries("claude-120-draft", meanwhile=lambda: self.send_signal(signal.SIGINT))
        self.tries("claude-120-draft", meanwhile=self.another)
        self.tries("claude-120-draft", meanwhile=lambda: self.send_signal(signal.SIGKILL))
        self.tickets("runtimes", "health")
        self.pickup("--dry-run")
        self.pickup("-v")
        self.settle()
        self.pickup("-v")

    def tries(self, first, profile="claude", meanwhile=None):
        self.tell("# ", f"{first}, {profile}")
        self.write("first", first)
        self.before_it = self.drawn()
        self.ticket("doctor", "--try", profile, *([] if meanwhile else ["--json"]), meanwhile=meanwhile, look=False)
        if meanwhile is None:
            self.settle()
            self.look()

    def send_signal(self, number):
        self.until_drawn(self.before_it + 1)
        for pid, name in self.programs():
            if name == "mc-ticket":
                with contextlib.suppress(OSError):
                    os.kill(pid, number)

    def another(self):
        self.until_drawn(self.before_it + 1)
        self.ticket("doctor", "--try", "claude", look=False)
        self.send_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
