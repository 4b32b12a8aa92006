"""Six tickets against a pool of three: many pickups at once, agents that edit, commit and leave dirt, a person who
approves and rejects. After every step nothing is lost, nobody shares a slot, and rows and worktrees agree."""
import json
import os
import random
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
import clerk
from world import BIN, World, until

SEED = int(os.environ.get("MC_SEED", "1"))
PATIENCE_S = 300
# One turn's work, in the agent's working directory: what this ticket has written before must be there; then half of the
# time all is committed, and there is something new. No version of a file is ever written over before it is committed.
WORKS = """#!/bin/bash
told=$(cat)
case $told in *'"event":"started"'*) ;; *) exit 0 ;; esac
exec 2>>{place}/works.log
while read -r sum path; do
    [ "$(git hash-object --no-filters "$path" 2>/dev/null)" = "$sum" ] || echo "$MC_TICKET lost $path" >>{place}/missing
done < <(cat "{place}/ledger.$MC_TICKET" 2>/dev/null)
if [ $((RANDOM % 2)) = 0 ]; then
    git add -A && git commit -q -m "Work on $MC_TICKET"
fi
for path in "new-$RANDOM$RANDOM" "src/b c-$RANDOM$RANDOM"; do
    echo "$MC_TICKET $RANDOM" >"$path"
    echo "$(git hash-object --no-filters "$path") $path" >>"{place}/ledger.$MC_TICKET"
done
if git diff --quiet HEAD -- README; then echo "$MC_TICKET $RANDOM" >>README; fi
mkdir -p build && echo cache >"build/$RANDOM"
"""


class Sampler(threading.Thread):
    """Looks where the agents are, all the time."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.world, self.over, self.wrong, self.looks = world, threading.Event(), [], 0

    def run(self):
        while not self.over.wait(0.02):
            self.wrong += clerk.apart(self.world.board, self.world.pool)
            self.looks += 1


def crowd_world(tickets, pool, agents=""):
    world = World(tickets=tickets, pool=pool, first_turn="argv")
    path = os.path.join(world.place, "works")
    world.write(path, WORKS.format(place=world.place))
    os.chmod(path, 0o755)
    world.configure({"first_turn": "argv", "command": ["mc-demo-agent", "--busy", "0", "--log", world.log, "--report", path,
                                                       *agents.split()]})
    return world


def statuses(world):
    return {row["id"]: row["status"] for row in world.sql("SELECT id,status FROM tickets")}


class Crowd(unittest.TestCase):
    maxDiff = None
    tickets = 6

    def setUp(self):
        self.world = None

    def tearDown(self):
        if self.world:
            self.world.end()

    def pickups(self, count):
        """At once; each ends well and says nothing."""
        for one in [self.world.start([os.path.join(BIN, "mc-pickup")]) for _ in range(count)]:
            said = one.communicate()[1].decode()
            self.assertEqual((one.returncode, said), (0, ""))

    def in_order(self):
        world = self.world
        self.assertEqual(clerk.agree(world.board, world.repo, world.pool), [])
        self.assertEqual(clerk.apart(world.board, world.pool), [])
        self.assertEqual(clerk.digest(world.repo), self.checkout)
        self.assertFalse(os.path.exists(os.path.join(world.place, "missing")), "an agent did not find its work")
        now = world.inventory()
        self.assertEqual(self.known - now, set())
        self.known = now

    def begin(self, *world):
        self.world = crowd_world(*world)
        self.checkout = clerk.digest(self.world.repo)
        self.known = self.world.inventory()

    def review(self, *tickets):
        """Until these are delivered."""
        until(lambda: all(statuses(self.world)[ticket] == "in_review" for ticket in tickets), f"review of {tickets}")

    def person(self, chance):
        """Approves or rejects some of what is delivered."""
        for ticket, status in statuses(self.world).items():
            if status != "in_review" or chance.random() < 0.4:
                continue
            if chance.random() < 0.7:
                self.world.ticket("approve", f"MC-{ticket}")
            else:
                self.world.ticket("reject", f"MC-{ticket}", "more of it")

    def test_all_are_worked_off(self):
        chance = random.Random(SEED)
        self.begin(self.tickets, 3)
        sampler = Sampler(self.world)
        sampler.start()
        late = time.monotonic() + PATIENCE_S
        while time.monotonic() < late:
            self.pickups(8)
            self.in_order()
            if set(statuses(self.world).values()) == {"done"}:
                break
            self.person(chance)
        sampler.over.set()
        sampler.join()
        self.assertEqual(sampler.wrong, [])
        self.assertGreater(sampler.looks, 10)
        self.assertEqual(set(statuses(self.world).values()), {"done"}, f"MC_SEED={SEED}")
        self.pickups(2)
        self.in_order()
        rows = self.world.sql("SELECT state,count(*) AS n FROM worktree_slots GROUP BY 1")
        self.assertEqual([tuple(row) for row in rows], [("free", 3)])
        self.assertEqual(self.world.sql("SELECT * FROM runs WHERE class IS NOT NULL AND class NOT IN('sent','already_sent')"), [])
        self.assertEqual(self.world.git(self.world.repo, "rev-parse", "--abbrev-ref", "HEAD").strip(), "main")

    def test_three_in_review_hold_nobody_up(self):
        self.begin(4, 3)
        world = self.world
        for ticket in (1, 2, 3):
            self.pickups(1)
            self.review(ticket)
        self.assertEqual(statuses(world)[4], "todo")
        self.in_order()
        self.pickups(1)
        self.review(4)
        self.in_order()
        self.assertEqual(statuses(world), dict.fromkeys((1, 2, 3, 4), "in_review"))
        told = world.sql("SELECT ticket_id FROM ticket_activity WHERE kind='parked'")
        self.assertEqual([row["ticket_id"] for row in told], [1])
        world.ticket("reject", "MC-1", "the tests are missing")
        self.pickups(1)
        self.review(1)
        self.in_order()
        runs = world.sql("SELECT branch FROM runs WHERE ticket_id=1 ORDER BY started_at")
        self.assertEqual(len(runs), 2)
        with open(world.log, encoding="utf-8") as file:
            prompts = [json.loads(line)["text"] for line in file if '"event":"prompt"' in line]
        mine = [one for one in prompts if one.startswith("MC-1 ")]
        self.assertIn("the tests are missing", mine[-1])
        self.assertEqual(len(mine), 2)


if __name__ == "__main__":
    unittest.main()
