"""Takes the steps of a history with the real programs: mc-pickup, mc-ticket, tmux, git, agents that obey."""
import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from typing import NamedTuple

import place
from place import Place, clerk
from world import NONCE

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


class Done(NamedTuple):
    """A program that has ended. token: the text that it was to tell; killed: by us, on purpose."""
    words: tuple
    code: int
    said: str
    token: str = ""
    ticket: int = 0
    killed: bool = False


class Seen(NamedTuple):
    """What is there after a step, by rows, processes and what agents have read."""
    tickets: list
    runtimes: list
    messages: list
    slots: list
    moves: list  # (ticket, was, became) since the step before
    living: list  # agents
    prompts: list  # (ticket, run, text), all of them, in their order
    touched: bool = False  # somebody has been at a slot


class Drive:
    def __init__(self, settings):
        self.place = Place(settings)
        self.count = 0  # tickets
        self.tokens = 0
        self.stopped, self.ghosts, self.touched = set(), set(), False
        self.stock = {}  # work that must not be lost: blob -> where it was written
        self.moves = 0
        self.lock = threading.Lock()

    def end(self):
        self.place.end()

    def take(self, step):
        """[Done]: what programs came to; nothing where the step has no object in this world."""
        return getattr(self, "do_" + step["do"])(step) or []

    def observe(self):
        """Rows first: a process that a row is about is there before the row."""
        found, *tables = self.place.queries(
            (f"SELECT id,ticket,was,became FROM model_moves WHERE id>{self.moves}", "SELECT * FROM tickets",
             "SELECT * FROM runtime_sessions", "SELECT * FROM ticket_messages", "SELECT * FROM worktree_slots"))
        self.moves = max([self.moves] + [row[0] for row in found])
        living = self.place.living()
        return Seen(*tables, [tuple(row)[1:] for row in found], living, list(self.place.prompts), self.touched)

    def skip_moves(self):
        """What this driver has moved is no program's."""
        self.moves = self.place.rows("SELECT coalesce(max(id),0) FROM model_moves")[0][0]

    # Programs.

    def token(self):
        with self.lock:
            self.tokens += 1
            return f"word-{self.tokens:04d}"

    def id(self, step):
        return step["ticket"] % self.count + 1 if self.count else 0

    def ran(self, *words, token="", ticket=0, **extra):
        one, _, said = self.place.run(*words, **extra)
        return Done(words, one.returncode, said.decode(errors="replace"), token, ticket)

    def do_pickup(self, step):
        words = ["mc-pickup"]
        if step.get("heal"):
            words.append("--heal-only")
        if step.get("named") is not None and self.count:
            words += ["--ticket", f"MC-{step['named'] % self.count + 1}"]
        return [self.ran(*words)]

    def do_killed(self, step):
        one = self.place.start("mc-pickup")
        try:
            one.wait(step["ms"] / 1000)
        except subprocess.TimeoutExpired:
            one.kill()
        return self.fallen(one)

    def do_killed_at(self, step):
        strace = shutil.which("strace")
        rule = f"inject={step['call']}:signal=KILL:when={step['n']}"
        under = [strace, "-o", os.devnull, "-e", "trace=" + step["call"], "-e", rule] if strace else []
        return self.fallen(self.place.start("mc-pickup", under=under))

    @staticmethod
    def fallen(one):
        """Its children may hold its output, and outlive it."""
        one.wait(4 * place.PATIENCE)
        killed = one.returncode in (-9, 128 + 9)
        said = "" if killed else one.stderr.read().decode(errors="replace")
        one.stdout.close()
        one.stderr.close()
        return [Done(("mc-pickup",), one.returncode, said, killed=killed)]

    def do_together(self, step):
        first, *others = step["steps"]

        def later(one):
            time.sleep(step["after_ms"] / 1000)
            return self.take(one)
        with concurrent.futures.ThreadPoolExecutor(len(step["steps"])) as pool:
            taken = [pool.submit(self.take, first)] + [pool.submit(later, one) for one in others]
            return [done for one in taken for done in one.result()]

    # People.

    def do_add(self, step):
        words = ["mc-ticket", "add", "A ticket", "--body", "Do it.", "--priority", step["priority"]]
        words += ["--inbox"] if step["inbox"] else []
        if "after" in step and self.count:
            words += ["--after", f"MC-{step['after'] % self.count + 1}"]
        done = self.ran(*words)
        self.count += done.code == 0
        return [done]

    def do_move(self, step):
        number, move = self.id(step), step["move"]
        if not number:
            return []
        token = self.token() if move in ("reject", "answer") else ""
        words = ["mc-ticket", move, f"MC-{number}"] + ([token] if token else [])
        return [self.ran(*words, token=token, ticket=number)]

    def do_say(self, step):
        number, token = self.id(step), self.token()
        if not number:
            return []
        words = {"send": ["send"], "queue": ["send", "--queue"], "note": ["note"]}[step["how"]]
        return [self.ran("mc-ticket", *words, f"MC-{number}", token, token=token, ticket=number)]

    def do_change(self, step):
        number = self.id(step)
        if not number:
            return []
        what = [["--priority", "low"], ["--priority", "critical"], ["--title", "Another title"],
                ["--body", "Do this."]][step["n"]]
        return [self.ran("mc-ticket", "edit", f"MC-{number}", *what)]

    def do_pause(self, _):
        return [self.ran("mc-ticket", "pause", "for a while")]

    def do_resume(self, _):
        return [self.ran("mc-ticket", "resume")]

    def session(self, step):
        return f"=mc-MC-{self.id(step)}:"

    def do_guest(self, step):
        """Somebody attaches."""
        name = self.session(step)
        if name in self.place.guests or not self.place.tmux("list-panes", "-t", name):
            return
        self.place.guests[name] = subprocess.Popen(
            ["tmux", "-S", self.place.socket, "-C", "attach-session", "-t", name], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"PATH": place.PATH})
        place.until(lambda: self.place.guests[name].poll() is not None or
                    self.place.tmux("list-clients", "-t", name), "a guest")

    def do_leave(self, _):
        for one in self.place.guests.values():
            one.kill()
            one.communicate()
        self.place.guests.clear()

    def do_copy(self, step):
        self.place.tmux("copy-mode", "-t", self.session(step))

    # Agents.

    def agent(self, number):
        """The last one that was started for the ticket, where it lives and is not stopped."""
        found = [one for one in self.place.living() if one.ticket == number and one.pid not in self.stopped]
        return found[-1] if found else None

    def nonces(self, number, run=None):
        return [NONCE.findall(text)[-1] for ticket, by, text in self.place.prompts
                if ticket == number and run in (None, by) and NONCE.search(text)]

    def do_finish(self, step):
        number = self.id(step)
        agent = self.agent(number)
        return self.finish(agent, step) if agent else []

    def finish(self, agent, step):
        nonces = self.nonces(agent.ticket, agent.run)
        text = f"{step['word']}: it was done"
        self_env = {"MC_RUN": agent.run, "MC_TICKET": f"MC-{agent.ticket}"}
        found = []
        if step["way"] in ("signal", "nonce"):
            words = ["mc-ticket", "signal", step["word"], "it was done"]
            words += ["--nonce", nonces[-1]] if step["way"] == "nonce" and nonces else []
            found.append(self.ran(*words, ticket=agent.ticket, **self_env))
        elif step["way"] == "report" and nonces:
            event = {"event": "over", "prompt": nonces[-1], "reply": text}
            found.append(self.ran("mc-ticket", "turn-event", "demo", json.dumps(event), ticket=agent.ticket,
                                  **self_env))
        if step["screen"] or step["way"] == "screen":
            self.place.order(agent, "over " + text)
            agent.over = agent.prompts
        return found

    def do_lie(self, step):
        """An agent gives its word on a turn that is long over, or is another's."""
        number = self.id(step)
        agent = self.agent(number)
        mine = self.nonces(number, agent.run) if agent else []
        lies = [nonces[-1] for _, _, text in self.place.prompts
                if (nonces := NONCE.findall(text)) and nonces[-1] not in mine[-1:]]
        if not agent or not lies:
            return []
        return [self.ran("mc-ticket", "signal", "DONE", "a lie", "--nonce", lies[step["n"] % len(lies)],
                         token="lie", ticket=number, MC_RUN=agent.run, MC_TICKET=f"MC-{number}")]

    def do_birth(self, step):
        place.write(self.place.path("agents", "birth"), step["order"] + "\n")

    def do_agent(self, step):
        number, order = self.id(step), step["order"]
        if order == "cont":
            self.wake()
            return
        agent = self.agent(number)
        if not agent:
            return
        if order == "kill":
            os.kill(agent.pid, signal.SIGKILL)
            place.until(lambda: not agent.alive(), "its death")
        elif order == "stop":
            os.kill(agent.pid, signal.SIGSTOP)
            self.stopped.add(agent.pid)
        else:
            self.place.order(agent, order + (" nothing to say" if order == "over" else ""))
            if order == "over":
                agent.over = agent.prompts

    def wake(self):
        for pid in self.stopped:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass
        self.stopped.clear()

    # What happens to them.

    def do_server_ended(self, _):
        self.place.tmux("kill-server")

    def do_server_killed(self, _):
        pid = self.place.tmux("display-message", "-p", "#{pid}").strip()
        if pid:
            os.kill(int(pid), signal.SIGKILL)

    def do_session_killed(self, step):
        self.place.tmux("kill-session", "-t", self.session(step)[:-1])

    def do_ghost(self, step):
        """Somebody has a session of the name that the ticket's would have."""
        name = self.session(step)[1:-1]
        if self.count and not self.place.tmux("list-panes", "-t", f"={name}:"):
            self.place.tmux("-f", "/dev/null", "new-session", "-d", "-s", name, "sleep 3600")
            self.ghosts.add(name)

    def do_row(self, step):
        """Somebody mends rows by hand, one at a time: the next pickup finds each."""
        number = self.id(step)
        if not number:
            return []
        self.place.rows(EDITS[step["edit"]], number)
        self.skip_moves()
        return self.do_pickup({})

    def do_endpoint(self, step):
        self.place.endpoint.mode = step["mode"]

    def do_clock(self, step):
        ms, clocks = step["s"] * 1000, self.place.offsets
        moved = {"pass": (0, 1, 2), "sleep": (0, 2), "wall": (0,)}[step["how"] if ms > 0 else "wall"]
        for which in moved:
            clocks[which] += ms
        self.place.set_clocks()

    def do_reboot(self, step):
        self.do_leave(step)
        self.do_server_killed(step)
        for agent in self.place.living():
            os.kill(agent.pid, signal.SIGKILL)
            place.until(lambda one=agent: not one.alive(), "its death")
        self.stopped.clear()
        self.ghosts.clear()
        self.place.boot_anew()

    # Worktrees.

    def leave_bytes(self, folder):
        """Bytes that must not be lost."""
        name = self.token()
        text = f"of {name}\n"
        try:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        except OSError:
            return False
        self.stock[clerk.blob(text.encode())] = os.path.join(folder, name)
        return True

    def do_work(self, step):
        agent = self.agent(self.id(step))
        if not agent:
            return
        folder = os.readlink(f"/proc/{agent.pid}/cwd")
        if not os.path.isdir(folder) or not self.leave_bytes(folder):
            return
        if step["n"] < 2:
            clerk.git(folder, "add", "-A", may_fail=True)
            clerk.git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "work", may_fail=True)

    def do_dirty(self, step):
        """Somebody works in a slot, whosever it is."""
        rows = self.place.rows("SELECT path,state FROM worktree_slots ORDER BY slot")
        if not rows:
            return
        path, state = rows[step["ticket"] % len(rows)]
        if not os.path.isdir(path):
            return
        self.touched |= step["n"] in (1, 2) or state == "free"  # what is in a free one is nobody's
        if step["n"] == 0:
            self.leave_bytes(path)
        elif step["n"] == 1:
            clerk.git(path, "checkout", "-q", "-b", self.token(), may_fail=True)
        elif step["n"] == 2 and state == "free":
            self.remove_slot(path)
        else:
            os.makedirs(os.path.join(path, "build"), exist_ok=True)

    def remove_slot(self, path):
        """What a person removes nobody can keep."""
        before = self.place.inventory()
        shutil.rmtree(path, ignore_errors=True)
        for blob in before - self.place.inventory():
            self.stock.pop(blob, None)

    def slots(self):
        return self.place.slots

    def do_release(self, step):
        rows = self.place.rows("SELECT slot FROM worktree_slots ORDER BY slot")
        if rows:
            return [self.ran("mc-ticket", "pool", "release", rows[step["n"] % len(rows)][0])]
        return []
