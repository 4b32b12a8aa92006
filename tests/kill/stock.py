"""What a board was told, and must not lose: tickets, messages and stories, on it or in its archive."""
import glob
import json
import os

STATEMENTS = {"ticket": "SELECT id,title,body FROM tickets", "story": "SELECT ticket_id,kind,body FROM ticket_activity",
              "message": "SELECT ticket_id,author,body FROM ticket_messages"}


def told(world):
    found = set()
    if not world.server and not os.path.exists(world.board):
        return found
    for kind, statement in STATEMENTS.items():
        found |= {(kind, *row) for row in world.sql(statement)}
    for path in glob.glob(os.path.join(world.state, "archive", "*.jsonl")):
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):  # the next to write cuts off what is not whole
                    found |= archived(json.loads(line))
    return found


def archived(line):
    number = line["ticket"]["id"]
    return ({("ticket", number, line["ticket"]["title"], line["ticket"]["body"])} |
            {("message", number, one["author"], one["body"]) for one in line.get("messages", [])} |
            {("story", number, one["kind"], one["body"]) for one in line.get("activity", [])})
