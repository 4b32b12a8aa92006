#!/usr/bin/env python3
"""What a pickup reads off the screens of real agents: turns that are over, stopped, interrupted, that ask."""
import os

from acted import Acted
from stage import HERE, main, until


def holds(path, part):
    with open(path, "rb") as file:
        return part in file.read()


class Shown(Acted):
    """What is told of no turn's end but by a screen."""

    name = "shown"

    def play(self):
        self.on("pasted", "busy")
        self.begin()
        for name in ("claude-120-busy-tool", "codex-120-done-plain", "gemini-120-review-fence", "claude-120-question-list",
                     "claude-120-done-markdown", "codex-120-prefix-done", "claude-120-quoted-midway", "claude-120-interrupted",
                     "codex-100-interrupted", "claude-120-limit-subscription", "claude-120-limit-apikey",
                     "claude-120-error-401-oauth", "claude-120-error-400-credit", "codex-100-error-401", "claude-120-dialog-trust",
                     "claude-120-question-permission", "qwen-100-dialog-login", "pi-100-draft", "opencode-100-error-401",
                     "claude-120-done-quotes", "claude-120-other-nonce", "claude-120-ready"):
            self.again(profile=name.split("-")[0])
            self.reads(name)
        self.asks()
        self.kept()
        self.nudged()
        self.untyped()
        self.last_words()

    def reads(self, name, *words):
        self.tell("# ", name)
        self.show(name)
        self.forget_looks()
        self.pickup(*words or ["--json"])

    def asks(self):
        """A dialog, and what follows it."""
        self.again()
        self.reads("claude-120-question-permission", "-v")
        self.reads("claude-120-question-permission", "-v")
        self.reads("claude-120-busy-tool", "-v")
        self.later(6)
        self.reads("claude-120-busy-tool", "-v")
        self.pickup("-v")
        self.again("needs_input", failure_reason="awaiting_human: x")
        self.reads("claude-120-draft", "-v")
        self.later(6)
        self.reads("claude-120-draft", "-v")
        self.begins_turn()
        self.reads("claude-120-draft", "-v")
        os.unlink(self.path("state", "run", self.run_id, "started"))
        self.again("needs_input", failure_reason="awaiting_human: x")
        self.reads("claude-120-done-plain", "--json")

    def kept(self):
        """A dialog that has kept it from its turn is answered."""
        self.again("needs_input", "idle", failure_reason="awaiting_human: x")
        self.reads("claude-120-dialog-trust", "-v")
        self.reads("claude-120-busy-tool", "-v")
        self.reads("claude-120-ready", "-v")

    def nudged(self):
        """No word: it is asked for it, then a person is."""
        for quiet in 0, 1, 2:
            self.again()
            self.sql("UPDATE runtime_sessions SET quiet=?", quiet)
            self.look_quietly()
            self.reads("claude-120-no-word", "-v")

    def last_words(self):
        """It has died, and what it had said stands on its dead pane's screen or in its log."""
        for name in "claude-120-prefix-done", "claude-120-no-word":
            for gone in False, True:
                self.tell("# ", f"{name}, {'its session is gone' if gone else 'its pane is dead'}")
                self.show(name)
                self.again()
                if gone:
                    self.until_logged(name)
                    self.close_session()
                else:
                    self.kill_agent()
                self.pickup("--heal-only", "--json")
                self.begin_again()

    def close_session(self):
        self.end_tmux("kill-session", "-t", f"=mc-MC-{self.number}")
        self.until_ended()
        until(lambda: not list(self.inhabitants(f"MC_RUN={self.run_id}")), "its log's writer")

    def until_logged(self, name):
        with open(os.path.join(HERE, "..", "screens", name + ".screen"), encoding="utf-8") as file:
            last = [line for line in file.read().split("\n") if line.strip()][-1].strip()
        log = self.path("state", "run", self.run_id, "pane.log")
        until(lambda: holds(log, last.encode()), "its log")

    def untyped(self):
        """An endpoint has taken the turn, and nothing of it is to be seen."""
        self.configure(**self.setting, send={"transport": "http", "url": "http://127.0.0.1:9/"})
        self.again()
        self.reads("claude-120-ready", "--json")
        self.again()
        self.reads("claude-120-limit-subscription", "--json")
        self.again()
        self.reads("claude-120-done-plain", "--json")
        self.configure(**self.setting)


if __name__ == "__main__":
    main()
