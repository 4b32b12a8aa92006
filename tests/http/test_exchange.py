#!/usr/bin/env python3
"""mc-http against server.py: what each way of failing is called, in bounded time and memory."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(os.environ["MC_BIN"], "mc-http")
LONG_MS = 20000   # an exchange that is to end by itself
SHORT_MS = 1500   # one that is to run into its limit
RSS_KB = 96 * 1024
with open(PROGRAM, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
TOKEN = "tok-3f9a6c17d2"


def field(name, value):
    data = value if isinstance(value, bytes) else str(value).encode()
    return b"%s %d\n" % (name.encode(), len(data)) + data + b"\n"


def wire(url, **given):
    """A request in wire form."""
    out = field("method", given.get("method", "POST")) + field("url", url)
    for header in given.get("headers", ["Content-Type: application/json"]):
        out += field("header", header)
    if given.get("body", b"{}") is not None:
        out += field("body", given.get("body", b"{}"))
    if "ca_file" in given:
        out += field("ca_file", given["ca_file"])
    out += field("connect_timeout_ms", given.get("connect_timeout_ms", LONG_MS))
    out += field("timeout_ms", given.get("timeout_ms", LONG_MS))
    if "token" in given:
        out += field("token", given["token"])
    return out + field("end", "")


def parse(data):
    """The reply's fields."""
    reply = {}
    while data:
        line, data = data.split(b"\n", 1)
        name, length = line.decode().rsplit(" ", 1)
        reply[name] = data[:int(length)]
        assert data[int(length):int(length) + 1] == b"\n", data
        data = data[int(length) + 1:]
    assert reply.pop("end") == b""
    body = reply.pop("body")
    reply = {name: value.decode() for name, value in reply.items()}
    reply["body"] = body
    return reply


def exchange(url, env=None, **given):
    """Runs mc-http once; its reply with its peak memory."""
    whole = {"PATH": "/usr/bin:/bin", **(env or {})}
    for name in ("LD_LIBRARY_PATH", "ASAN_OPTIONS"):
        if name in os.environ:
            whole[name] = os.environ[name]
    with tempfile.TemporaryFile() as given_in, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given_in.write(wire(url, **given))
        given_in.seek(0)
        child = subprocess.Popen([PROGRAM], stdin=given_in, stdout=out, stderr=err, env=whole)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        errors = err.read().decode()
        assert child.returncode == 0 and errors == "", (child.returncode, errors)
        reply = parse(out.read())
        reply["rss"] = usage.ru_maxrss
        return reply


class Server:
    """server.py as a child that ends with us."""

    def __init__(self, *options):
        self.child = subprocess.Popen([sys.executable, os.path.join(HERE, "server.py"), "--with-stdin", *options],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = int(self.child.stdout.readline())
        self.url = "http://127.0.0.1:%d" % self.port

    def raw(self, method, path, body=b""):
        with socket.create_connection(("127.0.0.1", self.port), 60) as conn:
            conn.sendall(b"%s %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (method, path, len(body)) + body)
            data = b""
            while got := conn.recv(65536):
                data += got
        return data.split(b"\r\n\r\n", 1)[1]

    def script(self, *behaviours):
        self.raw(b"POST", b"/_ctl", json.dumps(behaviours).encode())

    def log(self):
        return json.loads(self.raw(b"GET", b"/_log"))

    def stop(self):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait(60)


class Exchange(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def ask(self, behaviour, **given):
        self.server.script(behaviour)
        reply = exchange(self.server.url + given.pop("path", "/send"), **given)
        if not SANITIZED:
            self.assertLess(reply["rss"], RSS_KB)
        return reply

    def check(self, behaviour, transfers, **given):
        with self.subTest(behaviour=behaviour):
            reply = self.ask(behaviour, **given)
            self.assertIn(reply["transfer"], transfers, reply)
            self.assertLessEqual(len(reply["body"]), 1 << 20)
            return reply
        return None

    def test_whole_answers(self):
        for status in (200, 202, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 599):
            reply = self.check({"status": status, "body": {"n": status}}, ["done"])
            self.assertEqual((reply["status"], json.loads(reply["body"])), (str(status), {"n": status}))
            self.assertEqual(reply["content_type"], "application/json")
            self.assertNotIn("detail", reply)
        self.assertEqual(self.check({"status": 204}, ["done"])["status"], "204")
        self.assertEqual(self.check({"how": "chunked", "body": "in several chunks"}, ["done"])["body"],
                         b"in several chunks")
        reply = self.check({"status": 429, "headers": {"Retry-After": " 30 "}}, ["done"])
        self.assertEqual(reply["retry_after"], "30")
        # What came with an interim answer is not the answer's.
        reply = self.check({"how": "raw", "body": "HTTP/1.1 103 Early Hints\r\nRetry-After: 77\r\nContent-Type: a/b\r\n"
                            "\r\nHTTP/1.1 429 Later\r\nContent-Length: 0\r\n\r\n"}, ["done"])
        self.assertEqual(reply["status"], "429")
        self.assertNotIn("retry_after", reply)
        self.assertNotIn("content_type", reply)
        self.assertEqual(len(self.check({"body_size": 1 << 20}, ["done"])["body"]), 1 << 20)

    def test_no_redirect_is_followed(self):
        before = len(self.server.log())
        for status in (301, 302, 303, 307, 308):
            reply = self.check({"status": status, "headers": {"Location": self.server.url + "/elsewhere"}}, ["done"])
            self.assertEqual(reply["status"], str(status))
        self.assertEqual(len(self.server.log()), before + 5)

    def test_broken_connections(self):
        for how in ("close", "reset", "half", "half_reset", "half_headers"):
            self.check({"how": how, "body": {"ok": True}}, ["dropped"])
        for begun in "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Le":
            reply = self.check({"how": "raw", "body": begun}, ["dropped"])
            self.assertEqual((reply["status"], reply["detail"]), ("200", "the connection was closed within the headers"))
        self.check({"how": "reset_early"}, ["dropped", "unreachable"])
        self.server.stop()
        type(self).server = Server()  # reset_early answers no /_ctl

    def test_lying_lengths(self):
        self.check({"how": "long_length", "length": 1000, "body": "{}"}, ["dropped"])
        reply = self.check({"how": "short_length", "body": "0123456789"}, ["done"])
        self.assertEqual(reply["body"], b"01234")
        self.check({"how": "two_lengths", "body": "{}"}, ["done", "dropped", "garbage"])

    def test_limits_of_size(self):
        self.check({"how": "long_length", "length": 1000000000, "body": "{}"}, ["too_big"])
        self.check({"body_size": (1 << 20) + 1}, ["too_big"])
        self.check({"how": "endless"}, ["too_big"])
        self.check({"how": "chunked_huge"}, ["too_big"])
        self.check({"how": "header_flood"}, ["too_big"])
        self.check({"how": "long_header"}, ["too_big"])
        self.check({"how": "interim_flood"}, ["too_big"])

    def test_limits_of_time(self):
        for how in ("silent", "drip", "drip_headers"):
            self.check({"how": how, "every": 0.3, "body": {"ok": True}}, ["timeout"], timeout_ms=SHORT_MS)
        self.check({"delay_headers": 30, "body": "{}"}, ["timeout"], timeout_ms=SHORT_MS)

    def test_what_is_not_http(self):
        for how in ("garbage", "http09", "chunked_garbage"):
            self.check({"how": how, "body": "x"}, ["garbage"])
        self.check({"how": "raw", "body": "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nx"}, ["garbage"])

    def test_nothing_was_sent(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        urls = ["http://127.0.0.1:%d/" % port, "http://nothing.invalid/", "ftp://127.0.0.1/", "file:///etc/passwd",
                "gopher://127.0.0.1/", "no url"]
        for url in urls:
            with self.subTest(url=url):
                reply = exchange(url, connect_timeout_ms=SHORT_MS, timeout_ms=SHORT_MS)
                self.assertEqual((reply["transfer"], reply["status"]), ("unreachable", "0"))
                self.assertTrue(reply["detail"])
                self.assertEqual(reply["body"], b"")

    def test_still_connecting(self):
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            url = "127.0.0.1:%d/" % full.getsockname()[1]
            # a handshake that nobody answers, then a queue that is full
            reply = exchange("https://" + url, connect_timeout_ms=LONG_MS, timeout_ms=SHORT_MS)
            self.assertEqual(reply["transfer"], "unreachable", reply)
            waiting = []
            for _ in range(4):
                conn = socket.socket()
                conn.setblocking(False)
                conn.connect_ex(full.getsockname())
                waiting.append(conn)
            for limits in ({"timeout_ms": SHORT_MS}, {"connect_timeout_ms": SHORT_MS}):
                reply = exchange("http://" + url, **limits)
                self.assertEqual(reply["transfer"], "unreachable", reply)
            for conn in waiting:
                conn.close()

    def test_the_request_as_it_arrives(self):
        body = b'{"message":"' + b"m" * 2500000 + b'"}'
        self.ask({"echo": True}, body=body, token=TOKEN, path="/send?x=1",
                 headers=["Content-Type: text/plain", "X-One: 1", "content-type: application/json"])
        seen = self.server.log()[-1]
        self.assertEqual((seen["method"], seen["path"]), ("POST", "/send?x=1"))
        self.assertEqual(seen["body"], body.decode())
        headers = seen["headers"]
        self.assertEqual(headers["authorization"], "Bearer " + TOKEN)
        self.assertEqual(headers["content-type"], "application/json")
        self.assertEqual(headers["x-one"], "1")
        self.assertTrue(headers["user-agent"].startswith("mc-pickup/"))
        self.assertNotIn("expect", headers)
        self.ask({"echo": True}, method="GET", body=None, headers=[])
        seen = self.server.log()[-1]
        self.assertEqual((seen["method"], seen["body"]), ("GET", ""))
        self.assertNotIn("authorization", seen["headers"])
        self.ask({"echo": True}, method="PUT", body=b"", headers=[])
        seen = self.server.log()[-1]
        self.assertEqual((seen["method"], seen["headers"]["content-length"]), ("PUT", "0"))
        self.assertNotIn("content-type", seen["headers"])
        self.ask({"echo": True}, headers=["Content-Type: a/b", "X-One: 1"])
        self.assertEqual(self.server.log()[-1]["headers"]["content-type"], "a/b")
        self.ask({"echo": True}, headers=["Content-Types: x", "X-One: 1", "X-Onet: 2", "X-On: 3", "X-ONE: 4"])
        headers = self.server.log()[-1]["headers"]
        self.assertNotIn("content-type", headers)
        self.assertEqual([headers.get(name) for name in ("x-on", "x-one", "x-onet")], ["3", "4", "2"])

    def test_headers_as_they_are_kept(self):
        long = "v" * 1024
        for lines, kept in ((["content-type:a/b", "RETRY-AFTER: \t 7 \t "], ("a/b", "7")),
                            (["Content-Type:", "Retry-After:  "], ("", "")),
                            (["Content-Type: a: b", "Retry-After: one two"], ("a: b", "one two")),
                            (["Content-Type: " + long, "Retry-After: " + long + "w"], (long, long)),
                            (["Content-Typ: a", "Content-Type2: b", "Retry-Afte: 1", "Retry_After: 3"], (None, None)),
                            (["Retry-After: 1", "Retry-After: 2"], (None, "2"))):
            body = "HTTP/1.1 200 OK\r\n" + "\r\n".join(lines) + "\r\nContent-Length: 0\r\n\r\n"
            reply = self.ask({"how": "raw", "body": body})
            self.assertEqual((reply["transfer"], reply.get("content_type"), reply.get("retry_after")), ("done", *kept), lines)

    def test_headers_of_like_names_are_others(self):
        reply = self.ask({"how": "raw", "body": "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Types: c/d\r\nHTTP-Is: x\r\n"
                                                "Content: e\r\nRetry-Afterwards: 5\r\nContent-Length: 0\r\n\r\n"})
        self.assertEqual((reply["transfer"], reply["content_type"]), ("done", "a/b"))
        self.assertNotIn("retry_after", reply)

    def test_headers_cannot_be_smuggled(self):
        before = len(self.server.log())
        name, header = "the method or the url holds a control character", "a header holds a control character"
        token = "the token is empty or holds a blank, a quote or a control character"
        for says, given in ((header, {"headers": ["X: a\r\nY: b"]}), (header, {"headers": ["X: 1", "X: \x01"]}),
                            (header, {"headers": ["X: \x7f"]}), (header, {"headers": ["X: \x1f"]}), (token, {"token": "a\nb"}),
                            (token, {"token": "a b"}), (token, {"token": 'a"b'}), (token, {"token": ""}),
                            (name, {"method": "GET\r\nX: y"}), (name, {"path": "/\x7f"})):
            reply = self.ask({"echo": True}, **given)
            self.assertEqual((reply["transfer"], reply["status"], reply["detail"]), ("unreachable", "0", says), given)
        self.assertEqual(len(self.server.log()), before)

    def test_an_echoed_token_is_masked(self):
        reply = self.ask({"status": 401, "body": "no: Bearer %s!" % TOKEN, "type": "text/" + TOKEN,
                          "headers": {"Retry-After": TOKEN}}, token=TOKEN)
        stars = "*" * len(TOKEN)
        self.assertEqual(reply["body"], b"no: Bearer " + stars.encode() + b"!")
        self.assertEqual((reply["content_type"], reply["retry_after"]), ("text/" + stars, stars))
        self.assertNotIn(TOKEN, repr(reply))
        reply = exchange("abcd://x/", token="abcd")
        self.assertIn("****", reply["detail"])
        self.assertNotIn("abcd", reply["detail"])
        for token, body, masked in (("abcd", "abcdabcd abc abcdabcd", "******** abc ********"), ("abcd", "abc", "abc"),
                                    ("abc", "abc", "abc"), ("abcdabcd", "abcdabcd" + "abcd", "*" * 8 + "abcd")):
            self.assertEqual(self.ask({"body": body}, token=token)["body"].decode(), masked)

    def test_the_token_is_seen_nowhere(self):
        self.server.script({"how": "silent"})
        child = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        before = len(self.server.log())
        child.stdin.write(wire(self.server.url, token=TOKEN, timeout_ms=LONG_MS))
        child.stdin.close()
        while len(self.server.log()) == before:  # until the request is on its way; the exchange has its own limit
            self.assertIsNone(child.poll())
        with open("/proc/%d/cmdline" % child.pid, encoding="latin-1") as file:
            self.assertNotIn(TOKEN, file.read())
        with open("/proc/%d/limits" % child.pid, encoding="latin-1") as file:
            core = [line for line in file if line.startswith("Max core file size")]
            self.assertEqual(core[0].split()[4:6], ["0", "0"])
        try:
            with open("/proc/%d/environ" % child.pid, encoding="latin-1") as file:
                self.assertNotIn(TOKEN, file.read())
        except PermissionError:
            pass  # it is not dumpable: nobody reads it
        child.kill()
        child.wait(60)
        child.stdout.close()
        child.stderr.close()

    def test_proxies_are_not_for_loopback(self):
        dead = "http://127.0.0.1:9"
        self.server.script({"echo": True})
        for host in ("127.0.0.1", "localhost", "127.0.0.2"):
            env = {"http_proxy": dead, "HTTPS_PROXY": dead, "ALL_PROXY": dead, "all_proxy": dead, "no_proxy": "x"}
            with self.subTest(host=host):
                reply = exchange("http://%s:%d/" % (host, self.server.port), env=env)
                if host == "127.0.0.2":
                    self.assertEqual(reply["transfer"], "unreachable")  # nobody listens there
                    self.assertNotIn("port 9 ", reply["detail"])
                else:
                    self.assertEqual(reply["transfer"], "done", reply)
        reply = exchange("http://elsewhere.invalid/x", env={"http_proxy": self.server.url})
        self.assertEqual(reply["transfer"], "done")
        self.assertEqual(self.server.log()[-1]["path"], "http://elsewhere.invalid/x")
        for host, proxied in (("a.localhost", False), ("A.LocalHost", False), ("[::1]", False), ("127.1.2.3", False),
                              ("localhost.invalid", True), ("notlocalhost", True), ("a-localhost", True)):
            before = len(self.server.log())
            exchange("http://%s:%d/x" % (host, self.server.port), env={"http_proxy": self.server.url})
            with self.subTest(host=host):
                self.assertEqual(any(one["path"].startswith("http://") for one in self.server.log()[before:]), proxied)

    def test_requests_that_are_not_in_wire_form(self):
        for data in (b"", b"GET / HTTP/1.1\r\n\r\n", wire("http://127.0.0.1/")[:-1], wire("x") + b"y"):
            done = subprocess.run([PROGRAM], input=data, capture_output=True, timeout=60, check=False)
            self.assertEqual((done.returncode, done.stdout), (64, b""))
            self.assertEqual(done.stderr.count(b"\n"), 1)
        done = subprocess.run([PROGRAM, "http://127.0.0.1/"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 64)


class Tls(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.cert = os.path.join(self.folder, "cert.pem")
        key = os.path.join(self.folder, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=throwaway", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", self.cert],
                       check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.server = Server("--cert", self.cert, "--key", key)
        self.addCleanup(self.server.stop)

    def test_certificates_are_verified(self):
        url = "https://127.0.0.1:%d/" % self.server.port
        reply = exchange(url, ca_file=self.cert)
        self.assertEqual((reply["transfer"], reply["status"]), ("done", "200"), reply)
        self.assertEqual(exchange(url)["transfer"], "unreachable")
        self.assertEqual(exchange(url, ca_file="/nowhere/ca.pem")["transfer"], "unreachable")
        wrong_name = "https://localhost:%d/" % self.server.port
        self.assertEqual(exchange(wrong_name, ca_file=self.cert)["transfer"], "unreachable")
        plain = exchange("http://127.0.0.1:%d/" % self.server.port, timeout_ms=5000)
        self.assertNotEqual(plain["transfer"], "done")


if __name__ == "__main__":
    unittest.main(verbosity=2)
