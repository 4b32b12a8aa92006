"""An endpoint for turns that takes them, as mission-control does, or does something else: what is MODES by name. It
hands a turn to its agent itself, without a screen between."""
import http.server
import json
import socket
import threading

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


class Endpoint(http.server.ThreadingHTTPServer):
    """deliver(ticket id, text): False where nobody is there to take it."""
    daemon_threads = True

    def __init__(self, deliver):
        super().__init__(("127.0.0.1", 0), Turn)
        self.deliver, self.mode = deliver, "takes"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *_):
        """A client that was killed is what this is for."""

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/turn"

    def end(self):
        self.shutdown()
        self.server_close()


class Turn(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        takes, status = MODES[self.server.mode]
        if takes and not self.server.deliver(int(asked["ticket"].rpartition("-")[2]), asked["message"]):
            status = 409
        if status is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = json.dumps(BODIES.get(status, {"detail": "a fault"})).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""
