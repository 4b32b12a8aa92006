"""What endpoints for turns have in common: a server on a port of its own, and how it reads and answers."""
import http.server
import json
import socket
import threading


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, turn):
        super().__init__(("127.0.0.1", 0), turn)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *_):
        """A client that was killed is what these tests are for."""

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/turn"

    def end(self):
        self.shutdown()
        self.server_close()


class Turn(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def asked(self):
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status, said):
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drop(self):
        """Its client gets no answer."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_):
        """Nobody reads it."""
