#!/usr/bin/env python3
"""Turns for real agents, as their screens tell, that are ready, busy, ask, are at a limit, left or ended."""
from acted import Acted
from stage import main, until


class Given(Acted):
    """A turn for an agent that shows this or that, before it is typed, while it is, and after."""

    name = "given"

    def play(self):
        self.begin()
        self.on("pasted", "busy")
        for name in ("claude-120-busy-tool", "claude-120-draft", "claude-120-dialog-trust", "claude-120-limit-subscription",
                     "claude-120-error-401-oauth"):
            self.waits(name)
            self.pickup("--dry-run", "--json")
            self.pickup("-v")
            self.again("needs_input", "idle", name.split("-")[0])
            self.show(name)
            self.ticket("send", f"MC-{self.number}", "Now.", "--json", "--request-id", "r1")
            self.ticket("send", f"MC-{self.number}", "Now.", "--json", "--request-id", "r1")
            self.sql("DELETE FROM requests")
            self.look_quietly()
        self.limits()
        self.at_rest()

    def at_rest(self):
        """Its ticket is under way, and it has no turn; who waits for the end of one."""
        self.show("claude-120-ready")
        self.again("in_progress", "idle")
        self.ticket("send", f"MC-{self.number}", "Now.")
        self.on("pasted", "done-plain")
        self.show("claude-120-ready")
        self.again("needs_input", "idle")
        sent = self.sent()
        self.ticket("send", f"MC-{self.number}", "Now.", "--wait", "86000", meanwhile=lambda: self.rests(sent + 1))
        self.on("pasted", "busy")

    def sent(self):
        return self.sql("SELECT count(*) FROM ticket_activity WHERE kind='sent'")[0][0]

    def rests(self, sent):
        """Since long enough that its screen may tell the end."""
        until(lambda: self.sent() >= sent, "the turn to be sent")
        self.ahead(60)

    def limits(self):
        """A message that has waited for the end of a limit, or that the board wrote for then."""
        name = "claude-120-limit-subscription"
        for change in "error='paused'", "error='limit'", "attempts=4", "purpose='go_on'":
            self.waits(name)
            self.change(f"UPDATE ticket_messages SET {change}")
            self.pickup("-v")
            self.look()
        for purpose, error, seconds in ("go_on", None, 3600), ("person", "limit", 7200), ("person", "busy", 7200):
            self.waits(name)
            self.change("INSERT INTO ticket_messages(ticket_id,author,kind,status,attempts,next_attempt_at,created_at,purpose,error,body)"
                        "VALUES(?,'mc-pickup','note','pending',0,?,1,?,?,'Go on.')", self.number, self.now + seconds * 1000, purpose, error)
            self.pickup("-v")
            self.tell("  ", f"due at {self.sql('SELECT count(DISTINCT next_attempt_at) FROM ticket_messages')[0][0]} times")
        self.waits(name, "in_review", ("reject",))
        self.pickup("-v")
        self.waits("claude-120-busy", "in_review", ("reject",))
        self.pickup("-v")


if __name__ == "__main__":
    main()
