"""Many histories side by side, and what is made of one that fails."""
import json
import multiprocessing
import os
import signal
import sys
import time
import traceback

import history
from drive import Drive
from engine import Stuck, file_template, server, servers
from evening import evening
from machine import repository
from model import Broken, Model


ENDS = (signal.SIGTERM, signal.SIGINT)
ended = set()  # the processes that were told to


def stop(number, _frame):
    """Places are left in order, also by those that are ended, and told so twice: with their group, and by their parent."""
    if os.getpid() not in ended:
        ended.add(os.getpid())
        sys.exit(128 + number)


def heed():
    for number in ENDS:
        signal.signal(number, stop)


def leave(drive):
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    drive.end()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)


def live(one, keep=False):
    """None, or what was broken in it; the steps behind that are taken off."""
    drive, model = Drive(one["world"]), Model(one["world"])
    failure = None
    try:
        for number, step in enumerate(one["steps"]):
            try:
                model.check(drive.take(step), drive.observe())
            except (Broken, Stuck) as broken:
                failure = f"step {number + 1} {json.dumps(step)} | {broken}"
                one["steps"] = one["steps"][:number + 1]
                return failure
        evening(drive, model)
    except (Broken, Stuck) as broken:
        failure = f"evening | {broken}"
    except Exception:
        failure = "driver | " + traceback.format_exc()
    finally:
        if failure and keep:
            print(f"kept: {drive.place.place}", file=sys.stderr)
        else:
            leave(drive)
    return failure


class Shrinking:
    """Takes steps out of a history as long as it fails alike (delta debugging, halves first)."""
    MOST = 60  # trials; a history with a long evening takes seconds

    def __init__(self, one, failure):
        self.one, self.failure, self.trials = one, failure, 0
        # Programs that run at once do not always meet: then each trial is several.
        self.times = 1 if self.fails(one, times=1) else 4

    def fails(self, one, times):
        for _ in range(times):
            self.trials += 1
            failure = live(one)
            if failure and promise(failure) == promise(self.failure):
                self.one, self.failure = one, failure
                return True
        return False

    def without(self, at, size):
        steps = self.one["steps"]
        return {**self.one, "steps": steps[:at] + steps[at + size:]}

    def shortest(self):
        size = max(1, len(self.one["steps"]) // 2)
        while size:
            at = 0
            while at < len(self.one["steps"]) and self.trials < self.MOST:
                if not self.fails(self.without(at, size), self.times):
                    at += size
            size //= 2
        return self.one, self.failure


def promise(failure):
    """What of it stays the same while steps are taken out."""
    return failure.partition(" | ")[2].partition(":")[0]


def try_seed(work):
    seed, options = work
    one = history.generate(seed, options.steps, options.hosts)
    if time.monotonic() > options.end:
        return None
    failure = live(one, options.keep)
    if failure and not options.no_shrink:
        one, failure = Shrinking(one, failure).shortest()
    return seed, len(one["steps"]), failure, one


class Tally:
    """What many histories have come to; those that fail are said at once."""

    def __init__(self):
        self.seeds, self.steps, self.failures, self.of_hosts = [], 0, 0, 0

    def add(self, result):
        if result is None:
            return
        seed, length, failure, one = result
        self.seeds.append(seed)
        if len(self.seeds) % 100 == 0:
            print(f"{len(self.seeds)} histories", file=sys.stderr, flush=True)
        self.steps += length
        self.of_hosts += "hosts" in one["world"]
        if failure:
            self.failures += 1
            print(f"seed {seed}: {failure}")
            print(json.dumps(one), flush=True)

    def say(self):
        span = f"{min(self.seeds)}..{max(self.seeds)}" if self.seeds else "none"
        print(f"proof: model: histories {len(self.seeds)}, of several hosts {self.of_hosts}, steps {self.steps}, "
              f"seeds {span}, failures {self.failures}")


def hosts_of(seed, options):
    return options.hosts or history.hosts_of(seed)


def make_templates(hosts):
    """What the histories of these numbers of hosts are made of, before they are forked. The numbers that can be had."""
    file_template()
    repository()
    try:
        if max(hosts) > 1:
            server()
    except servers.Missing as missing:
        print(f"# skipped: histories of several hosts: {missing}", flush=True)
        return hosts & {1}
    return hosts


def run(options):
    heed()
    seeds = range(options.seed, options.seed + options.count)
    had = make_templates({hosts_of(seed, options) for seed in seeds} | {1})
    if options.hosts and options.hosts not in had:
        return servers.SKIPPED
    options.end = time.monotonic() + options.seconds if options.seconds else float("inf")
    work = [(seed, options) for seed in seeds if hosts_of(seed, options) in had]
    print(f"seeds from {options.seed}, {options.steps} steps each, {options.jobs} at a time", flush=True)
    tally, status = Tally(), 0
    try:
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for result in pool.imap_unordered(try_seed, work):
                tally.add(result)
    except SystemExit as end:
        print("ended before its time")
        status = end.code
    tally.say()
    return 1 if tally.failures else status


def replay(options):
    heed()
    with open(0 if options.replay == "-" else options.replay, encoding="utf-8") as file:
        lines = [line for line in file if line.startswith("{")]
    if not lines:
        print("tests/model/run: --replay: there is no history in it, a line that begins with {", file=sys.stderr)
        return 64
    one = json.loads(lines[-1])
    hosts = one["world"].get("hosts", 1)
    if hosts not in make_templates({hosts}):
        return servers.SKIPPED
    failure = live(one, options.keep)
    print(failure or "nothing was broken")
    return 1 if failure else 0
