"""An endpoint for turns that takes them, as mission-control does, or does something else: what is MODES by name. It
hands a turn to its agent itself, without a screen between."""
import os
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kill"))
import listen

# What is done with a turn, and what is answered; no answer: the connection is dropped.
MODES = {
    "takes": (True, 200),
    "busy": (False, 409),
    "fails": (False, 500),
    "refuses": (False, 404),
    "drops": (False, None),
    "takes_and_fails": (True, 500),
    "takes_and_drops": (True, None),
}
BODIES = {200: {"ok": True}, 409: {"error": "runtime_busy"}}


class Endpoint(listen.Listener):
    """deliver(ticket id, text): False where nobody is there to take it."""

    def __init__(self, deliver):
        self.deliver, self.mode = deliver, "takes"
        super().__init__(Turn)


class Turn(listen.Turn):
    def do_POST(self):
        asked = self.asked()
        takes, status = MODES[self.server.mode]
        if takes and not self.server.deliver(int(asked["ticket"].rpartition("-")[2]), asked["message"]):
            status = 409
        if status is None:
            self.drop()
            return
        self.answer(status, BODIES.get(status, {"detail": "a fault"}))
