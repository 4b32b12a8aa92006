#!/usr/bin/env python3
"""A PostgreSQL server of the test's own, in a temporary folder, which ends with its test however that ends.

    server.py run [OPTION …] -- COMMAND …     starts one, runs COMMAND with MC_TEST_DB=URI, stops it; COMMAND's status
    server.py start FOLDER [--owner PID] [OPTION …]
                                              starts one that ends with PID (the caller), prints its URI; FOLDER gets
                                              a note of it
    server.py with FOLDER -- COMMAND …        COMMAND with MC_TEST_DB, on the server that the same caller started there
    server.py stop FOLDER [--owner PID]       ends it

OPTION: --durable     with fsync, as at work; a server that is killed loses nothing without it either, a machine would
        --tcp         also on loopback, at a port of the kernel's choice
        --password P  asked for over TCP (scram-sha-256); over the socket nobody is asked
        --set N=V     a setting of the server's

Where there is no PostgreSQL, each of them says "# skipped: …" and ends with 77. The server's time zone and its order
of text are odd on purpose. As a module: `with Server() as server: … server.database()`.
"""
import argparse
import contextlib
import ctypes
import fcntl
import glob
import hashlib
import json
import os
import pwd
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

OLDEST = 15
SKIPPED = 77
PATIENCE = 60  # seconds
PR_SET_PDEATHSIG = 1
SETTINGS = {"max_connections": "200", "shared_buffers": "32MB", "timezone": "Pacific/Chatham",
            "log_line_prefix": "%m [%p] ", "max_wal_size": "256MB"}
INITDB = ["--auth=trust", "--no-sync", "--username=mc", "--encoding=UTF8", "--locale=C.UTF-8",
          "--locale-provider=icu", "--icu-locale=en", "--wal-segsize=1"]


class Missing(Exception):
    """There is no PostgreSQL to be had here."""


def version(folder):
    told = subprocess.run([os.path.join(folder, "postgres"), "--version"], stdout=subprocess.PIPE, check=False)
    found = re.search(rb"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0


def programs():
    """The folder of initdb, postgres and psql: by PATH, by pg_config, or Debian's newest."""
    built = os.environ.get("MC_BIN")
    if built and not os.path.exists(os.path.join(built, "mc-postgres.so")):
        raise Missing("built without boards on servers (MC_POSTGRES)")
    folders = [os.path.dirname(os.path.realpath(found)) for found in map(shutil.which, ("initdb", "postgres")) if found]
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], stdout=subprocess.PIPE, check=False)
        folders.append(told.stdout.decode().strip())
    folders += sorted(glob.glob("/usr/lib/postgresql/[1-9]*/bin"), reverse=True)
    for folder in folders:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in ("initdb", "postgres", "psql")) and \
                version(folder) >= OLDEST:
            return folder
    raise Missing("PostgreSQL is not installed here")


def servant():
    """What makes a process one of the user the server runs as: it refuses to be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def die_with_parent(how=signal.SIGQUIT):
    """In the child: a signal when whoever started it is gone; the server takes this one for an immediate shutdown."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def own(path):
    """Gives what stands there to the server's user."""
    user = servant()
    if user:
        for place, _, names in os.walk(path):
            os.chown(place, user["user"], user["group"])
            for name in names:
                os.chown(os.path.join(place, name), user["user"], user["group"], follow_symlinks=False)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """tcp: on loopback too, `password` over it; settings: {name: value}; tls: (certificate, key), files of any owner;
    hba: lines before ours. Start and restart it from a thread that lives as long as the server shall."""

    def __init__(self, durable=False, tcp=False, password=None, settings=None, tls=None, hba=()):
        self.bin = programs()
        self.place = tempfile.mkdtemp(prefix="mcs.", dir=os.environ.get("MC_WORLDS", "/tmp"))
        self.data = os.path.join(self.place, "data")
        self.log = os.path.join(self.place, "log")
        self.port = free_port() if tcp else 5432
        self.settings = {**SETTINGS, "listen_addresses": "127.0.0.1" if tcp else "", "port": str(self.port),
                         "unix_socket_directories": self.place, "fsync": "on" if durable else "off",
                         **(settings or {})}
        self.process = None
        self.made = 0
        try:
            self.make(password, tls, hba)
            self.start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def environment(self):
        return {"PATH": self.bin + ":/usr/bin:/bin", "HOME": self.place, "LC_ALL": "C.UTF-8"}

    def make(self, password, tls, hba):
        own(self.place)
        self.copy_or_initdb()
        if tls:
            for name, path in zip(("server.crt", "server.key"), tls):
                shutil.copyfile(path, os.path.join(self.data, name))
                os.chmod(os.path.join(self.data, name), 0o600)
            self.settings["ssl"] = "on"
        with open(os.path.join(self.data, "pg_hba.conf"), "w", encoding="utf-8") as file:
            for line in (*hba, "local all all trust",
                         f"host all all 127.0.0.1/32 {'scram-sha-256' if password else 'trust'}"):
                file.write(line + "\n")
        own(self.data)
        if password:
            self.start()
            self.sql("ALTER ROLE mc PASSWORD '" + password.replace("'", "''") + "'")
            self.end(signal.SIGINT)

    def copy_or_initdb(self):
        """An initdb flushes much; its work is kept where the build is, by what made it."""
        build = os.environ.get("MC_BUILD")
        if not build:
            self.initdb()
            return
        key = hashlib.sha256(repr((INITDB, self.bin, version(self.bin), os.geteuid())).encode()).hexdigest()[:12]
        kept = os.path.join(build, "hosts", "initdb-" + key)
        if not os.path.isdir(kept):
            self.keep_initdb(kept)
        subprocess.run(["cp", "-r", "--preserve=mode", kept, self.data], check=True)

    def keep_initdb(self, kept):
        """By one of those that want it."""
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        with open(kept + ".lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(kept):
                self.initdb()
                shutil.rmtree(kept + ".new", ignore_errors=True)
                subprocess.run(["cp", "-r", self.data, kept + ".new"], check=True)
                shutil.rmtree(self.data)
                os.rename(kept + ".new", kept)

    def initdb(self):
        done = subprocess.run([os.path.join(self.bin, "initdb"), "-D", self.data, *INITDB], env=self.environment,
                              cwd=self.place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, **servant())
        if done.returncode:
            raise RuntimeError(f"initdb: {done.returncode}\n{done.stdout.decode()}")

    def start(self):
        words = [os.path.join(self.bin, "postgres"), "-D", self.data]
        for name, value in self.settings.items():
            words += ["-c", f"{name}={value}"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, env=self.environment, cwd=self.place, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, preexec_fn=die_with_parent,
                                            start_new_session=True, **servant())
        end = time.monotonic() + PATIENCE
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server does not start:\n" + self.said())
            time.sleep(0.02)

    def ready(self):
        """postmaster.pid says so in its eighth line, before anybody connects."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
                lines = file.read().split("\n")
            return int(lines[0]) == self.process.pid and lines[7].strip() == "ready"
        except (OSError, IndexError, ValueError):
            return False

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def end(self, how):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def stop(self):
        """For good."""
        self.end(signal.SIGQUIT)
        shutil.rmtree(self.place, ignore_errors=True)

    def kill_immediate(self):
        """As pg_ctl -m immediate: what is committed is there after start()."""
        self.end(signal.SIGQUIT)

    def restart(self):
        """As pg_ctl -m fast restart."""
        self.end(signal.SIGINT)
        self.start()

    def address(self, name="postgres", user="mc", tcp=False, host=None):
        """The URI of a database; host: another than the socket's folder or loopback, as a proxy's."""
        user = urllib.parse.quote(user, safe="")
        if tcp:
            return f"postgresql://{user}@{host or '127.0.0.1'}:{self.port}/{name}"
        place = urllib.parse.quote(host or self.place, safe="")
        port = "" if self.port == 5432 else f"&port={self.port}"
        return f"postgresql://{user}@/{name}?host={place}{port}"

    @property
    def uri(self):
        return self.address()

    def database(self, name=None):
        """Makes a database; its URI."""
        self.made += 1
        name = name or f"board_{os.getpid()}_{self.made}"
        self.sql(f'CREATE DATABASE "{name}"')
        return self.address(name)

    def drop(self, name):
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def sql(self, text, name="postgres"):
        """The rows that a statement gives, each a list of texts; NULL is None."""
        return sql(self.address(name), text, os.path.join(self.bin, "psql"))


def sql(uri, text, psql=None):
    """The rows of a statement (or of the last of several), each a list of texts; NULL is None."""
    words = [psql or os.path.join(programs(), "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R", "\x1e",
             "-P", "null=\x1d", "-d", uri, "-c", text]
    done = subprocess.run(words, env={"PATH": "/usr/bin:/bin", "PGCLIENTENCODING": "UTF8"}, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False, timeout=4 * PATIENCE)
    if done.returncode:
        raise RuntimeError(f"{text}: {done.stderr.decode().strip()}")
    out = done.stdout.decode()
    rows = out[:-1].split("\x1e") if out.endswith(("\n", "\x1e")) else out.split("\x1e") if out else []
    return [[None if value == "\x1d" else value for value in row.split("\x1f")] for row in rows if out]


def note(words):
    """Where it is written which server this caller's is."""
    return os.path.join(words.folder, f"server-{words.owner}.json")


def signalled(*_):
    raise SystemExit(143)


def server_of(words):
    return Server(durable=words.durable, tcp=words.tcp, password=words.password,
                  settings=dict(one.split("=", 1) for one in words.set))


def run(words):
    signal.signal(signal.SIGTERM, signalled)
    with server_of(words) as server:
        child = subprocess.Popen(words.command, env={**os.environ, "MC_TEST_DB": server.uri},
                                 preexec_fn=lambda: die_with_parent(signal.SIGKILL))
        try:
            return status(child)
        finally:
            child.kill()
            child.wait()


def status(child):
    code = child.wait()
    return code if code >= 0 else 128 - code


def start(words):
    """A keeper is the server's parent: it ends when the owner does, and the server with it."""
    os.makedirs(words.folder, exist_ok=True)
    programs()
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        keep(words, writer)
    os.close(writer)
    with open(reader, encoding="utf-8") as file:
        said = file.read()
    if not said.startswith("postgresql:"):
        raise RuntimeError(said)
    print(said)
    return 0


def keep(words, writer):
    code = 1
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        signal.signal(signal.SIGTERM, signalled)
        owner = os.pidfd_open(words.owner)
        with server_of(words) as server, noted(words, server):
            os.write(writer, server.uri.encode())
            os.close(writer)
            select.select([owner], [], [])
        code = 0
    except BaseException as error:  # pylint: disable=broad-except
        with contextlib.suppress(OSError):
            os.write(writer, repr(error).encode())
    finally:
        os._exit(code)


@contextlib.contextmanager
def noted(words, server):
    with open(note(words) + ".new", "w", encoding="utf-8") as file:
        json.dump({"uri": server.uri, "keeper": os.getpid()}, file)
    os.rename(note(words) + ".new", note(words))
    try:
        yield
    finally:
        os.unlink(note(words))


def noted_there(words):
    with open(note(words), encoding="utf-8") as file:
        return json.load(file)


def with_it(words):
    programs()
    os.environ["MC_TEST_DB"] = noted_there(words)["uri"]
    os.execvp(words.command[0], words.command)


def stop(words):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        keeper = os.pidfd_open(noted_there(words)["keeper"])
        signal.pidfd_send_signal(keeper, signal.SIGTERM)
        select.select([keeper], [], [], PATIENCE)
    return 0


def parsed(words):
    words, command = (words[:words.index("--")], words[words.index("--") + 1:]) if "--" in words else (words, [])
    parser = argparse.ArgumentParser(usage=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, what in (("run", run), ("start", start), ("with", with_it), ("stop", stop)):
        one = commands.add_parser(name, usage=__doc__)
        one.set_defaults(what=what)
        if name != "run":
            one.add_argument("folder")
            one.add_argument("--owner", type=int, default=os.getppid())
        if name in ("run", "start"):
            one.add_argument("--durable", action="store_true")
            one.add_argument("--tcp", action="store_true")
            one.add_argument("--password")
            one.add_argument("--set", action="append", default=[])
    found = parser.parse_args(words, argparse.Namespace(command=command))
    if bool(command) != (found.what in (run, with_it)):
        parser.error("run and with take -- COMMAND, the others none")
    return found


def skip(why):
    """For a test that cannot be run here."""
    print(f"# skipped: {why}", flush=True)
    sys.exit(SKIPPED)


def need():
    """For a Python test, first."""
    try:
        programs()
    except Missing as missing:
        skip(missing)


if __name__ == "__main__":
    try:
        chosen = parsed(sys.argv[1:])
        sys.exit(chosen.what(chosen))
    except Missing as missing:
        skip(missing)
