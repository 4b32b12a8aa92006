#!/usr/bin/env python3
"""Pickups whose store fails at one statement on the way from a ticket that waits to an agent at its turn."""
import json
import os

from steps import Situation, Stumbles, main
import listen

TURN = "UPDATE runtime_sessions SET status='running'"
LOOK = "SELECT 1 AS found FROM tickets"


class Dispatch(Situation):
    """a ticket gets its agent"""

    ends = True
    stop = TURN

    def build(self):
        self.add()


class Paste(Dispatch):
    """and its turn, which it is looked at for again and again"""

    start, stop = TURN, None
    spared = "SELECT session_key"


class Again(Dispatch):
    """what came of a ticket before is told to its next agent"""

    start, stop = "SELECT body FROM ticket_messages", "SELECT value"
    then = "mc-pickup", "-v", "--heal-only"

    def build(self):
        self.add()
        run = os.urandom(16).hex()
        self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome,class,detail)"
                 "VALUES(?,1,1,'here',?,?,'failed','worker_died','it died')", run, self.now, self.now)
        self.sql("INSERT INTO effects(run_id,kind,state,at)VALUES(?,'send','done',1)", run)
        self.sql("UPDATE tickets SET attempts=1,failure_reason='it died'")
        for kind in "reply", "signal", "terminal_state":
            self.sql("INSERT INTO ticket_activity(ticket_id,run_id,author,kind,body,created_at)VALUES(1,?,'agent',?,'status: so',?)",
                     run, kind, self.now)
        self.run_quietly("mc-ticket", "note", "MC-1", "Remember it.")


class Turn(listen.Turn):
    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        self.asked()
        self.server.asked += 1
        self.answer(*self.server.given)


class Endpoint(Situation):
    """Of an endpoint that answers so."""

    given = 200, {"ok": True}

    def prepare(self):
        self.server = listen.Listener(Turn)
        self.server.given, self.server.asked = (200, {"ok": True}), 0
        self.addCleanup(self.server.end)
        port = self.server.server_address[1]
        self.labels.hide(rf"\b{port}\b", "<port>")
        self.labels.hide(r"within \d+ ms|after \d+ milliseconds|in \d+ ms", "in * ms")
        self.configure(send={"transport": "http", "url": f"http://127.0.0.1:{port}/turn", "timeout_s": 60}, linger_s=0,
                       retry={"backoff_s": 60}, **self.setting)

    def start_one(self, *words):
        self.add(*words)
        self.run_quietly("mc-pickup")

    def rest(self, number=1, status="needs_input"):
        """Its turn is over."""
        self.sql("UPDATE tickets SET status=? WHERE id=?", status, number)
        self.sql("UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,idle_tick=turn_started_tick WHERE ticket_id=?", number)

    def stumble(self, words, number):
        self.server.given, self.server.asked = self.given, 0
        return super().stumble(words, number)

    def seen(self):
        """And how often it was asked."""
        lines = super().seen()
        if self.server.asked:
            self.tell("  asked ", str(self.server.asked))
        self.server.asked = 0
        return lines


class Pool(Endpoint):
    """a ticket gets a worktree"""

    ends = True
    start = "INSERT INTO worktree_slots"
    stop = "SELECT body FROM ticket_messages"
    then = "mc-pickup", "-v", "--heal-only"

    def prepare(self):
        self.repository()
        self.setting = {"workspace": {"repo": self.path("repo"), "size": 1, "base": "main"}}
        super().prepare()

    def build(self):
        self.add()


class Swapped(Pool):
    """what stands in a worktree's place is set aside, and the ticket gets the next"""

    start = "UPDATE worktree_slots SET state='quarantined'"
    stop = "UPDATE worktree_slots SET branch"

    def prepare(self):
        super().prepare()
        self.setting["workspace"]["size"] = 2
        self.configure(send={"transport": "http", "url": "http://127.0.0.1:9/"}, linger_s=0, retry={"backoff_s": 60}, **self.setting)

    def build(self):
        self.write("state/pool/default/pool-1/mine", "mine\n")
        self.add()


class Busy(Endpoint):
    """an agent's endpoint is busy, and the agent is adopted"""

    ends = True
    start = "UPDATE runtime_sessions SET harvest_offset"
    given = 409, {"error": "runtime_busy"}

    def build(self):
        self.add()


class Denied(Busy):
    """an endpoint lets nobody in"""

    start = "UPDATE effects SET state"
    given = 401, {"error": "who are you"}


class Next(Endpoint):
    """an agent at rest gets its second turn"""

    start = "SELECT m.id"
    stop = LOOK

    def build(self):
        self.start_one()
        self.rest()
        self.run_quietly("mc-ticket", "answer", "MC-1", "Yes.")


class Now(Next):
    """a person's turn, at once"""

    orders = ("mc-ticket", "send", "MC-1", "Now."),
    start = stop = None

    def build(self):
        self.start_one()
        self.rest()


class NextBusy(Next):
    """an agent is busy when it is to get its second turn"""

    start = "UPDATE runtime_sessions SET harvest_offset"
    given = 409, {"error": "runtime_busy"}


class NextDenied(NextBusy):
    """an agent's second turn is refused at the door"""

    given = 401, {"error": "who are you"}


class NextRefused(NextBusy):
    """an agent's second turn is refused"""

    given = 422, {"error": "no"}


class NextPaused(NextBusy):
    """an agent has reached its limit before its second turn"""

    given = 429, {"error": "usage limit reached"}


class Parked(Endpoint):
    """an agent at rest makes room for a ticket that waits"""

    anew = True
    start = "SELECT r.session_key"
    stop = "SELECT host,slot"

    setting = {"max_live": 1}

    def build(self):
        self.start_one()
        self.rest()
        self.add()


class Nobody(Situation):
    """a ticket's agent is not there, for the third time"""

    waits = True
    start = "INSERT INTO runs"

    def build(self):
        own = {"command": ["none-such"], "startup_timeout_s": 60, "reports": False}
        self.configure(profiles={"demo": own}, retry={"backoff_s": 60}, notify=[self.teller()])
        self.add()
        self.sql("INSERT INTO settings VALUES('breaker:profile:demo',?)", json.dumps(
            {"failures": 2, "openings": 0, "open_until": 0, "trial": 0, "told": 0, "class": "no_agent", "detail": "none-such",
             "next": "install it", "tickets": [{"ticket": 1, "failures": 2}]}))


class Never(Situation):
    """tickets that no pickup can take"""

    start = LOOK

    def build(self):
        for number, change in enumerate(("profile='nobody'", "workspace='nowhere'", "next_attempt_at=2000000600000", "waits=1"), 1):
            self.add()
            self.sql(f"UPDATE tickets SET {change} WHERE id=?", number)
        self.run_quietly("mc-ticket", "add", "Waits for ever", "--after", "MC-2")
        self.run_quietly("mc-ticket", "cancel", "MC-2")


class Waiting(Situation):
    """tickets behind a breaker"""

    start = LOOK

    def build(self):
        self.add()
        self.sql("INSERT INTO settings VALUES('breaker:profile:demo',?)", json.dumps(
            {"failures": 3, "openings": 1, "open_until": self.now + 600000, "trial": 0, "told": 0, "class": "no_agent",
             "detail": "none-such", "next": "install it", "tickets": [{"ticket": 1, "failures": 3}]}))


class Begun(Stumbles):
    name = "begun"
    situations = Dispatch, Paste, Again, Pool, Swapped, Busy, Denied


class Followed(Stumbles):
    name = "followed"
    situations = Next, Now, NextBusy, NextDenied, NextRefused, NextPaused, Parked, Nobody, Never, Waiting


if __name__ == "__main__":
    main()
