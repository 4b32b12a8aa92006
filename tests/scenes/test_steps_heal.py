#!/usr/bin/env python3
"""Pickups whose store fails at one statement while they look after what others have left."""
import json
import os
import shutil
import sqlite3

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
    stop = "SELECT id,title"

    def build(self):
        for number, run in enumerate(names(2), 1):
            self.add()
            self.dead(number, run, "00000000-0000-0000-0000-000000000000")


class Left(Healed):
    """claims whose pickups were killed, before and behind the runtime's row"""

    start = "UPDATE tickets SET queued_at"
    then = "mc-pickup", "-v", "--heal-only"

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


class Unrecorded(Live):
    """a pickup was killed before it wrote down what it had started"""

    stop = "SELECT m.id"

    def upset(self):
        self.sql("UPDATE runtime_sessions SET status='spawning',pane_id=NULL,pid=NULL,pid_start=NULL,boot_id=NULL,turn_nonce=NULL")
        self.sql("UPDATE ticket_messages SET status='pending'")
        self.sql("UPDATE effects SET state='intent' WHERE kind='spawn'")
        self.sql("DELETE FROM effects WHERE kind='send'")
        self.sql("UPDATE runs SET pickup_pid=999999,pickup_start=1")

    then = "mc-pickup", "-v", "--heal-only"


class Untimed(Live):
    """an agent's row has no reading of the awake clock"""

    start = "BEGIN IMMEDIATE"

    def upset(self):
        self.sql("UPDATE runtime_sessions SET tick_boot=NULL,spawned_tick=NULL,turn_started_tick=NULL")


class Overtime(Live):
    """a ticket has had all the time that it may have"""

    setting = {"max_runtime_s": 60}
    anew = True
    start = "BEGIN IMMEDIATE"
    stop = "UPDATE effects SET"

    def upset(self):
        self.sql("UPDATE tickets SET worked_ms=100000")


class Unowned(Healed):
    """a ticket is at work by a run that the board does not know"""

    def build(self):
        self.add()
        self.sql("UPDATE tickets SET status='in_progress',run_id=?", *names(1))

    then = "mc-pickup", "-v", "--heal-only"


class Closed(Healed):
    """an agent is gone, and its ticket was closed"""

    start = "UPDATE runs SET"

    def build(self):
        self.start_one()
        self.sql("UPDATE tickets SET status='done'")
        self.kill_server()


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


class Many(Situation):
    """five agents look dead at once, and no server answers"""

    start = "BEGIN IMMEDIATE"

    def build(self):
        self.labels.hide(r'(?<=key="mass_death" value=")\d+', "<tick>")
        for number, run in enumerate(names(5), 1):
            self.add()
            self.dead(number, run, self.boot())

    @staticmethod
    def boot():
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()


class Spooled(Situation):
    """an agent's word was left for the next pickup, for the board was locked"""

    start = "SELECT t.id"
    stop = Healed.stop

    def build(self):
        self.start_one()
        run, nonce = self.sql("SELECT run_id,turn_nonce FROM runtime_sessions")[0]
        lock = sqlite3.connect(self.board)
        lock.execute("BEGIN IMMEDIATE")
        over = json.dumps({"event": "over", "prompt": f"x [{nonce} y", "reply": "DONE: while it was locked"})
        self.run_quietly("mc-ticket", "turn-event", "demo", over, env={"MC_RUN": run, "MC_TICKET": "MC-1", "MC_BUSY_MS": "1"})
        lock.close()


class Uprooted(Situation):
    """an agent at rest whose folder was removed has a turn to come"""

    anew = True
    start = "SELECT run_id"
    stop = "UPDATE effects SET"

    def build(self):
        self.start_one()
        self.sql("UPDATE tickets SET status='needs_input'")
        self.sql("UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,idle_tick=turn_started_tick")
        self.run_quietly("mc-ticket", "answer", "MC-1", "Yes.")
        shutil.rmtree(self.path("state", "work", "MC-1"))


class Kept(Situation):
    """nothing is to be done, and what is long over goes"""

    setting = {"retention": {"closed_days": 1, "runs_days": 1}}
    start = "SELECT 1 AS found FROM tickets"

    def build(self):
        for number, run in enumerate(names(3), 1):
            self.add("--dedupe-key", f"key {number}")
            self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,ended_at,outcome)VALUES(?,?,1,'here',?,?,'delivered')",
                     run, number, self.now, self.now)
            self.sql("UPDATE tickets SET status=?,updated_at=1 WHERE id=?", "in_review" if number == 3 else "done", number)
            self.write(f"state/run/{run}/reply-1.md", "A reply.\n")
        self.write("state/last-keeping", f"{self.now} 1 0 believed\n")
        os.utime(self.path("state", "last-keeping"), (1, 1))
        self.run_quietly("mc-pickup")
        self.later(1.5 * 86400)


class Ended(Situation):
    """a turn is over in a worktree, and its hook and its push are owed"""

    start = "SELECT run_id FROM runs INDEXED"
    stop = Healed.stop

    def build(self):
        self.repository()
        self.run_quietly("git", "init", "-q", "--bare", "away.git")
        self.run_quietly("git", "remote", "add", "away", self.path("away.git"), cwd=self.path("repo"))
        self.configure(workspace={"repo": self.path("repo"), "size": 1, "base": "main", "push": "away",
                                  "hooks": {"after_run": ["/bin/true"]}}, linger_s=0)
        self.start_one()
        self.sql("UPDATE tickets SET status='in_review'")
        self.sql("UPDATE runtime_sessions SET status='idle',turn_nonce=NULL,idle_tick=turn_started_tick")
        self.sql("UPDATE runs SET owes=1")


class Mended(Stumbles):
    name = "mended"
    situations = Dead, DeadForGood, Foretold, AtRest, Rebooted, Left, Slot, Hidden, Lost, Sending, Silent, Unrecorded, Untimed, Overtime, \
        Unowned, Closed, Over, Wordless, Many, Spooled, Uprooted, Kept, Ended


if __name__ == "__main__":
    main()
