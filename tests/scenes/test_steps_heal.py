#!/usr/bin/env python3
"""Pickups whose store fails at one statement while they look after what others have left."""
import os

from steps import Situation, Stumbles, main

RUN = "INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,pickup_pid,pickup_start,pickup_boot)VALUES(?,?,1,'here',?,999999,1,'x')"


def names(count):
    """Of runs, that no other test's process has, in the order in which they are healed."""
    return sorted(os.urandom(16).hex() for _ in range(count))


class Healed(Situation):
    """Of those below from the first transaction on: what is read before is read in all of them."""

    start = "BEGIN IMMEDIATE"
    stop = "SELECT 1 AS found FROM tickets INDEXED BY tickets_ready"


class Dead(Situation):
    """an agent is gone, and its ticket is given back"""

    def build(self):
        self.start_one()
        self.kill_server()


class DeadForGood(Situation):
    """an agent is gone at its last attempt, and somebody is told"""

    start = "UPDATE tickets SET status"
    waits = True

    def build(self):
        self.configure(retry={"backoff_s": 60, "max_attempts": 1}, notify=[self.teller()], linger_s=0)
        self.start_one()
        self.kill_server()


class Foretold(Dead):
    """a dry run foretells that"""

    orders = ("mc-pickup", "--dry-run"),


class AtRest(Healed):
    """an agent that waited for a person is gone"""

    def build(self):
        self.start_one()
        self.sql("UPDATE tickets SET status='needs_input'")
        self.sql("UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,idle_tick=turn_started_tick")
        self.kill_server()


class Rebooted(Healed):
    """the machine was started anew under two tickets"""

    start = "UPDATE tickets SET status"

    def build(self):
        for number, run in enumerate(names(2), 1):
            self.add()
            self.sql(RUN, run, number, self.now)
            self.sql("UPDATE tickets SET status='in_progress',run_id=?,worker_pid=999999,worker_host='here' WHERE id=?", run, number)
            self.sql("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,profile,pid,pid_start,boot_id,"
                     "turn_nonce,turn_count,tmux_target)VALUES(?,?,?,'here','running',?,'demo',999999,1,?,?,1,?)",
                     f"ticket:{number}:session", number, run, self.now, "00000000-0000-0000-0000-000000000000",
                     f"MC_TICKET_TURN:{number}:1999999999999:0123456{number}", f"mc-MC-{number}")
            self.sql("INSERT INTO ticket_messages(ticket_id,author,kind,status,run_id,created_at,body)VALUES(?,'mc-pickup','work','sent',?,1,'')",
                     number, run)


class Left(Healed):
    """claims whose pickups were killed, before and behind the runtime's row"""

    ends = True

    def build(self):
        for number, run in enumerate(names(2), 1):
            self.add()
            self.sql(RUN, run, number, self.now)
            self.sql("UPDATE tickets SET status='in_progress',run_id=? WHERE id=?", run, number)
        self.sql("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,profile)"
                 "VALUES('ticket:2:session',2,?,'here','spawning',?,'demo')", run, self.now)
        self.sql("INSERT INTO effects(run_id,kind,state,at)VALUES(?,'spawn','intent',?)", run, self.now)


class Slot(Situation):
    """an agent is gone from its worktree, in which something was not committed"""

    start = "SELECT slot FROM worktree_slots"
    stop = "SELECT run_id FROM runs"

    def build(self):
        self.repository()
        self.configure(workspace={"repo": self.path("repo"), "size": 1, "base": "main"}, linger_s=0, retry={"backoff_s": 60})
        self.start_one()
        self.write("state/pool/default/pool-1/new", "new\n")
        self.kill_server()


class Live(Situation):
    """Of one agent that is left as it is, from the look at it alone on."""

    start = "SELECT t.id"
    stop = Healed.stop

    def build(self):
        self.start_one()
        self.upset()

    def upset(self):
        """What somebody has done to its rows."""


class Hidden(Live):
    """a ticket that waits has an agent at work"""

    def upset(self):
        self.sql("UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL")


class Lost(Live):
    """a session of ours has no row any more"""

    def upset(self):
        self.sql("DELETE FROM runtime_sessions")


class Sending(Live):
    """a pickup was killed while it sent a turn, which has arrived"""

    def upset(self):
        self.sql("UPDATE ticket_messages SET status='sending'")
        self.sql("UPDATE effects SET state='intent' WHERE kind='send'")
        self.sql("UPDATE runs SET pickup_pid=999999,pickup_start=1")


class Silent(Live):
    """an agent has shown nothing for long"""

    def upset(self):
        self.sql("UPDATE runtime_sessions SET turn_started_tick=turn_started_tick-1000000,spawned_tick=spawned_tick-1000000")
        self.later(1000)


class Over(Situation):
    """a turn is over, without a word, for the first time"""

    demo = "--no-signal",
    setting = {"nudge": False}
    start = "SELECT EXISTS(SELECT 1 FROM ticket_activity"

    def build(self):
        self.start_one()
        self.sql("UPDATE runtime_sessions SET turn_started_tick=turn_started_tick-60000,spawned_tick=spawned_tick-60000")
        self.later(60)


class Wordless(Over):
    """and for the last time"""

    start = "UPDATE tickets SET turns"
    setting = {"nudge": False, "quiet_turns": 1}


class Mended(Stumbles):
    name = "mended"
    situations = Dead, DeadForGood, Foretold, AtRest, Rebooted, Left, Slot, Hidden, Lost, Sending, Silent, Over, Wordless


if __name__ == "__main__":
    main()
