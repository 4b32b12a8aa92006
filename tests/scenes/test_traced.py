#!/usr/bin/env python3
"""A pickup has died while it sent: what the agent's log gained since tells the next one whether the turn arrived."""
from acted import TURN, Broken
from stage import main


class Traced(Broken):
    name = "traced"

    def play(self):
        self.begin()
        self.on("busy", "busy")
        self.by_log()

    def by_log(self):
        marked = f"x\n[{TURN} internal\n"
        self.cut("claude-120-ready", gained="more\n")
        self.cut("claude-120-ready", offset=0)
        self.cut("claude-120-busy", gained="more\n")
        self.cut("claude-120-busy-noreply")
        self.cut("claude-120-done-plain")
        self.cut("claude-120-pasted")
        self.cut("claude-120-pasted", gained=marked)
        self.cut("claude-120-pasted", gained="y" * 300000 + marked)
        self.cut("claude-120-ready", gained=marked + "y" * 300000)
        self.on("busy", "question-permission")
        self.cut("claude-120-pasted", gained=marked)


if __name__ == "__main__":
    main()
