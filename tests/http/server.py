#!/usr/bin/env python3
"""An HTTP endpoint on loopback that misbehaves as it is told; standard library only, raw sockets.

    server.py [--log FILE] [--script FILE] [--cert PEM --key PEM] [--host 127.0.0.1]
              [--port-file FILE] [--pid-file FILE] [--with-stdin]

Listens on a port of the kernel's choice and prints that port as its first line on standard output (flushed); --port-file
gets it as well, written whole, for shells that wait for the file. Ends on SIGTERM or SIGINT, and with --with-stdin also
when its standard input is closed, so that it cannot outlive a test that holds the other end of the pipe.

WHAT IT ANSWERS is a list of behaviours, taken one a request in the order of arrival; the last one is repeated for ever.
A behaviour is a JSON object (all keys optional):

    "path": "/status"       only for requests whose path has this prefix; others look further down the list. A behaviour
                            with "path" and one without form separate queues: each prefix has its own order.
    "status": 200           status code
    "reason": "OK"          reason phrase
    "body": "text" or any JSON object (then Content-Type is application/json unless "type" says otherwise)
    "body_size": 5000000    instead of body: that many bytes of "x"
    "type": "text/html"     Content-Type; "" for none. Default: application/json for objects, text/plain for strings
    "headers": {"Retry-After": "30"}
    "echo": true            {"ok": true, "nonce": ...} with nonce and run_id of the request's JSON body
    "delay": 1.5            seconds before the answer (the request was read)
    "delay_headers": 1.5    seconds between the headers and the body
    "hold_file": "/path"    waits (60 s at most) until this file exists, then answers
    "touch": "/path"        makes this file when the request has been read, before anything else
    "run": ["argv", ...]    runs a command after reading the request and before answering (its output is thrown away)
    "how": one of
        "normal"            a whole answer with Content-Length (the default)
        "silent"            never answers; holds the connection until the client leaves (60 s at most)
        "close"             reads the request, then closes without a byte
        "reset"             reads the request, then resets the connection (RST)
        "reset_early"       resets without reading (also a /_ctl: leave it by --script)
        "half"              the headers and half of the body, then closes
        "half_reset"        the same with a reset
        "half_headers"      a status line and half a header, then closes
        "short_length"      Content-Length is smaller than the body by half
        "long_length"       Content-Length is "length" (default 1,000,000,000) but the body is what it is, then closes
        "drip"              the answer at one byte per "every" seconds (0.2)
        "drip_headers"      an endless header, one byte per "every" seconds
        "header_flood"      "count" (100000) headers of 1 KB each
        "long_header"       one header of 10 MB
        "interim_flood"     endless 100 Continue answers, up to "count" (100000)
        "chunked"           a whole answer in chunks
        "chunked_garbage"   Transfer-Encoding: chunked with a chunk size that is no number
        "chunked_huge"      a chunk size of 7fffffffffffffff and endless data
        "endless"           no Content-Length, a body without end
        "garbage"           bytes that are not HTTP
        "http09"            a bare body without a status line
        "raw"               "body" is written as it is: the whole answer
        "two_lengths"       two Content-Length headers that differ

THE SCRIPT is given as --script FILE (a JSON list, or one object; read again whenever the file changes, the queues then
begin anew) or by POST /_ctl with that JSON as the body (answers 204). GET /_log answers the list of all requests so far.
Neither counts as a request, nor does HEAD. Without a script: {"echo": true}.

THE LOG (--log) gets one JSON line a request: n (from 1), time, method, path, headers (lower-case names), body (text),
json (parsed body or null), how, status. With 401 answers etc. the Authorization header is logged as it came: tests use
made-up tokens.
"""

import argparse
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

LIMIT = 60.0
lock = threading.Lock()
state = {"script": [{"echo": True}], "used": {}, "n": 0, "log": [], "stamp": None}
options = None


def set_script(script):
    state["script"] = script if isinstance(script, list) else [script]
    state["used"] = {}


def reread_script():
    if not options.script:
        return
    try:
        found = os.stat(options.script)
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        if stamp != state["stamp"]:
            with open(options.script, encoding="utf-8") as file:
                set_script(json.load(file))
            state["stamp"] = stamp
    except (OSError, ValueError):
        pass  # half-written: the next request reads it


def choose(path):
    """The next behaviour of this path's queue."""
    prefixes = {b.get("path", "") for b in state["script"]}
    matching = [p for p in prefixes if path.startswith(p)]
    if not matching:
        return {"status": 404, "body": {"detail": "not scripted"}}
    prefix = max(matching, key=len)
    queue = [b for b in state["script"] if b.get("path", "") == prefix]
    used = state["used"].get(prefix, 0)
    state["used"][prefix] = used + 1
    return queue[min(used, len(queue) - 1)]


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        got = conn.recv(65536)
        if not got:
            return None
        data += got
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    method, path = lines[0].split(" ")[:2]
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    wanted = int(headers.get("content-length", "0"))
    while len(body) < wanted:
        got = conn.recv(1 << 20)
        if not got:
            return None
        body += got
    return {"method": method, "path": path, "headers": headers, "body": body.decode("utf-8", "replace")}


def parsed(body):
    try:
        return json.loads(body)
    except ValueError:
        return None


def note(request, behaviour):
    state["n"] += 1
    line = {"n": state["n"], "time": time.time(), **request, "json": parsed(request["body"]),
            "how": behaviour.get("how", "normal"), "status": behaviour.get("status", 200)}
    state["log"].append(line)
    if options.log:
        with open(options.log, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def reset(conn):
    """Closing with a linger of zero sends RST."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def wait_for_client(conn):
    """Until the client leaves."""
    conn.settimeout(LIMIT)
    try:
        while conn.recv(65536):
            pass
    except OSError:
        pass


def make_body(behaviour, request):
    if behaviour.get("echo"):
        given = parsed(request["body"]) or {}
        return json.dumps({"ok": True, **{k: given[k] for k in ("nonce", "run_id") if k in given}}).encode(), \
            "application/json"
    if "body_size" in behaviour:
        return b"x" * behaviour["body_size"], "text/plain"
    body = behaviour.get("body", "")
    if isinstance(body, str):
        return body.encode("utf-8", "surrogateescape"), "text/plain"
    return json.dumps(body).encode(), "application/json"


def make_head(behaviour, kind, length):
    status = behaviour.get("status", 200)
    lines = ["HTTP/1.1 %d %s" % (status, behaviour.get("reason", "Status"))]
    kind = behaviour.get("type", kind)
    if kind:
        lines.append("Content-Type: " + kind)
    if length is not None and status != 204:
        lines.append("Content-Length: %d" % length)
    for name, value in behaviour.get("headers", {}).items():
        lines.append("%s: %s" % (name, value))
    lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def drip(conn, data, every):
    for byte in data:
        conn.sendall(bytes([byte]))
        time.sleep(every)


def normal(conn, behaviour, body, kind):
    conn.sendall(make_head(behaviour, kind, len(body)))
    if behaviour.get("delay_headers"):
        time.sleep(behaviour["delay_headers"])
    if behaviour.get("status", 200) != 204:
        conn.sendall(body)


def half(conn, behaviour, body, kind):
    body = body or b"{\"ok\": true}"
    conn.sendall(make_head(behaviour, kind, len(body)) + body[:len(body) // 2])


def half_reset(conn, behaviour, body, kind):
    half(conn, behaviour, body, kind)
    time.sleep(0.2)
    reset(conn)


def drip_headers(conn, behaviour, _body, _kind):
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        drip(conn, b"X-Slow: yes\r\n", behaviour.get("every", 0.2))


def header_flood(conn, behaviour, _body, _kind):
    conn.sendall(b"HTTP/1.1 200 OK\r\n")
    for i in range(behaviour.get("count", 100000)):
        conn.sendall(b"X-Flood-%d: " % i + b"f" * 1000 + b"\r\n")


def interim_flood(conn, behaviour, _body, _kind):
    for _ in range(behaviour.get("count", 100000)):
        conn.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def chunked(conn, behaviour, body, kind):
    headers = {**behaviour.get("headers", {}), "Transfer-Encoding": "chunked"}
    conn.sendall(make_head({**behaviour, "headers": headers}, kind, None))
    for i in range(0, len(body), 7):
        piece = body[i:i + 7]
        conn.sendall(b"%x\r\n" % len(piece) + piece + b"\r\n")
    conn.sendall(b"0\r\n\r\n")


def chunk_sizes(size):
    def answer(conn, behaviour, body, kind):
        headers = {**behaviour.get("headers", {}), "Transfer-Encoding": "chunked"}
        conn.sendall(make_head({**behaviour, "headers": headers}, kind, None) + size + b"\r\n" + (body or b"body"))
        if size[:1] == b"7":
            pour(conn)
        else:
            conn.sendall(b"\r\nzz\r\n")
    return answer


def pour(conn):
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        conn.sendall(b"y" * 65536)


def endless(conn, behaviour, _body, kind):
    conn.sendall(make_head(behaviour, kind, None))
    pour(conn)


def two_lengths(conn, behaviour, body, kind):
    other = {**behaviour.get("headers", {}), "Content-length": str(len(body) + 5)}
    conn.sendall(make_head({**behaviour, "headers": other}, kind, len(body)) + body)


HOW = {
    "normal": normal,
    "silent": lambda c, b, body, kind: wait_for_client(c),
    "close": lambda c, b, body, kind: None,
    "reset": lambda c, b, body, kind: reset(c),
    "half": half,
    "half_reset": half_reset,
    "half_headers": lambda c, b, body, kind: c.sendall(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "short_length": lambda c, b, body, kind: c.sendall(make_head(b, kind, len(body) // 2) + body),
    "long_length": lambda c, b, body, kind: c.sendall(make_head(b, kind, b.get("length", 1000000000)) + body),
    "drip": lambda c, b, body, kind: drip(c, make_head(b, kind, len(body)) + body, b.get("every", 0.2)),
    "drip_headers": drip_headers,
    "header_flood": header_flood,
    "long_header": lambda c, b, body, kind: c.sendall(b"HTTP/1.1 200 OK\r\nX-Long: " + b"l" * 10000000 + b"\r\n\r\n"),
    "interim_flood": interim_flood,
    "chunked": chunked,
    "chunked_garbage": chunk_sizes(b"this is no size"),
    "chunked_huge": chunk_sizes(b"7fffffffffffffff"),
    "endless": endless,
    "garbage": lambda c, b, body, kind: c.sendall(b"\x00\x01\x02SSH-2.0-no\r\n\xff\xfe" * 20),
    "http09": lambda c, b, body, kind: c.sendall(b"<html>hello</html>\n"),
    "raw": lambda c, b, body, kind: c.sendall(body),
    "two_lengths": two_lengths,
}


def control(conn, request):
    if request["path"] == "/_log":
        with lock:
            body = json.dumps(state["log"]).encode()
        conn.sendall(make_head({}, "application/json", len(body)) + body)
        return
    script = parsed(request["body"])
    with lock:
        if script is not None:
            set_script(script)
    conn.sendall(make_head({"status": 204 if script is not None else 400}, "", 0))


def wait_for_file(path):
    end = time.monotonic() + LIMIT
    while not os.path.exists(path) and time.monotonic() < end:
        time.sleep(0.02)


def early(conn):
    """A behaviour that must not read: looked at before the request is."""
    with lock:
        reread_script()
        first = choose_peek()
        if first.get("how") != "reset_early":
            return False
        state["used"][""] = state["used"].get("", 0) + 1
        note({"method": "", "path": "", "headers": {}, "body": ""}, first)
    reset(conn)
    return True


def choose_peek():
    queue = [b for b in state["script"] if b.get("path", "") == ""]
    return queue[min(state["used"].get("", 0), len(queue) - 1)] if queue else {}


def answer(conn):
    if early(conn):
        return
    request = read_request(conn)
    if request is None:
        return
    if request["path"] in ("/_ctl", "/_log"):
        control(conn, request)
        return
    if request["method"] == "HEAD":  # a doctor's look is no turn
        conn.sendall(make_head({}, "", 0))
        return
    with lock:
        reread_script()
        behaviour = choose(request["path"])
        note(request, behaviour)
    if "touch" in behaviour:
        open(behaviour["touch"], "w", encoding="utf-8").close()
    if "run" in behaviour:
        subprocess.run(behaviour["run"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False, timeout=LIMIT)
    if "hold_file" in behaviour:
        wait_for_file(behaviour["hold_file"])
    if behaviour.get("delay"):
        time.sleep(behaviour["delay"])
    body, kind = make_body(behaviour, request)
    HOW[behaviour.get("how", "normal")](conn, behaviour, body, kind)


def linger(conn):
    """Lets the client read all before the close: a close with unread bytes would reset."""
    try:
        conn.shutdown(socket.SHUT_WR)
        conn.settimeout(2)
        while conn.recv(65536):
            pass
    except OSError:
        pass
    try:
        conn.close()
    except OSError:
        pass


def serve(conn, context):
    try:
        conn.settimeout(LIMIT)
        if context:
            conn = context.wrap_socket(conn, server_side=True)
        answer(conn)
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        print("server.py: %s" % error, file=sys.stderr)
    linger(conn)


def leave_with_stdin():
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(0)


def main():
    global options
    parser = argparse.ArgumentParser(description="a scripted HTTP endpoint for the tests")
    parser.add_argument("--log")
    parser.add_argument("--script")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--pid-file")
    parser.add_argument("--port-file")
    parser.add_argument("--with-stdin", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    listener = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET)
    listener.bind((options.host, 0))
    listener.listen(128)
    port = listener.getsockname()[1]
    for path, number in ((options.pid_file, os.getpid()), (options.port_file, port)):
        if path:
            with open(path + ".new", "w", encoding="utf-8") as file:
                file.write("%d\n" % number)
            os.rename(path + ".new", path)
    if options.with_stdin:
        threading.Thread(target=leave_with_stdin, daemon=True).start()
    print(port, flush=True)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(conn, context), daemon=True).start()


if __name__ == "__main__":
    main()
