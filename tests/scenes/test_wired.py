#!/usr/bin/env python3
"""How each kind of agent is told to report, beside what its user has set; and agents that are only tried."""
import os

from acted import Stepped
from stage import TMUX, Scene, main

AGENTS = "claude", "codex", "gemini", "qwen", "pi", "opencode", "demo"
SCREEN = {"ready": "^demo> *$", "box": "^demo>.*(\n  .*)*", "busy": r"^\[working\]", "dialog": r"^\[question\]", "first_turn": "paste",
          "startup_timeout_s": 60}


class Wired(Scene):
    """Stand-ins for all of them write down what they are started with."""

    name = "wired"
    deaf = True
    tables = ("ticket_activity",)
    untold = (*Scene.untold, "agent.log.turn-1", "reserve", "settings.json", "config.json")

    def play(self):
        self.labels.hide(r"(?<=2000000000000 )\d+\t", "<length> ")
        for name in AGENTS:
            self.agent(name)
        for name in AGENTS:
            self.start(name)
        self.start("claude", version="2.0.1 (Claude Code)")
        self.start("claude", words=["--settings", ' \t{"model":"m","hooks":{"Stop":[{"hooks":[{"type":"command","command":"mine"}]}]}}'])
        self.write("mine.json", '{"permissions":{"allow":["Bash(ls)"]},"hooks":{}}')
        self.start("claude", words=["--settings", self.path("mine.json"), "--verbose"])
        self.start("claude", words=["--settings=../../../mine.json"])
        self.write("list.json", "[]")
        self.start("claude", words=["--settings", self.path("list.json")])
        self.start("claude", words=["--settings", self.path("none.json")])
        self.start("claude", words=["--settings", "{"])
        self.start("codex", version="codex-cli 0.100.0")
        self.start("codex", words=["-c", 'notify=["mine"]'])
        self.start("codex", words=["-c", "hooks.Stop=[]"])
        self.write(".codex/config.toml", 'model = "m"\nnotify = ["mine"]\n')
        self.start("codex")
        self.start("codex", version="codex-cli 0.100.0")
        os.rename(self.path(".codex"), self.path("codex"))
        self.start("codex", env={"CODEX_HOME": self.path("codex")})
        self.write("theirs.json", '{"theme":"x","hooks":{"AfterAgent":[]}}')
        for name in "gemini", "qwen":
            variable = {"gemini": "GEMINI_CLI_SYSTEM_SETTINGS_PATH", "qwen": "QWEN_CODE_SYSTEM_SETTINGS_PATH"}[name]
            self.start(name, env={variable: self.path("theirs.json")})
            self.write("broken.json", "{")
            self.start(name, env={variable: self.path("broken.json")})
        self.start("opencode", env={"OPENCODE_CONFIG_CONTENT": '{"plugin":["mine"],"theme":"x"}'})
        self.start("opencode", env={"OPENCODE_CONFIG_CONTENT": "{"})
        self.start("opencode", env={"OPENCODE_CONFIG_CONTENT": '{"plugin":"mine"}'})
        self.start("mine", reports="claude")
        self.start("mine", reports=False)

    def agent(self, name, version="9.9.9"):
        command = f"""#!/bin/sh
if [ "$1" = --version ]; then echo '{version}'; exit; fi
(for word; do printf '%s\\n' "$word"; done; env | grep -E '^(GEMINI|QWEN|OPENCODE|CODEX|CLAUDE|MC_|PI_)' | sort) >{self.path("started")}
exec mc-demo-agent --hold {self.path("never")} --log {self.path("agent.log")}
"""
        self.write("bin/" + name, command, 0o700)

    def start(self, name, version=None, words=(), env=None, reports=None):
        self.tell("# ", f"{name} {version or ''} {' '.join(words)} {env or ''}")
        if version:
            self.agent(name, version)
        program = "claude" if name == "mine" else name
        own = {**SCREEN, "command": [self.path("bin", program), *words], "env": {**self.still, **(env or {})}}
        if reports is not None:
            own["reports"] = reports
        self.configure(linger_s=0, max_running=50, profile=name, profiles={name: own})
        self.run_quietly("mc-ticket", "add", "Ticket")
        self.look_quietly()
        self.pickup("-q")
        self.run_quietly("mc-ticket", "cancel", f"MC-{self.last()}")
        self.settle()
        self.look_quietly()


class Tried(Stepped):
    """doctor --try, with all that can come of it."""

    name = "tried"
    deaf = True

    def prepare(self):
        self.repository()
        self.labels.hide(r"(?<=after )\d+ s|(?<=doctor-)[0-9a-f]{6}", "<some>")

    def play(self):
        demo = ["mc-demo-agent", "--log", self.path("agent.log")]
        commands = {"good": demo, "asks": [*demo, "--dialog"], "never": [*demo, "--ready-after", "86400000"], "none": ["none-such"]}
        profiles = {name: {**SCREEN, "command": command, "env": self.still, "startup_timeout_s": 1 if name == "never" else 60}
                    for name, command in commands.items()}
        for workspace in ({}, {"workspace": {"repo": self.path("repo"), "base": "main"}}):
            self.configure(profiles=profiles, **workspace)
            for name in [*commands, "unknown"] if not workspace else ["good", "asks"]:
                self.ticket("doctor", "--try", name)
                self.ticket("doctor", "--try", name, "--json")
        self.ticket("doctor", "--try", "good", "--cron")
        self.configure(profiles=profiles, tmux={"socket": self.path("nowhere/sock")})
        self.ticket("doctor", "--try", "good")
        self.configure(profiles=profiles, path=self.path("none"))
        self.ticket("doctor", "--try", "good")
        self.configure(profiles=profiles, workspace={"repo": self.path("repo"), "base": "none"})
        self.ticket("doctor", "--try", "good")
        self.look_git(self.path("repo"))
        self.put_before("tmux", TMUX)
        self.configure(profiles=profiles, path=[self.path("bin"), "/usr/local/bin", "/usr/bin", "/bin"])
        self.acts("new-session", f'{TMUX} "$@" >/dev/null')
        self.ticket("doctor", "--try", "good", look=False)
        mute = "list-panes", "exit 1", "list-panes", "exit 1"
        self.acts("new-session", "", *mute)
        self.ticket("doctor", "--try", "good", look=False)
        for acts in mute, ():
            self.acts(*acts)
            self.pickup("-v", look=False)
        self.strange_note()

    def strange_note(self):
        """Whose it is cannot be read."""
        for value in '{"run":"%032d","session":"mc-doctor-x","path":"/none"}' % 0, '{"pid":1}', "[":
            self.sql("INSERT OR REPLACE INTO settings VALUES('new_trial',?)", value)
            self.pickup("-v", look=False)
            self.ticket("doctor", "--try", "none", look=False)


if __name__ == "__main__":
    main()
