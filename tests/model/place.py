"""A board, the machines that work on it and their agents, in a folder of its own: what a history is driven in."""
import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time

from engine import Database, File, until
from machine import Machine, repository
from world import clerk, memory


class Agent:
    """One that has said that it was started, and what it has read since."""

    def __init__(self, pid, run, ticket, host="a"):
        self.pid, self.run, self.ticket, self.host = pid, run, ticket, host
        self.prompts = 0
        self.over = 0  # turns that it was told to end

    def alive(self):
        try:
            with open(f"/proc/{self.pid}/environ", "rb") as file:
                return b"MC_RUN=" + self.run.encode() in file.read()  # nothing, of one that is dead
        except OSError:
            return False

    def stopped(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(") ")[2][0] == "T"


class Place:
    """settings: of a world (history.py)."""

    def __init__(self, settings):
        self.place = tempfile.mkdtemp(prefix="mcm.", dir=memory())
        self.agents, self.read = {}, 0
        self.prompts, self.acks = [], []  # (ticket id, run, text); (pid, order)
        self.lock = threading.Lock()
        self.origin = self.path("origin.git")
        self.board, self.machines = None, []
        try:
            self.furnish(settings)
        except BaseException:
            self.end()
            raise

    def path(self, *names):
        return os.path.join(self.place, *names)

    def furnish(self, settings):
        settings = dict(settings)
        count = settings.pop("hosts", 1)
        settings.pop("returns", None)
        os.mkdir(self.path("agents"))
        self.slots = settings["pool"]
        self.board = Database(self.place) if count > 1 else File(self.place)
        if count > 1 and self.slots:
            shutil.copytree(os.path.join(repository(), "origin.git"), self.origin)
        for number in range(count):
            self.machines.append(Machine(self, number))
            self.machines[-1].furnish(self, dict(settings))

    def there(self):
        return [one for one in self.machines if one.there()]

    def machine_of(self, agent):
        return next(one for one in self.machines if one.name == agent.host)

    def inventory(self):
        """The blob of every version of every file that can be had from the repositories and their pools."""
        places = [(one.repo, clerk.folders(one.pool)) for one in self.machines]
        places += [(self.origin, ())] if self.board.shared else []
        return {blob for repo, pool in places for _, _, blob in clerk.inventory(repo, pool)}

    def listen(self):
        """What agents have told since."""
        with self.lock:
            self.listen_alone()

    def listen_alone(self):
        try:
            with open(self.path("agents", "log"), encoding="utf-8", errors="replace", newline="\n") as file:
                file.seek(self.read)
                text = file.read()
        except FileNotFoundError:
            return
        whole = text.rpartition("\n")[0]
        if whole:
            self.read += len(whole.encode()) + 1
        for line in filter(None, whole.split("\n")):
            event, pid, run, key, said = line.split("\t", 4)
            self.hear(event, int(pid), run, int(key.rpartition("-")[2]), said)

    def hear(self, event, pid, run, ticket, said):
        if event == "start":
            host = next((one.name for one in self.machines if one.has_run(run)), self.machines[0].name)
            self.agents[pid] = Agent(pid, run, ticket, host)
        elif event == "prompt":
            self.agents[pid].prompts += 1
            self.prompts.append((ticket, run, said.replace("\\n", "\n").replace("\\\\", "\\")))
        elif event == "done":
            self.acks.append((pid, said))

    def living(self):
        self.listen()
        return [one for one in self.agents.values() if one.alive()]

    def order(self, agent, order):
        """Tells it, and waits until it has done so or is dead."""
        self.listen()
        before = self.acks.count((agent.pid, order.partition(" ")[0]))
        try:
            fd = os.open(self.path("agents", str(agent.pid)), os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return
        with self.lock:
            os.write(fd, order.encode() + b"\n")
        os.close(fd)

        def obeyed():
            self.listen()
            return self.acks.count((agent.pid, order.partition(" ")[0])) > before or not agent.alive()
        until(obeyed, f"agent {agent.pid} to obey {order!r}")

    def deliver(self, machine, ticket, text):
        """By the endpoint: to the last agent of the ticket that lives there."""
        found = [one for one in self.living() if one.ticket == ticket and one.host == machine.name]
        if found and not found[-1].stopped():
            self.order(found[-1], "turn " + text.replace("\\", "\\\\").replace("\n", "\\n"))
            return True
        return False

    def inhabitants(self):
        """Whatever has this place in its environment: programs of a step that was broken off, servers, agents."""
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{name}/environ", "rb") as file:
                    if self.place.encode() in file.read():
                        yield int(name)

    def end(self):
        for one in self.machines:
            one.end()
        for _ in range(2):  # one that becomes another program has no environment for a moment
            while found := list(self.inhabitants()):
                for pid in found:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        if self.board:
            self.board.end()
        shutil.rmtree(self.place, ignore_errors=True)
