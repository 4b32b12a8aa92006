#!/usr/bin/env python3
"""Pickups that cannot take what they are asked for: without any configuration, beside an agent nobody can see, in a pool
that has no slot left."""
import shutil

from stage import Scene, main

RUN = "0123456789abcdef" * 2


class Bare(Scene):
    """No configuration is found."""

    name = "bare"
    tables = ("tickets", "ticket_activity")

    def prepare(self):
        del self.environment["MC_PICKUP_CONFIG"]
        self.environment["PATH"] = self.path("bin")
        self.labels.hide(r"(?<=host=)\"[^\"]+\"", "<machine>")

    def play(self):
        shutil.rmtree(self.path(".config"))
        for profile, workspace in (None, None), ("nobody", None), ("claude", "nowhere"):
            self.run_quietly("mc-ticket", "add", "Ticket")
            number = self.last()
            self.change("UPDATE tickets SET profile=?,workspace=? WHERE id=?", profile, workspace, number)
            for words in ("-v", "--json"), ("--ticket", f"MC-{number}", "--json"), ("--ticket", f"MC-{number}"):
                self.pickup(*words)
            self.run_quietly("mc-ticket", "cancel", f"MC-{number}")
            self.look_quietly()


class Unseen(Scene):
    """Its process is in another namespace: dead or alive, nobody can tell."""

    name = "unseen"
    tables = ("tickets", "ticket_activity", "runtime_sessions")
    untold = (*Scene.untold, "keeping", "last-keeping")

    def play(self):
        self.run_quietly("mc-ticket", "add", "Ticket")
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        self.sql("INSERT INTO runs(run_id,ticket_id,attempt,host,started_at,pickup_pid,pickup_start,pickup_boot)"
                 "VALUES(?,1,1,'here',?,999999,1,?)", RUN, self.now, boot)
        self.sql("INSERT INTO runtime_sessions(session_key,ticket_id,run_id,host,status,spawned_at,profile,pid,pid_start,pid_ns,boot_id,"
                 "turn_nonce,turn_count,tmux_target)VALUES('ticket:1:session',1,?,'here','running',?,'demo',2,1,1,?,'n',1,'mc-MC-1')", RUN, self.now, boot)
        self.sql("UPDATE tickets SET status='in_progress',run_id=?,worker_pid=2,worker_host='here'", RUN)
        self.look_quietly()
        for status in "in_progress", "todo":
            self.change(f"UPDATE tickets SET status='{status}'")
            self.pickup("-v")
            self.pickup("--ticket", "MC-1")
            self.pickup("--ticket", "MC-1", "--json")
            self.pickup("--dry-run", "--ticket", "MC-1")


class Full(Scene):
    """Every slot of a pool is set aside."""

    name = "full"
    tables = ("tickets", "ticket_activity")
    untold = (*Scene.untold, "keeping", "last-keeping")

    def play(self):
        self.repository()
        self.configure(workspace={"repo": self.path("repo"), "size": 7})
        for number in range(1, 8):
            self.run_quietly("mc-ticket", "add", "Ticket")
            self.sql("INSERT INTO worktree_slots(host,slot,workspace,number,path,state,ticket_id)VALUES('here',?,'default',?,?,'quarantined',?)",
                     f"pool-{number}", number, self.path(f"state/pool/default/pool-{number}"), number if number % 2 else None)
        self.look_quietly()
        self.tickets("pool")
        self.pickup("-v", look=False)
        self.pickup("--ticket", "MC-2", look=False)
        self.pickup("--ticket", "MC-2", "--json", look=False)
        self.pickup("--dry-run", look=False)


if __name__ == "__main__":
    main()
