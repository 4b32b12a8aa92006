"""Scenes with an actor for their agent (actor.py): one ticket, and the screens of real agents (../screens)."""
import contextlib
import json
import os
import signal
import time

from stage import AWAKE, HERE, TMUX, Scene, until
from world import lives

NUMBER = 4629  # of the ticket that the screens are of
AS_USER = {"hook_event_name": "UserPromptSubmit", "session_id": "s"}
TURN = "MC_TICKET_TURN:4629:1779942042145:e519f820"
TOKEN = TURN.replace(":", "_")  # of the pane that it is typed into


class Stepped(Scene):
    """Before a program our own find what does as the scene likes, once each: at a call in which a word stands, when
    those before have been done."""

    untold = (*Scene.untold, "held", "go")

    def put_before(self, name, program):
        os.mkdir(self.path("acts"))
        self.stays = f": >{self.path('held')}; until [ -e {self.path('go')} ]; do sleep 0.02; done"
        self.write("bin/" + name, f"""#!/bin/sh
for one in {self.path("acts")}/*.word; do
    if [ -e "$one" ] && read -r word <"$one"; then
        case "$*" in
        *"$word"*)
            rm "$one"
            . "${{one%.word}}"
            ;;
        esac
    fi
    break
done
exec {program} "$@"
""", 0o700)

    def acts(self, *pairs):
        """Words and acts by turns, and none of those before."""
        for folder, names in (("acts", os.listdir(self.path("acts"))), ("", ("held", "go"))):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.path(folder, name))
        for at in range(0, len(pairs), 2):
            self.write(f"acts/{at:02}", pairs[at + 1])
            self.write(f"acts/{at:02}.word", pairs[at] + "\n")

    def while_it_stays(self, change):
        """What is done at a call that stays; None: nothing."""
        def meanwhile():
            until(lambda: os.path.exists(self.path("held")), "the call")
            change()
            self.write("go", "")
        return change and meanwhile


class Acted(Scene):
    """One ticket with an actor for its agent, which plays claude and is then taken for another."""

    agents = "claude", "codex", "gemini", "qwen", "pi", "opencode"

    def prepare(self):
        self.untold = (*Scene.untold, "reserve", "first", "on-paste", "on-enter", "drawn", "ahead")
        self.waited = 0
        self.environment["STILL_AHEAD"] = self.path("ahead")
        self.setting = {"profile": "claude", "linger_s": 3600, "retry": {"backoff_s": 60}, "quiet_turns": 2, "profiles": {
            name: {"command": [self.path("bin", "agent"), self.home], "env": self.still, "startup_timeout_s": 60,
                   **({"reports": False} if name == "claude" else {})} for name in self.agents}}
        os.mkdir(self.path("bin"))
        os.symlink(os.path.join(HERE, "actor.py"), self.path("bin", "agent"))
        self.configure(**self.setting)
        self.hide_pauses()
        self.run_quietly("mc-ticket", "init")
        self.sql("INSERT INTO tickets(id,title,status,created_at,updated_at)VALUES(?,'Old','cancelled',1,1)", NUMBER - 1)

    def put_before_tmux(self, script):
        """Our programs call it instead."""
        self.write("bin/tmux", "#!/bin/sh\n" + script, 0o700)
        self.setting["path"] = [self.path("bin"), "/usr/local/bin", "/usr/bin", "/bin"]
        self.configure(**self.setting)

    def count_calls(self):
        """Of tmux, for time_over()."""
        self.untold = (*self.untold, "calls")
        self.put_before_tmux(f'{TMUX} "$@"\nstatus=$?\necho >>{self.path("calls")}\nexit $status\n')

    def time_over(self):
        """Of whoever waits for an agent, when what it began with has been seen."""
        self.until_drawn(self.before_it + 1)
        called = self.lines_of("calls")
        until(lambda: self.lines_of("calls") >= called + 2, "a look that began since")
        self.ahead(120)

    def begin(self, first="claude-120-busy"):
        """A ticket, whose agent begins with that screen; its number."""
        drawn = self.drawn()
        self.write("first", first)
        self.ticket("add", "Ticket", "--body", "Do it.", look=False)
        self.pickup("--json", look=False)
        self.until_drawn(drawn + 1)
        self.settle()
        self.look()
        self.know_run()

    def begin_again(self):
        """Its agent has ended."""
        drawn = self.drawn()
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%'")
        self.sql("UPDATE tickets SET status='todo',failure_reason=NULL,attempts=0,next_attempt_at=NULL WHERE id=?", self.number)
        self.run_quietly("mc-pickup")
        self.until_drawn(drawn + 1)
        self.settle()
        self.know_run()

    def know_run(self):
        """Whose agent was started a while ago."""
        self.number, self.run_id = self.sql("SELECT ticket_id,run_id FROM runtime_sessions ORDER BY ticket_id DESC")[0]
        self.sql("UPDATE runtime_sessions SET spawned_tick=spawned_tick-100000 WHERE run_id=?", self.run_id)

    def pane(self):
        return f"=mc-MC-{self.number}:"

    def turn_of(self):
        return TURN.replace(str(NUMBER), str(self.number))

    def show(self, name):
        """Its screen, drawn."""
        self.cue(name)

    def on(self, paste, enter):
        for moment, name in ("paste", paste), ("enter", enter):
            self.write(f"on-{moment}", name if name in ("", "shell", "die") else f"claude-120-{name}")

    def cue(self, word):
        drawn = self.drawn()
        self.say(word)
        self.until_drawn(drawn + 1)

    def say(self, word):
        cues = os.open(self.path(f"cue-MC-{self.number}"), os.O_WRONLY | os.O_NONBLOCK)
        os.write(cues, (word + "\n").encode())
        os.close(cues)

    def until_drawn(self, count):
        until(lambda: self.drawn() >= count, f"{count} screens")

    def drawn(self):
        """How many screens are to be seen by now, or were."""
        return self.lines_of("drawn")

    def lines_of(self, name):
        try:
            with open(self.path(name), encoding="utf-8") as file:
                return file.read().count("\n")
        except FileNotFoundError:
            return 0

    def again(self, status="in_progress", runtime="running", profile="claude", **columns):
        """The turn of the screens is under way since a while, whatever was before."""
        self.sql("DELETE FROM ticket_messages WHERE ticket_id=?", self.number)
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%' OR key LIKE 'asked:%'")
        self.sql("UPDATE tickets SET status=?,failure_reason=NULL,result=NULL,turns=0,attempts=0,next_attempt_at=NULL WHERE id=?",
                 status, self.number)
        self.sql("UPDATE runs SET ended_at=NULL,outcome=NULL,class=NULL,detail=NULL WHERE run_id=?", self.run_id)
        running = runtime == "running"
        self.sql("UPDATE runtime_sessions SET status=?,turn_nonce=?,profile=?,last_turn_marker=NULL,quiet=0,idle_tick=?,"
                 "turn_started_tick=spawned_tick WHERE run_id=?", runtime, self.turn_of() if running else None, profile,
                 None if running else 1, self.run_id)
        for column, value in columns.items():
            self.sql(f"UPDATE tickets SET {column}=? WHERE id=?", value, self.number)
        self.forget_looks()
        self.look_quietly()

    def tells(self, event):
        """As claude's hook does."""
        self.ticket("turn-event", "claude", json.dumps(event), env={"MC_RUN": self.run_id, "MC_TICKET": f"MC-{self.number}"})

    def begins_turn(self):
        self.tells({**AS_USER, "prompt": f"x [{self.turn_of()} y"})

    def ahead(self, seconds):
        """Whoever waits has waited for so much longer."""
        self.waited += seconds * 1000
        self.write("ahead.new", str(self.waited))
        os.rename(self.path("ahead.new"), self.path("ahead"))

    def forget_looks(self):
        """What has not changed since is looked at all the same."""
        self.tmux("set-option", "-pu", "-t", self.pane(), "@mc_looked")

    def waits(self, name, status="needs_input", by=("answer",)):
        """Its ticket waits, and what a person says is there; the agent shows that."""
        self.tell("# ", f"{name}, {' '.join(by)}")
        self.show(name)
        self.again(status, "idle", name.split("-")[0])
        self.run_quietly("mc-ticket", by[0], f"MC-{self.number}", "This one.", *by[1:])
        self.look_quietly()

    def until_ended(self):
        """Its process; nobody may be there to reap it."""
        pid = self.sql("SELECT pid FROM runtime_sessions WHERE run_id=?", self.run_id)[0][0]
        until(lambda: not lives(pid), f"{pid} to end")

    def kill_agent(self):
        pid = self.sql("SELECT pid FROM runtime_sessions")[0][0]
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.is_reaped(pid), f"{pid} to be reaped")


class Broken(Acted):
    """Its pickup has died while it sent, and has left its rows."""

    deaf = True

    def prepare(self):
        super().prepare()
        self.log = self.write("state/mine.log", "before\n")

    def cut(self, screen, token="", gained="", sent=True, http=False, offset=7, young=False, look=True, **columns):
        """gained: what the log did since the turn was taken; sent: it was typed, else it went along with the start."""
        what = {"token": token.replace(TOKEN, "*"), "gained": gained.replace(TURN, "*"), **columns}
        if not sent or http or offset != 7:
            what.update(sent=sent, http=http, offset=offset, young=young)
        self.tell("# ", f"{screen} " + json.dumps(what))
        self.again()
        self.show(screen)
        self.write("state/mine.log", "before\n" + gained)
        self.sql("UPDATE runtime_sessions SET pane_log_path=?,harvest_offset=?", self.log, offset)
        for column, value in {**columns, **({"spawned_tick": time.monotonic_ns() // 1000000 + AWAKE} if young else {})}.items():
            self.sql(f"UPDATE runtime_sessions SET {column}=?", value)
        self.sql("INSERT INTO ticket_messages(ticket_id,author,kind,status,run_id,nonce,created_at,purpose,body)"
                 "VALUES(?,'bob','note','sending',?,?,1,'person','Do more.')", self.number, self.run_id, TURN)
        if sent:
            self.sql("INSERT INTO effects(run_id,kind,state,detail,at)VALUES(?,'send','intent',?,1)", self.run_id, TURN)
        self.sql("UPDATE runs SET pickup_pid=999999,pickup_start=1")
        self.tmux("set-option", "-p", "-t", self.pane(), "@mc_turn", token)
        if http:
            self.configure(**self.setting, send={"transport": "http", "url": "http://127.0.0.1:9/"})
        self.look_quietly()
        if look:
            self.pickup("--heal-only", "--json")
        if http:
            self.configure(**self.setting)
