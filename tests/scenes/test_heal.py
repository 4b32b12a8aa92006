#!/usr/bin/env python3
"""Rows, sessions and processes that are out of step, each alone, and how a pickup mends it."""
import os
import signal

from stage import Scene, main, until


class Heal(Scene):
    name = "heal"
    demo = ("--hold", "/none")
    config = {"max_running": 50, "linger_s": 60, "retry": {"backoff_s": 0, "max_attempts": 3}}

    def play(self):
        for scene in (self.died, self.ended_session, self.changed_ticket, self.lost_row, self.orphan, self.finished,
                      self.abandoned, self.sending, self.stillborn, self.silent, self.expired):
            self.lines.append(f"# {scene.__name__}")
            scene()
            self.compare(self.lines)

    def start(self):
        """A ticket with an agent at work; its number."""
        heard = self.heard_of("prompt")
        self.run_quietly("mc-ticket", "add", "Ticket", "--body", "Do it.")
        self.run_quietly("mc-pickup")
        self.until_heard("prompt", heard + 1)
        self.settle()
        self.look_quietly()
        return self.last()

    def of(self, number, column):
        return self.sql(f"SELECT {column} FROM runtime_sessions WHERE ticket_id=?", number)[0][0]

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.is_reaped(pid), f"{pid} to be reaped")

    def heal(self):
        """Foretold, done, and at rest."""
        self.pickup("--dry-run", "--heal-only", "--json")
        self.pickup("--heal-only", "--json")
        self.settle()
        self.look()
        self.pickup("--heal-only", "-v")

    def died(self):
        one = self.start()
        self.kill(self.of(one, "pid"))
        self.tickets("runtimes", f"show MC-{one}", "health", f"screen MC-{one}")
        self.heal()
        self.tickets(f"show MC-{one}", f"log MC-{one}")
        self.over(one)

    def ended_session(self):
        one = self.start()
        self.end_tmux("kill-session", "-t", f"=mc-MC-{one}")
        self.settle()
        self.tickets("runtimes", f"screen MC-{one}", f"attach MC-{one} --print")
        self.heal()
        self.over(one)

    def changed_ticket(self):
        one = self.start()
        self.change("UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL WHERE id=?", one)
        self.ticket("runtimes")
        self.heal()
        self.change("UPDATE tickets SET run_id=NULL,worker_pid=NULL WHERE id=?", one)
        self.heal()
        self.change("UPDATE runtime_sessions SET pid=NULL,pid_start=NULL WHERE ticket_id=?", one)
        self.heal()
        self.change("UPDATE runtime_sessions SET tick_boot=NULL,spawned_tick=NULL,turn_started_tick=NULL WHERE ticket_id=?", one)
        self.heal()
        self.over(one)

    def lost_row(self):
        one = self.start()
        self.change("DELETE FROM runtime_sessions WHERE ticket_id=?", one)
        self.ticket("runtimes")
        self.ticket("runtimes", "--json")
        self.heal()
        self.over(one)

    def orphan(self):
        one = self.start()
        self.change("UPDATE runs SET ended_at=?,outcome='stopped' WHERE ticket_id=?", self.now, one)
        self.change("UPDATE runtime_sessions SET status='closed',closed_at=? WHERE ticket_id=?", self.now, one)
        self.change("UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL WHERE id=?", one)
        two = self.start()
        self.ticket("runtimes")
        self.heal()
        self.over(two)
        self.over(one)

    def finished(self):
        one = self.start()
        self.change("UPDATE tickets SET status='done' WHERE id=?", one)
        self.heal()

    def abandoned(self):
        self.ticket("add", "Claimed", look=False)
        one, run = self.last(), os.urandom(16).hex()
        self.change("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,pickup_pid,pickup_start,pickup_boot)"
                    "VALUES(?,?,1,'here',?,999999,1,'x')", run, one, self.now)
        self.change("UPDATE tickets SET status='in_progress',run_id=? WHERE id=?", run, one)
        self.heal()
        self.over(one)

    def sending(self):
        one = self.start()
        self.change("UPDATE ticket_messages SET status='sending' WHERE ticket_id=?", one)
        self.change("UPDATE effects SET state='intent' WHERE kind='send' AND run_id=(SELECT run_id FROM tickets WHERE id=?)", one)
        self.change("UPDATE runs SET pickup_pid=999999,pickup_start=1 WHERE ticket_id=?", one)
        self.change("UPDATE runtime_sessions SET turn_nonce=NULL,status='spawning' WHERE ticket_id=?", one)
        self.heal()
        self.over(one)

    def stillborn(self):
        self.ticket("add", "Claimed", look=False)
        one = self.last()
        run = os.urandom(16).hex()  # another's of this name may be at work beside
        self.change("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,pickup_pid,pickup_start,pickup_boot)"
                    "VALUES(?,?,1,'here',?,999999,1,'x')", run, one, self.now)
        self.change("UPDATE tickets SET status='in_progress',run_id=? WHERE id=?", run, one)
        self.change("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,profile)"
                    "VALUES(?,?,?,'here','spawning',?,'demo')", f"ticket:{one}:session", one, run, self.now)
        self.heal()
        self.over(one)

    def silent(self):
        one = self.start()
        self.change("UPDATE runtime_sessions SET turn_started_tick=turn_started_tick-1000000 WHERE ticket_id=?", one)
        self.later(1000)
        self.heal()
        self.tickets(f"show MC-{one}", "list")
        self.change("UPDATE runtime_sessions SET turn_started_tick=turn_started_tick-100000000,"
                    "spawned_tick=spawned_tick-100000000,stall_tick=stall_tick-100000000 WHERE ticket_id=?", one)
        self.later(100000)
        self.heal()
        self.over(one)

    def expired(self):
        one = self.start()
        self.change("UPDATE tickets SET status='needs_input' WHERE id=?", one)
        self.change("UPDATE runtime_sessions SET status='idle',idle_tick=turn_started_tick-1000000000,turn_nonce=NULL,"
                    "turn_started_tick=NULL WHERE ticket_id=?", one)
        self.heal()
        self.over(one)


if __name__ == "__main__":
    main()
