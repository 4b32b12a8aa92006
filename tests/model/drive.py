"""Takes the steps of a history with the real programs: mc-pickup, mc-ticket, tmux, git, agents that obey."""
import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from typing import NamedTuple

import engine
from mishaps import Mishaps
from place import Place
from world import NONCE
from worktrees import Worktrees

LIE = "a lie"  # of an agent whose word counts for nothing
# Steps that are no machine's, or that one takes which is off.
ANYWHERE = {"together", "clock", "on", "join", "retire", "cron", "endpoint", "leave", "row", "birth"}
GIVEN_UP = ("SELECT host,retired_at FROM hosts WHERE retired_at IS NOT NULL AND machine_id=''",
            "SELECT run_id FROM runs r JOIN hosts h ON h.host=r.host WHERE r.started_at<=h.retired_at")


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
    given_up: dict = {}  # hosts, and when that was
    lost: frozenset = frozenset()  # runs of agents whose host was given up since


class Drive(Mishaps, Worktrees):
    def __init__(self, settings):
        self.place = Place(settings)
        self.ids = []  # of tickets
        self.tokens = 0
        self.stopped, self.touched = set(), False
        self.stock = {}
        self.moves, self.lost = 0, frozenset()
        self.lock = threading.Lock()

    def end(self):
        self.place.end()

    def take(self, step):
        """[Done]: what programs came to; nothing where the step has no object in this world."""
        if step["do"] not in ANYWHERE and not self.at(step).runs:
            return []
        return getattr(self, "do_" + step["do"])(step) or []

    def at(self, step):
        """The machine on which it is taken."""
        machines = self.place.machines
        return machines[step.get("host", 0) % len(machines)]

    def observe(self):
        """Rows first: a process that a row is about is there before the row."""
        found, tickets, runtimes, messages, slots, *of_hosts = self.place.board.queries(
            (f"SELECT id,ticket,was,became FROM model_moves WHERE id>{self.moves}", "SELECT * FROM tickets",
             "SELECT * FROM runtime_sessions", "SELECT * FROM ticket_messages", "SELECT * FROM worktree_slots",
             *(GIVEN_UP if self.place.board.shared else ())))
        self.moves = max([self.moves] + [row[0] for row in found])
        given_up, runs = of_hosts or ((), ())
        self.lost |= {row[0] for row in runs}
        living = self.place.living()
        return Seen(tickets, runtimes, messages, slots, [tuple(row)[1:] for row in found], living,
                    list(self.place.prompts), self.touched, dict(map(tuple, given_up)), self.lost)

    def skip_moves(self):
        """What this driver has moved is no program's."""
        self.moves = self.place.board.rows("SELECT coalesce(max(id),0) FROM model_moves")[0][0]

    # Programs.

    def token(self):
        with self.lock:
            self.tokens += 1
            return f"word-{self.tokens:04d}"

    def id(self, step):
        return self.ids[step["ticket"] % len(self.ids)] if self.ids else 0

    def ran(self, machine, *words, token="", ticket=0, **extra):
        one, out, said = machine.run(*words, **extra)
        if one.returncode == 0 and words[:2] == ("mc-ticket", "add"):
            self.ids.append(int(re.search(rb"MC-(\d+)", out)[1]))
        return Done(words, one.returncode, said.decode(errors="replace"), token, ticket)

    def do_pickup(self, step):
        words = ["mc-pickup"]
        if step.get("heal"):
            words.append("--heal-only")
        if step.get("named") is not None and self.ids:
            words += ["--ticket", f"MC-{self.id({'ticket': step['named']})}"]
        return [self.ran(self.at(step), *words)]

    def do_killed(self, step):
        one = self.at(step).start("mc-pickup")
        try:
            one.wait(step["ms"] / 1000)
        except subprocess.TimeoutExpired:
            one.kill()
        return self.fallen(one)

    def do_killed_at(self, step):
        strace = shutil.which("strace")
        rule = f"inject={step['call']}:signal=KILL:when={step['n']}"
        under = [strace, "-o", os.devnull, "-e", "trace=" + step["call"], "-e", rule] if strace else []
        return self.fallen(self.at(step).start("mc-pickup", under=under))

    def fallen(self, one):
        """Its children may hold its output, and outlive it."""
        one.wait(4 * engine.PATIENCE)
        self.place.board.settle()
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
        if "after" in step and self.ids:
            words += ["--after", f"MC-{self.id({'ticket': step['after']})}"]
        return [self.ran(self.at(step), *words)]

    def do_move(self, step):
        number, move = self.id(step), step["move"]
        if not number:
            return []
        token = self.token() if move in ("reject", "answer") else ""
        words = ["mc-ticket", move, f"MC-{number}"] + ([token] if token else [])
        return [self.ran(self.at(step), *words, token=token, ticket=number)]

    def do_say(self, step):
        number, token = self.id(step), self.token()
        if not number:
            return []
        words = {"send": ["send"], "queue": ["send", "--queue"], "note": ["note"]}[step["how"]]
        return [self.ran(self.at(step), "mc-ticket", *words, f"MC-{number}", token, token=token, ticket=number)]

    def do_change(self, step):
        number = self.id(step)
        if not number:
            return []
        what = [["--priority", "low"], ["--priority", "critical"], ["--title", "Another title"],
                ["--body", "Do this."]][step["n"]]
        return [self.ran(self.at(step), "mc-ticket", "edit", f"MC-{number}", *what)]

    def do_pause(self, step):
        return [self.ran(self.at(step), "mc-ticket", "pause", "for a while")]

    def do_resume(self, step):
        return [self.ran(self.at(step), "mc-ticket", "resume")]

    # Agents.

    def agent(self, number, machine):
        """The last that was started for the ticket, if it lives and is not stopped; rather one of this machine."""
        found = [one for one in self.place.living() if one.ticket == number and one.pid not in self.stopped]
        found.sort(key=lambda one: one.host == machine.name)
        return found[-1] if found else None

    def nonces(self, number, run=None):
        return [NONCE.findall(text)[-1] for ticket, by, text in self.place.prompts
                if ticket == number and run in (None, by) and NONCE.search(text)]

    def do_finish(self, step):
        agent = self.agent(self.id(step), self.at(step))
        return self.finish(agent, step) if agent else []

    def of_agent(self, agent, *words, **keys):
        """mc-ticket as the agent has it."""
        machine = self.place.machine_of(agent)
        return self.ran(machine, "mc-ticket", *words, ticket=agent.ticket, MC_DB=machine.of_agents, MC_RUN=agent.run,
                        MC_TICKET=f"MC-{agent.ticket}", **keys)

    def finish(self, agent, step):
        """Of one whose host was given up it is a lie."""
        nonces = self.nonces(agent.ticket, agent.run)
        lost = {"token": "lie"} if agent.run in self.lost else {}
        said = LIE if lost else "it was done"
        text = f"{step['word']}: {said}"
        found = []
        if step["way"] in ("signal", "nonce"):
            which = ["--nonce", nonces[-1]] if step["way"] == "nonce" and nonces else []
            found.append(self.of_agent(agent, "signal", step["word"], said, *which, **lost))
        elif step["way"] == "report" and nonces:
            event = {"event": "over", "prompt": nonces[-1], "reply": text}
            found.append(self.of_agent(agent, "turn-event", "demo", json.dumps(event), **lost))
        if step["screen"] or step["way"] == "screen":
            self.place.order(agent, "over " + text)
            agent.over = agent.prompts
        return found

    def do_lie(self, step):
        """An agent gives its word on a turn that is long over, or is another's."""
        number = self.id(step)
        agent = self.agent(number, self.at(step))
        mine = self.nonces(number, agent.run) if agent else []
        lies = [nonces[-1] for _, _, text in self.place.prompts
                if (nonces := NONCE.findall(text)) and nonces[-1] not in mine[-1:]]
        if not agent or not lies:
            return []
        return [self.of_agent(agent, "signal", "DONE", LIE, "--nonce", lies[step["n"] % len(lies)], token="lie")]

    def do_birth(self, step):
        engine.write(self.place.path("agents", "birth"), step["order"] + "\n")

    def do_agent(self, step):
        number, order = self.id(step), step["order"]
        if order == "cont":
            self.wake()
            return
        agent = self.agent(number, self.at(step))
        if not agent:
            return
        if order == "kill":
            os.kill(agent.pid, signal.SIGKILL)
            engine.until(lambda: not agent.alive(), "its death")
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
