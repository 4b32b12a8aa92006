"""Two senders at the same instant, again and again: one turn each time, the other told busy, no reply crossed."""
import os
import random
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "kill"))
from world import BIN, World, until

TICKET = os.path.join(BIN, "mc-ticket")


class Stage:
    """MC-1, whose agent has delivered and is at its prompt. Its word is what it was told, and its turns end by `go`."""

    def __init__(self):
        self.world = World()
        self.go = os.path.join(self.world.place, "go")
        demo = ["mc-demo-agent", "--busy", "0", "--echo", "--hold", self.go, "--log", self.world.log]
        self.world.configure({"command": demo})
        self.release()
        done = self.world.pickup()
        if done.returncode:
            raise AssertionError(f"mc-pickup: {done.returncode} {done.stderr.decode()}")
        self.await_review()

    def release(self):
        with open(self.go, "w", encoding="ascii"):
            pass

    def await_review(self):
        until(lambda: self.world.sql("SELECT status FROM tickets")[0][0] == "in_review", "the agent's word")

    def send(self, text):
        return subprocess.Popen([TICKET, "send", "MC-1", text, "--wait", "60"], env=self.world.environment,
                                cwd=self.world.place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def messages(self):
        return [tuple(row) for row in self.world.sql("SELECT body,status FROM ticket_messages WHERE kind='note'")]


def ended(senders):
    return [one for one in senders if one.poll() is not None]


def meet(stage, number):
    """One meeting of two."""
    texts = [f"{name} of meeting {number}" for name in ("one", "other")]
    random.shuffle(texts)
    before, turns = stage.messages(), len(stage.world.prompts())
    senders = []
    for text in texts:
        senders.append(stage.send(text))
        if number % 2:
            time.sleep(random.uniform(0, 0.5))
    loser = until(lambda: ended(senders), "one of two to be told busy")
    assert len(loser) == 1, f"{number}: both were refused: {[one.communicate() for one in senders]}"
    said = loser[0].communicate()
    assert loser[0].returncode == 75 and b"busy" in said[1] and not said[0], f"{number}: {loser[0].returncode} {said}"
    winner = senders[1 - senders.index(loser[0])]
    stage.release()
    said = winner.communicate(timeout=60)
    wanted = "heard " + texts[senders.index(winner)] + "\n"
    assert (winner.returncode, said) == (0, (wanted.encode(), b"")), f"{number}: {winner.returncode} {said}"
    assert len(stage.world.prompts()) == turns + 1, f"{number}: {len(stage.world.prompts()) - turns} turns"
    assert stage.messages() == before + [(texts[senders.index(winner)], "sent")], f"{number}: {stage.messages()}"


def run(count):
    stage = Stage()
    try:
        for number in range(count):
            meet(stage, number)
        found = stage.world.sql("SELECT count(*),(SELECT turn_count FROM runtime_sessions) FROM runs")[0]
        assert tuple(found) == (1, count + 1), tuple(found)
    finally:
        stage.world.end()
