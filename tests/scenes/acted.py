"""Scenes with an actor for their agent (actor.py): one ticket, and the screens of real agents (../screens)."""
import os
import signal

from stage import HERE, Scene, until

NUMBER = 4629  # of the ticket that the screens are of
TURN = "MC_TICKET_TURN:4629:1779942042145:e519f820"


class Acted(Scene):
    """One ticket with an actor for its agent, which plays claude and is then taken for another."""

    agents = "claude", "codex", "gemini", "qwen", "pi", "opencode"

    def prepare(self):
        self.untold = (*Scene.untold, "reserve", "first", "on-paste", "on-enter")
        self.setting = {"profile": "claude", "linger_s": 3600, "retry": {"backoff_s": 60}, "quiet_turns": 2, "profiles": {
            name: {"command": [self.path("bin", "agent"), self.home], "env": self.still, "startup_timeout_s": 60,
                   **({"reports": False} if name == "claude" else {})} for name in self.agents}}
        os.mkdir(self.path("bin"))
        os.symlink(os.path.join(HERE, "actor.py"), self.path("bin", "agent"))
        self.configure(**self.setting)
        self.hide_pauses()
        self.run_quietly("mc-ticket", "init")
        self.sql("INSERT INTO tickets(id,title,status,created_at,updated_at)VALUES(?,'Old','cancelled',1,1)", NUMBER - 1)

    def begin(self):
        self.write("first", "claude-120-busy")
        self.ticket("add", "Ticket", "--body", "Do it.", look=False)
        self.pickup("--json", look=False)
        self.until_heard("shown")
        self.settle()
        self.look()
        self.know_run()

    def begin_again(self):
        """Its agent has ended."""
        shown = self.heard_of("shown")
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%'")
        self.sql("UPDATE tickets SET status='todo',failure_reason=NULL,attempts=0,next_attempt_at=NULL WHERE id=?", NUMBER)
        self.run_quietly("mc-pickup")
        self.until_heard("shown", shown + 1)
        self.settle()
        self.know_run()

    def know_run(self):
        self.run_id = self.sql("SELECT run_id FROM runtime_sessions")[0][0]
        self.sql("UPDATE runtime_sessions SET spawned_tick=spawned_tick-100000")

    def show(self, name):
        """Its screen, drawn."""
        self.cue(name, "shown")

    def on(self, paste, enter):
        for moment, name in ("paste", paste), ("enter", enter):
            self.write(f"on-{moment}", name if name in ("", "shell", "die") else f"claude-120-{name}")

    def cue(self, word, event=None):
        heard = self.heard_of(event or word)
        cues = os.open(self.path(f"cue-MC-{NUMBER}"), os.O_WRONLY | os.O_NONBLOCK)
        os.write(cues, (word + "\n").encode())
        os.close(cues)
        self.until_heard(event or word, heard + 1)

    def again(self, status="in_progress", runtime="running", profile="claude", **columns):
        """The turn of the screens is under way since a while, whatever was before."""
        self.sql("DELETE FROM ticket_messages")
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%' OR key LIKE 'asked:%'")
        self.sql("UPDATE tickets SET status=?,failure_reason=NULL,result=NULL,turns=0,attempts=0,next_attempt_at=NULL WHERE id=?",
                 status, NUMBER)
        self.sql("UPDATE runs SET ended_at=NULL,outcome=NULL,class=NULL,detail=NULL WHERE run_id=?", self.run_id)
        running = runtime == "running"
        self.sql("UPDATE runtime_sessions SET status=?,turn_nonce=?,profile=?,last_turn_marker=NULL,quiet=0,idle_tick=?,"
                 "turn_started_tick=spawned_tick", runtime, TURN if running else None, profile,
                 None if running else 1)
        for column, value in columns.items():
            self.sql(f"UPDATE tickets SET {column}=? WHERE id=?", value, NUMBER)
        self.forget_looks()
        self.look_quietly()

    def forget_looks(self):
        """What has not changed since is looked at all the same."""
        self.run_quietly("tmux", "-S", self.socket, "set-option", "-pu", "-t", f"=mc-MC-{NUMBER}:", "@mc_looked")

    def waits(self, name, status="needs_input", by="answer"):
        """Its ticket waits, and what a person says is there; the agent shows that."""
        self.tell("# ", f"{name}, {by}")
        self.show(name)
        self.again(status, "idle", name.split("-")[0])
        self.run_quietly("mc-ticket", by, f"MC-{NUMBER}", "This one.")
        self.look_quietly()

    def kill_agent(self):
        pid = self.sql("SELECT pid FROM runtime_sessions")[0][0]
        os.kill(pid, signal.SIGKILL)
        until(lambda: not os.path.exists(f"/proc/{pid}"), f"{pid} to be reaped")
