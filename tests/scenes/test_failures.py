#!/usr/bin/env python3
"""What goes wrong when an agent is to be started or sent its turn, and what is said of it, by whom and how often."""
import os

from stage import Scene, main

FOREVER = "86400000"


class Starting(Scene):
    """Agents that are not there, die, ask or never get ready; tmux that does not work; places that cannot be made."""

    name = "starting"

    def agents(self):
        """By profile: its command, or what its script does when it is let go on."""
        base = {"startup_timeout_s": 60, "reports": False, "env": self.still, "ready": "^demo> *$", "dialog": r"^\[question\]"}
        demo = ["mc-demo-agent", "--busy", FOREVER, "--log", self.path("agent.log")]
        commands = {"demo": demo, "none": ["none-such"], "mode": [self.path("plain")], "lost": [self.path("lost")],
                    "asks": [*demo, "--dialog"], "late": [*demo, "--ready-after", FOREVER]}
        for name, script in ("crash", "exit 3"), ("gone", "exit 127"), ("killed", "kill -SEGV $$"):
            commands[name] = ["/bin/sh", "-c", f"echo It ends.; while [ ! -e {self.path('go')} ]; do sleep 0.02; done; {script}"]
        return {name: {**base, "command": command, "startup_timeout_s": 1 if name == "late" else 60}
                for name, command in commands.items()}

    def play(self):
        self.setting = {"profiles": self.agents(), "retry": {"backoff_s": 60, "max_attempts": 2}, "notify": [self.teller()]}
        self.hide_pauses()
        self.configure(**self.setting)
        self.write("plain", "x")
        self.write("lost", "#!/none/interpreter\n", 0o700)
        for profile in "none", "mode", "lost", "crash", "gone", "killed", "asks", "late":
            self.one(profile)
        self.terminals()
        self.places()

    def let_go(self):
        """Its agent ends when it is known."""
        self.until_rows([(1,)], "SELECT count(*) FROM runtime_sessions WHERE status='spawning' AND pid_start IS NOT NULL")
        self.write("go", "")

    def pick(self, *words, **options):
        self.pickup(*words, look=False, **options)
        if options.get("meanwhile"):
            os.unlink(self.path("go"))
        self.settle()
        self.look()

    def one(self, profile):
        meanwhile = self.let_go if profile in ("crash", "gone", "killed") else None
        self.ticket("add", f"For {profile}", "--profile", profile, look=False)
        self.pick("--json", meanwhile=meanwhile)
        self.pickup("-v")
        if profile in ("none", "crash"):
            self.later(7200)
            self.pick("-v", meanwhile=meanwhile)
        self.tickets("list --order next", "breaker", "health")
        self.pickup("--dry-run", "--json", look=False)
        number = self.last()
        self.tickets(f"show MC-{number}", f"log MC-{number}", f"screen MC-{number}", f"retry MC-{number}", "breaker --json")
        self.ticket("cancel", f"MC-{number}")
        self.ticket("breaker", "close")
        self.settle()
        self.look()

    def terminals(self):
        self.ticket("add", "No tmux", look=False)
        for script in ("exit 1", "echo tmux 3.2", "echo tmux 3.4; exit 2", 'case $1 in -V) echo tmux 3.4;; *) echo "lost server" >&2; exit 1;; esac'):
            self.write("fake/tmux", f"#!/bin/sh\n{script}\n", 0o700)
            self.configure(**{**self.setting, "path": [self.path("fake"), "/usr/bin", "/bin"]})
            self.pick("--json")
            self.later(7200)
        self.configure(**self.setting)
        self.ticket("cancel", "MC-9", look=False)
        self.ticket("breaker", "close")

    def places(self):
        self.configure(**{**self.setting, "prompt_file": self.path("none")})
        self.ticket("add", "Nowhere", look=False)
        self.pick("--json")
        self.configure(**{**self.setting, "tmux": {"socket": self.path("nowhere", "sock")}})
        self.pick("--json")
        self.configure(**self.setting)
        for name in "run", "work":
            os.rename(self.path("state", name), self.path("aside"))
            self.write("state/" + name, "in the way")
            self.later(7200)
            self.pick("--json")
            os.unlink(self.path("state", name))
            os.rename(self.path("aside"), self.path("state", name))
        self.later(7200)
        self.pick("--json")
        self.tickets("list", "runtimes", "hosts")


class Stopped(Scene):
    """What stands between a ticket and its start, each by name and in turn."""

    name = "stopped"

    def play(self):
        self.configure(demo=["--hold", self.path("go")], max_running=1, max_live=2)
        for title in "First", "Second", "Third":
            self.ticket("add", title, look=False)
        self.ticket("add", "Fourth", "--after", "MC-3", "--profile", "demo", look=False)
        self.named("MC-4", "MC-9", "none")
        self.ticket("pause", "Lunch.")
        self.named("MC-1")
        self.ticket("resume")
        self.change("UPDATE tickets SET next_attempt_at=? WHERE id=2", self.now + 5000)
        self.named("MC-2")
        self.ticket("block", "MC-3", "No.")
        self.named("MC-3")
        self.ticket("reopen", "MC-3")
        self.change("UPDATE tickets SET profile='nobody' WHERE id=4")
        self.change("UPDATE tickets SET workspace='nowhere' WHERE id=3")
        self.named("MC-3", "MC-4")
        self.pickup("--ticket", "MC-1", "--json")
        self.until_heard("prompt")
        self.named("MC-1", "MC-2")
        self.change("UPDATE tickets SET next_attempt_at=NULL")
        self.named("MC-2")
        self.pickup("-v")
        self.pickup("-q")
        self.pickup("--heal-only", "-v")
        self.pickup("--dry-run", "--ticket", "MC-2", "--json")
        self.ticket("runtimes")
        self.ticket("show", "MC-1")
        self.write("go", "")
        self.until_rows([("in_review",)], "SELECT status FROM tickets WHERE id=1")
        self.until_heard("signal")
        self.settle()
        self.look()
        self.pickup("--json")
        self.until_heard("prompt", 2)
        self.look()
        self.write("go", "")
        self.until_rows([("in_review",)], "SELECT status FROM tickets WHERE id=2")
        self.until_heard("signal", 2)
        self.settle()
        self.change("UPDATE tickets SET workspace=NULL WHERE id=3")
        self.pickup("--dry-run")
        self.pickup("--json")
        self.until_heard("prompt", 3)
        self.look()
        self.tickets("list", "runtimes", "show MC-1", "health", "log MC-1", "log MC-1 --raw", "screen MC-1", "attach MC-1 --print")
        self.ticket("reject", "MC-1", "Again.")
        self.ticket("approve", "MC-2")
        self.pickup("-v")
        self.write("go", "")
        self.until_rows([("in_review",)], "SELECT status FROM tickets WHERE id=3")
        self.settle()
        self.look()
        self.pickup("-v")
        self.until_heard("prompt", 4)
        self.look()

    def named(self, *keys):
        for key in keys:
            self.pickup("--ticket", key, "--json")
            self.pickup("--ticket", key, "--dry-run", look=False)
            self.pickup("--ticket", key, look=False)


if __name__ == "__main__":
    main()
