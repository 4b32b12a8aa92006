"""What happens to machines, their servers and their rows: steps of a drive."""
import os
import signal
import subprocess
import time

import engine

EDITS = {
    "done": "UPDATE tickets SET status='done',run_id=NULL,worker_pid=NULL,worker_host=NULL WHERE id=?",
    "lost_row": "DELETE FROM runtime_sessions WHERE ticket_id=? AND EXISTS(SELECT 1 FROM tickets t "
                "WHERE t.id=ticket_id AND t.status='in_progress')",
    "behind_todo": "UPDATE tickets SET status='todo',run_id=NULL,worker_pid=NULL,worker_host=NULL "
                   "WHERE id=? AND status='in_progress'",
    "no_pid": "UPDATE runtime_sessions SET status='spawning',pid=NULL,pid_start=NULL,boot_id=NULL "
              "WHERE ticket_id=? AND status IN('spawning','idle','running')",
    "other_pid": "UPDATE runtime_sessions SET pid_start=1 WHERE ticket_id=? AND status IN('idle','running')",
}
MINUTE = {"how": "pass", "s": 61}


class Mishaps:
    """Of a drive, which has place, id(), at(), ran() and do_pickup()."""

    def session(self, step):
        return f"=mc-MC-{self.id(step)}:"

    def do_guest(self, step):
        """Somebody attaches."""
        name, machine = self.session(step), self.at(step)
        if name in machine.guests or not machine.tmux("list-panes", "-t", name):
            return
        guest = machine.guests[name] = subprocess.Popen(
            ["tmux", "-S", machine.socket, "-C", "attach-session", "-t", name], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": engine.PATH})
        engine.until(lambda: guest.poll() is not None or machine.tmux("list-clients", "-t", name), "a guest")

    def do_leave(self, _):
        for one in self.place.machines:
            one.send_guests_away()

    def do_copy(self, step):
        self.at(step).tmux("copy-mode", "-t", self.session(step))

    def do_server_ended(self, step):
        self.at(step).tmux("kill-server")

    def do_server_killed(self, step):
        pid = self.at(step).tmux("display-message", "-p", "#{pid}").strip()
        if pid:
            os.kill(int(pid), signal.SIGKILL)

    def do_session_killed(self, step):
        self.at(step).tmux("kill-session", "-t", self.session(step)[:-1])

    def do_ghost(self, step):
        """Somebody has a session of the name that the ticket's would have."""
        name, machine = self.session(step)[1:-1], self.at(step)
        if self.ids and not machine.tmux("list-panes", "-t", f"={name}:"):
            machine.tmux("-f", "/dev/null", "new-session", "-d", "-s", name, "sleep 3600")
            machine.ghosts.add(name)

    def do_row(self, step):
        """Somebody mends rows by hand, one at a time: the next pickup of each machine finds it."""
        number, machines = self.id(step), self.place.machines
        if not number or self.place.there() != machines:
            return []
        self.place.board.rows(EDITS[step["edit"]], number)
        self.skip_moves()
        return [done for one in machines for done in self.do_pickup({"host": one.number})]

    def do_endpoint(self, step):
        for one in self.place.machines:
            one.endpoint.mode = step["mode"]

    def do_clock(self, step):
        """Time passes on all machines, and one of them may have slept; or a clock is set."""
        ms, mine = step["s"] * 1000, self.at(step)
        if step["how"] == "wall" or ms < 0:
            mine.pass_by(ms, (0,))
            return
        for one in self.place.machines:
            one.pass_by(ms, (0, 2) if step["how"] == "sleep" and one is mine else (0, 1, 2))
        self.place.board.later(ms)

    def do_reboot(self, step):
        self.do_off(step)
        self.at(step).boot_anew()

    # Of several machines.

    def do_off(self, step):
        machine = self.at(step)
        machine.send_guests_away()
        self.do_server_killed(step)
        for agent in self.place.living():
            if agent.host == machine.name:
                os.kill(agent.pid, signal.SIGKILL)
                engine.until(lambda one=agent: not one.alive(), "its death")
                self.stopped.discard(agent.pid)
        machine.ghosts.clear()
        machine.runs = False
        return self.do_cron(step)

    def do_on(self, _):
        for one in self.place.machines:
            if not one.runs:
                one.boot_anew()

    def do_cut(self, step):
        """It does not reach the board any more; what runs on it runs on."""
        self.at(step).cut()
        return self.do_cron(step)

    def do_join(self, _):
        for one in self.place.machines:
            one.join(self.place.board)

    def do_retire(self, step):
        """One that is away, where there is such a one, by a person on another machine."""
        there = self.place.there()
        away = [one for one in self.place.machines if one not in there]
        lost = away[step["host"] % len(away)] if away else self.at(step)
        others = [one for one in there if one is not lost]
        if not others:
            return []
        return [self.ran(others[0], "mc-ticket", "hosts", "retire", lost.name, *(["--force"] if step["force"] else []))]

    def do_again(self, step):
        """A ticket is stopped and is to be done again, while its agent may be at work on another machine."""
        number, here = self.id(step), self.at(step)
        if not number:
            return []
        moved = [self.ran(here, "mc-ticket", move, f"MC-{number}") for move in (step["move"], "reopen")]
        return moved + self.do_pickup(step)

    def do_cron(self, step):
        """Minutes in which every machine has its pickup."""
        done = []
        for _ in range(step.get("minutes", 0)):
            self.do_clock({**step, **MINUTE})
            done += [self.ran(one, "mc-pickup") for one in self.place.machines if one.runs]
        return done

    def do_hang_up(self, step):
        """The server ends every connection while a pickup is under way."""
        one = self.at(step).start("mc-pickup")
        time.sleep(step["ms"] / 1000)
        self.place.board.hang_up()
        return self.fallen(one)
