#!/usr/bin/env python3
"""What somebody else does between two looks of a sender at its agent's terminal."""
import os

from acted import Acted
from stage import TMUX, main, until

READY = "claude-120-ready"


class Raced(Acted):
    name = "raced"

    def prepare(self):
        super().prepare()
        # a call in which that word stands waits
        self.script = f"""if read word 2>/dev/null <{self.path("word")}; then
    case "$*" in
    *"$word"*)
        rm -f {self.path("word")} {self.path("go")}
        : >{self.path("held")}
        until [ -e {self.path("go")} ]; do sleep 0.02; done
        . {self.path("act")}
        ;;
    esac
fi
exec {TMUX} "$@"
"""
        self.put_before_tmux(self.script)
        self.write("act", "")
        self.untold = (*self.untold, "word", "held", "go", "act", "tmux")

    def play(self):
        self.on("pasted", "busy")
        self.begin()
        for change in ("tickets SET status='in_review'", "tickets SET run_id='x'", "runtime_sessions SET status='running',turn_nonce='MC_TICKET_TURN:1:1:00000000'",
                       "runtime_sessions SET run_id='x'", "runtime_sessions SET status='closed'", "runs SET ended_at=1"):
            self.changes(change, "send")
            if "closed" not in change and "'x'" not in change:
                self.changes(change, "pickup")
        self.changes("tickets SET status='blocked'", "pickup")
        self.requests()
        self.second_look()
        for word in "load-buffer", "paste-buffer":
            self.copy_mode(word)
            self.taken(word)
            self.dies(word)
        self.dies("send-keys")
        self.fails()
        self.unreachable()
        self.first()

    def race(self, word, meanwhile, *words):
        """Before the next call of tmux in which the word stands."""
        for name in "held", "go":
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        self.write("word", word + "\n")
        self.run_program(*words, meanwhile=lambda: self.at_call(meanwhile), look=False)

    def at_call(self, meanwhile):
        until(lambda: os.path.exists(self.path("held")), "the call")
        meanwhile()
        self.write("go", "")

    def changes(self, change, how):
        self.tell("# ", f"{change}, {how}")
        self.show(READY)
        self.again("needs_input", "idle")
        words = ["mc-ticket", "send", f"MC-{self.number}", "Now."]
        if how == "pickup":
            words = ["mc-pickup", "-v"]
            self.run_quietly("mc-ticket", "answer", f"MC-{self.number}", "This one.")
        self.look_quietly()
        self.race("capture-pane", lambda: self.sql(f"UPDATE {change}"), *words)
        self.look()
        self.sql("UPDATE tickets SET run_id=?", self.run_id)
        self.sql("UPDATE runtime_sessions SET run_id=?,closed_at=NULL", self.run_id)

    def requests(self):
        self.tell("# ", "the same request")
        self.show(READY)
        self.again("needs_input", "idle")
        self.race("capture-pane", lambda: self.sql("INSERT INTO requests(id,answer,created_at)VALUES('r1','{}',1)"), "mc-ticket", "send", f"MC-{self.number}", "Now.",
                  "--request-id", "r1")
        self.look()

    def second_look(self):
        """It goes to work before it has been seen at rest twice."""
        self.tell("# ", "busy at the second look")
        self.waits(READY)
        self.race("capture-pane", self.hold_next, "mc-pickup", "-v")
        self.look()

    def hold_next(self):
        """Of the calls that are held."""
        os.unlink(self.path("held"))
        self.write("word", "capture-pane\n")
        self.write("go", "")
        until(lambda: os.path.exists(self.path("held")), "the next call")
        self.show("claude-120-busy")

    def speaks(self, what, word, meanwhile):
        self.tell("# ", f"{what} before {word}")
        self.waits(READY)
        self.race(word, meanwhile, "mc-pickup", "-v")
        self.settle()
        self.look()

    def copy_mode(self, word):
        self.speaks("copy mode", word, lambda: self.tmux("copy-mode", "-t", self.pane()))
        self.tmux("send-keys", "-t", self.pane(), "-X", "cancel")

    def taken(self, word):
        """Another's word stands at the pane."""
        self.speaks("another's turn", word, self.take)

    def dies(self, word):
        self.speaks("its end", word, self.kill_agent)
        self.begin_again()

    def fails(self):
        """tmux does not say what came of a call, or cannot be called any more."""
        mute, done = "exit 1", 'tmux "$@" >/dev/null; exit'
        for word, act, meanwhile in (("capture-pane", mute, self.waits_on), ("load-buffer", mute, self.waits_on), ("pipe-pane", "", self.no_call),
                                     ("load-buffer", "", self.no_call), ("paste-buffer", mute, self.waits_on),
                                     ("paste-buffer", mute, self.take), ("paste-buffer", done, self.waits_on)):
            self.write("act", act.replace("tmux", TMUX))
            if word == "pipe-pane":
                self.tmux("pipe-pane", "-t", self.pane())
            self.speaks(f"{meanwhile.__name__} {act}", word, meanwhile)
            os.unlink(self.path("bin", "tmux"))
            self.put_before_tmux(self.script)
            self.run_quietly("mc-ticket", "breaker", "close")
        self.write("act", "")

    def waits_on(self):
        """Nothing is changed."""

    def no_call(self):
        os.unlink(self.path("bin", "tmux"))
        os.symlink("tmux", self.path("bin", "tmux"))

    def take(self):
        self.tmux("set-option", "-p", "-t", self.pane(), "@mc_turn", "taken_by_another")

    def first(self):
        """Somebody looks back in a pane that gets its first turn."""
        self.tell("# ", "the first turn")
        self.setting["profiles"]["claude"].update(first_turn="paste")
        self.configure(**self.setting)
        self.write("first", READY)
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.")
        self.number = self.last()
        self.look_quietly()
        self.race("load-buffer", lambda: self.tmux("copy-mode", "-t", self.pane()), "mc-pickup", "-v")
        self.settle()
        self.look()

    def unreachable(self):
        """It lives on without its terminal."""
        self.speaks("its terminal's end", "load-buffer", self.lose_terminal)
        self.change("UPDATE ticket_messages SET next_attempt_at=NULL")
        self.pickup("-v")
        self.change("UPDATE ticket_messages SET next_attempt_at=NULL")
        self.pickup("--json")
        self.again("needs_input", "idle")
        self.ticket("send", f"MC-{self.number}", "Now.")
        self.tickets("runtimes", f"attach MC-{self.number}", f"screen MC-{self.number}", f"show MC-{self.number}", "health")
        self.say("die")
        self.until_ended()
        self.pickup("-v")

    def lose_terminal(self):
        self.cue("deaf")
        self.end_tmux("kill-session", "-t", f"=mc-MC-{self.number}")


if __name__ == "__main__":
    main()
