#!/usr/bin/env python3
"""Commands of people and agents whose store fails at one statement; and what the same command does then."""
from steps import BUSY, Situation, Stumbles, main

LINES = '{"title":"Imported","labels":["l"],"dedupe_key":"k1"}\n{"title":"Second","after":["MC-1"],"dedupe_key":"k2"}\n'
STATUSES = "inbox", "todo", "in_review", "needs_input", "blocked", "done", "cancelled"


def orders(*lines):
    return tuple(("mc-ticket", *line.split(" ")) for line in lines)


class Desk(Situation):
    """a ticket of each status, without agents"""

    then = None
    result = BUSY
    orders = orders("add New --body Text. --label l --after MC-2 --dedupe-key k --request-id r", "edit MC-2 --title Other --label l --no-after MC-1",
                    "note MC-2 Remember.", "promote MC-1", "approve MC-3", "reject MC-3 Again.", "answer MC-4 Yes.", "block MC-2 No.",
                    "reopen MC-6", "cancel MC-2", "retry MC-5", "send MC-2 Later. --queue --request-id r", "pause Lunch.", "resume",
                    "breaker close", "import lines", "approve MC-3 MC-4 --json")

    def build(self):
        self.write("lines", LINES)
        for number, status in enumerate(STATUSES, 1):
            self.add(*(["--after", "MC-1"] if number == 2 else []))
            self.sql("UPDATE tickets SET status=?,failure_reason='why',attempts=2,next_attempt_at=? WHERE id=?", status, self.now + 1000, number)
        self.sql("INSERT INTO settings VALUES('breaker:machine','{\"failures\":3,\"openings\":1,\"open_until\":2000000600000,\"class\":\"no_tmux\"}')")


class Agent(Situation):
    """an agent at its turn"""

    anew = True
    then = None
    result = BUSY
    orders = orders("send MC-1 Now.", "send MC-1 Later. --queue", "note MC-1 So.", "block MC-1 No.", "cancel MC-1")

    def build(self):
        self.start_one()


class Word(Agent):
    """an agent at its turn tells of it"""

    anew = False

    def build(self):
        super().build()
        run, nonce = self.sql("SELECT run_id,turn_nonce FROM runtime_sessions")[0]
        self.environment.update(MC_RUN=run, MC_TICKET="MC-1")
        over = '{"event":"over","prompt":"[%s","reply":"REVIEW: so"}' % nonce
        self.orders = *orders("signal DONE well", "signal QUESTION which?"), ("mc-ticket", "turn-event", "demo", over)


class Stumbled(Stumbles):
    name = "stumbled"
    situations = Desk, Agent, Word


if __name__ == "__main__":
    main()
