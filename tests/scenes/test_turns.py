#!/usr/bin/env python3
"""What agents tell of their turns, by their hooks, by their word and by their screens, heard at once, later or never."""
import json
import sqlite3

from stage import Scene, main


class Told(Scene):
    """Reports and words made by hand, of an agent that holds still."""

    name = "told"
    config = {"quiet_turns": 2}

    def play(self):
        self.demo = ("--hold", self.path("never"), "--no-signal")
        self.configure(**self.config)
        self.ticket("add", "Ticket", "--body", "Do it.", look=False)
        self.pickup("-v", look=False)
        self.until_heard("prompt")
        self.look()
        self.run_id, self.nonce = self.sql("SELECT run_id,turn_nonce FROM runtime_sessions")[0]
        self.over_by_word()
        self.strangers()
        self.faults()
        self.signals()
        self.spooled()

    def tells(self, event, **more):
        """As the agent's hook does."""
        environment = {"MC_RUN": self.run_id, "MC_TICKET": "MC-1", **more.pop("env", {})}
        text = event if isinstance(event, str) else json.dumps(event)
        self.ticket("turn-event", more.pop("agent", "demo"), text, env=environment, **more)

    def again(self, status="in_progress"):
        """The same turn is under way again, and nobody has been told of it."""
        self.sql("UPDATE tickets SET status=?,failure_reason=NULL,result=NULL,turns=0,next_attempt_at=NULL WHERE id=1", status)
        self.sql("UPDATE runs SET ended_at=NULL,outcome=NULL,class=NULL,detail=NULL")
        self.sql("UPDATE runtime_sessions SET status='running',turn_nonce=?,last_turn_marker=NULL,quiet=0,idle_tick=NULL,"
                 "turn_started_tick=spawned_tick", self.nonce)
        self.sql("DELETE FROM settings WHERE key LIKE 'breaker:%' OR key LIKE 'asked:%'")
        self.look_quietly()

    def over(self, reply, **more):
        return {"event": "over", "prompt": f"x [{self.nonce} y", "reply": reply, **more}

    def word(self, word, line):
        return json.dumps({"mc_signal": word, "ticket": "MC-1", "nonce": self.nonce, "payload": line})

    def over_by_word(self):
        self.tells({"event": "started", "prompt": f"x [{self.nonce} y"})
        for reply in (f"Done so far.\n{self.word('DONE', 'it works')}", self.word("REVIEW", "look at it"),
                      f"{self.word('QUESTION', 'which one?')} and more", "DONE: all of it\nmore", "QUESTION: which?", "No word.", "",
                      self.word("DONE", "a\nb"), self.word("NONE", "x"), "x" * 5000):
            self.tells(self.over(reply))
            self.tickets("reply MC-1")
            self.again()
        self.tells(self.over("One."))
        self.pickup("-v", look=False)
        self.until_heard("ready")
        self.tickets("show MC-1", "list")
        self.again()

    def strangers(self):
        for event in ({"event": "over", "prompt": "[MC_TICKET_TURN:1:1:00000000 x", "reply": "DONE: x"}, {"event": "over", "reply": "x"},
                      {"event": "none"}, {"x": 1}, "[]", "{", "", {"event": "waits", "detail": "May I?"}, {"event": "gone"},
                      {"event": "over", "prompt": f"[{self.nonce}", "reply": "later", "still_at_work": True}):
            self.tells(event)
            self.again()
        self.tells(self.over("DONE: x"), env={"MC_RUN": "f" * 32})
        self.tells(self.over("DONE: x"), env={"MC_RUN": "none"})
        self.tells(self.over("DONE: x"), agent="nobody")
        self.tells({"hook_event_name": "Stop", "last_assistant_message": "DONE: x", "session_id": "s"}, agent="claude")
        self.again("cancelled")
        self.tells(self.over("DONE: too late"))
        self.again("done")
        self.tells(self.over("QUESTION: too late"))
        self.again()

    def faults(self):
        for fault, detail in (("limit", "usage limit, resets at 5am"), ("limit", ""), ("login", "please /login"), ("billing", "no credit"),
                              ("server", "overloaded"), ("request", "too long"), ("other", "what"), ("interrupted", ""), ("none", "x")):
            self.tells(self.over("It stopped.", fault=fault, detail=detail))
            self.pickup("-v")
            self.tickets("list", "breaker", "health")
            self.pickup("--dry-run", look=False)
            self.again()

    def signals(self):
        environment = {"MC_RUN": self.run_id, "MC_TICKET": "MC-1"}
        for words in (["DONE", "it works"], ["DONE", "again"], ["REVIEW"], ["QUESTION", "which?"], ["NONE", "x"], ["DONE", "x", "y"], [],
                      ["DONE", "a\nb"], ["DONE", "x", "--nonce", "MC_TICKET_TURN:1:1:00000000"], ["DONE", "x", "--nonce", "x"], ["done", "x"]):
            self.ticket("signal", *words, env=environment)
        self.again()
        self.ticket("signal", "DONE", "x", "--nonce", self.nonce, "--json", env=environment)
        self.ticket("signal", "DONE", "x", "--nonce", self.nonce, "--json", env=environment)
        self.again()
        for words in (["approve", "MC-1"], ["add", "One more"], ["note", "MC-1", "For myself."], ["pause"], ["list"], ["send", "MC-1", "x"],
                      ["cancel", "MC-1"]):
            self.ticket(*words, env=environment)
        self.ticket("signal", "DONE", "x", env={"MC_RUN": "f" * 32, "MC_TICKET": "MC-1"})
        self.ticket("signal", "DONE", "x", env={"MC_RUN": self.run_id, "MC_TICKET": "MC-9"})
        self.again("cancelled")
        self.ticket("signal", "DONE", "x", env=environment)
        self.again()

    def spooled(self):
        lock = sqlite3.connect(self.board)
        lock.execute("BEGIN IMMEDIATE")
        self.labels.hide(r"\d{13,}-(?:<id \d+>|[0-9a-f]+)\.json", "<event>.json")
        self.tells(self.over("DONE: while it was locked"), look=False, env={"MC_BUSY_MS": "50"})
        self.ticket("signal", "REVIEW", "locked", env={"MC_RUN": self.run_id, "MC_TICKET": "MC-1", "MC_BUSY_MS": "50"}, look=False)
        self.ticket("add", "x", env={"MC_BUSY_MS": "50"}, look=False)
        self.ticket("list", look=False)
        self.pickup("--json", env={"MC_BUSY_MS": "50"}, look=False)
        lock.rollback()
        lock.close()
        self.look()
        self.write(f"state/run/{self.run_id}/events/0000000000001-x.json", "garbage")
        self.pickup("--json")
        self.tickets("reply MC-1", "list")


class Spoken(Scene):
    """What people say to an agent that is free, at work, at a question, gone."""

    name = "spoken"

    def play(self):
        self.demo = ("--hold", self.path("go"), "--signal", "QUESTION", "--reply", "The reply.")
        self.configure()
        self.ticket("add", "Ticket", "--body", "Do it.", look=False)
        self.ticket("send", "MC-1", "Nobody there.")
        self.ticket("attach", "MC-1")
        self.pickup("-q", look=False)
        self.until_heard("prompt")
        self.look()
        self.ticket("send", "MC-1", "At work.")
        self.ticket("send", "MC-1", "At work.", "--json")
        self.ticket("send", "MC-1", "For later.", "--queue", "--request-id", "q1")
        self.ticket("send", "MC-1", "For later.", "--queue", "--request-id", "q1")
        self.turn("needs_input")
        self.pickup("--json")
        self.ticket("answer", "MC-1", "This one.")
        self.pickup("--json", look=False)
        self.until_heard("prompt", 2)
        self.look()
        self.turn("needs_input")
        self.ticket("reply", "MC-1")
        self.ticket("reply", "MC-1", "--json")
        self.ticket("send", "MC-1", "Now.", "--request-id", "s1", "--by", "bob", look=False)
        self.until_heard("prompt", 3)
        self.look()
        self.ticket("send", "MC-1", "Now.", "--request-id", "s1")
        self.turn("needs_input")
        self.ticket("send", "MC-1", "And wait.", "--wait", "60", meanwhile=lambda: self.go(4))
        self.settle()
        self.look()
        self.ticket("send", "MC-1", "And wait.", "--wait", "60", "--json", meanwhile=lambda: self.go(5))
        self.settle()
        self.look()
        self.ticket("send", "MC-1", "--body-file", "-", "--json", input=b"From\na file.\n", look=False)
        self.until_heard("prompt", 6)
        self.look()
        self.ticket("send", "MC-1", "In turn.", "--queue", "--wait", "0")
        self.ticket("block", "MC-1", "Enough.")
        self.ticket("send", "MC-1", "Ended.")
        self.ticket("reopen", "MC-1", "--json")
        self.tickets("show MC-1", "show MC-1 --json", "log MC-1", "log MC-1 --run 1 --lines 2", "log MC-1 --run 9", "log MC-1 --raw",
                     "page -o -")
        self.pickup("-v", look=False)
        self.until_heard("prompt", 7)
        self.look()

    def go(self, count):
        self.until_rows([(count,)], "SELECT count(*) FROM ticket_activity WHERE kind='sent'")
        self.until_heard("prompt", count)
        self.write("go", "")


if __name__ == "__main__":
    main()
