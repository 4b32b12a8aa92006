#!/usr/bin/env python3
"""A pickup has died while it sent: what the agent shows and what its pane says tell the next one whether the turn
arrived."""
import os

from acted import TOKEN, Broken
from stage import main


class Cut(Broken):
    name = "cut"

    def play(self):
        self.begin()
        self.carried()
        self.by_token()
        self.told()
        self.left()

    def carried(self):
        for screen in "busy", "dialog-trust", "question-permission", "limit-subscription", "ready", "done-plain":
            self.cut("claude-120-" + screen, sent=False)
        self.cut("claude-120-ready", sent=False, young=True)
        self.cut("claude-120-draft", sent=False, profile="nobody")

    def told(self):
        """By itself."""
        self.cut("claude-120-done-plain", profile="nobody")
        self.begins_turn()
        self.cut("claude-120-ready", gained="more\n")
        os.unlink(self.path("state", "run", self.run_id, "started"))

    def left(self):
        self.cut("claude-120-busy", look=False)
        self.cue("shell")
        self.pickup("--heal-only", "--json")

    def by_token(self):
        self.cut("claude-120-ready", TOKEN, look=False)
        self.pickup("--heal-only", "--dry-run")
        self.pickup("--heal-only", "-v")
        self.cut("claude-120-ready", TOKEN + "_pasted")
        self.cut("claude-120-ready", TOKEN + "_by_0123", http=True)
        self.cut("claude-120-ready")
        self.cut("claude-120-ready", http=True)


if __name__ == "__main__":
    main()
