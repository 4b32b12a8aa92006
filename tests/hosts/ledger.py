#!/usr/bin/env python3
"""An export of a board on which everything has happened, as mc-ticket writes it: ledger.py CLOSED OPEN [PLACE]"""
import json
import random
import sys

DAY = 86_400_000
NOW = 1_795_000_000_000
CLOSED = ["done", "done", "done", "cancelled"]
OPEN = ["inbox", "todo", "todo", "in_review", "needs_input", "blocked"]


def line(**members):
    print(json.dumps(members, separators=(",", ":"), ensure_ascii=False))


class Ids:
    """Of each table in the order of its rows."""

    def __init__(self):
        self.last = {}

    def next(self, table):
        self.last[table] = self.last.get(table, 0) + 1
        return self.last[table]


def story(ids, number, run, at):
    kinds = ["created", "claimed", "sent", "signal"] if run else ["created", "note"]
    for kind in kinds:
        row = {"id": ids.next("activity"), "author": "anna", "kind": kind, "body": f"ticket {number}: Löse 🙂 \"q\" \\ 'x'",
               "created_at": at}
        if run:
            row["run_id"] = run
        yield row


def ticket(chance, ids, number, status):
    at = NOW - chance.randrange(200) * DAY
    worked = status not in ("inbox", "todo")
    run = f"{number:032x}" if worked else None
    row = {"id": number, "title": f"Ticket {number}", "body": "line\n\ttab\r\n" + "x" * chance.randrange(200),
           "status": status, "priority": chance.choice(["critical", "high", "medium", "low"]), "attempts": 0,
           "world_failures": 0, "created_at": at, "queued_at": at, "updated_at": at, "turns": 0, "worked_ms": 0}
    if number % 3 == 0:
        row |= {"profile": "demo", "labels": "a,b", "dedupe_key": f"Key-{number % 97}-{number}"}
    if status == "todo" and number % 5 == 0:
        row["next_attempt_at"] = NOW + DAY
    whole = {"ticket": row}
    needs = sorted({chance.randrange(1, number) for _ in range(chance.randrange(3))}) if number > 1 else []
    if number % 4 == 0 and needs:
        whole["needs"] = needs
    if run:
        whole |= {"runs": [{"run_id": run, "ticket_id": number, "attempt": 1, "host": "a", "started_at": at,
                            "ended_at": at + 5, "outcome": "delivered", "owes": 0, "waited_ms": 3}],
                  "effects": [{"id": ids.next("effects"), "run_id": run, "kind": "spawn", "state": "done", "at": at}],
                  "runtime": {"session_key": f"ticket:{number}:session", "run_id": run, "host": "a", "status": "closed",
                              "pane_log_path": f"/x/run/{run}/pane.log", "harvest_offset": 0, "spawned_at": at,
                              "closed_at": at + 5, "turn_count": 1, "quiet": 0},
                  "messages": [{"id": ids.next("messages"), "author": "mc-pickup", "kind": "work", "body": "",
                                "status": "sent", "run_id": run, "attempts": 0, "created_at": at, "sent_at": at,
                                "purpose": "person", "aside": 0, "alone": 0}]}
        del whole["runs"][0]["ticket_id"]
    whole["activity"] = list(story(ids, number, run, at))
    if number % 50 == 0:
        whole["notices"] = [{"id": ids.next("notices"), "event": "done", "created_at": at, "body": "{}"}]
    line(**whole)


def main(closed, opened, place=None):
    chance, ids = random.Random(1), Ids()
    head = {"mc_export": 1, "schema": 5, "board": "0123456789abcdef", "place": place}
    line(**head)
    for number in range(1, closed + opened + 1):
        ticket(chance, ids, number, chance.choice(CLOSED if number <= closed else OPEN))
    for number in 1, 2, 10:
        line(slot={"host": "a", "slot": f"app/pool-{number}", "workspace": "app", "number": number,
                   "path": f"/x/pool-{number}", "state": "free", "head": "0" * 40})
    for key, value in (("base:app", "main"), ("paused", "a while"), ("ticket_prefix", "MC")):
        line(setting={"key": key, "value": value})
    line(notice={"id": ids.next("notices"), "event": "breaker", "created_at": NOW, "body": "Ä"})
    for name in "A", "a", "É", "ä", "z":
        line(request={"id": name, "act": "add", "answer": "{}", "created_at": NOW})
    for name in "B", "b", "É", "ß":
        line(archived={"dedupe_key": name, "ticket_id": 1})


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
