"""Random histories: a world and the steps that are taken in it, as plain data, the same for the same seed.

A step names a ticket by a number that is taken modulo the tickets there are, so that any part of a history is one."""
import random

from endpoint import MODES

MOVES = ["promote", "approve", "reject", "answer", "block", "reopen", "cancel", "retry"]
WORDS = ["DONE", "DONE", "REVIEW", "QUESTION"]
CALLS = ["write", "pwrite64", "fsync", "fdatasync", "unlink", "rename", "vfork", "clone", "openat", "connect"]
EDITS = ["done", "lost_row", "behind_todo", "no_pid", "other_pid"]


def ticket(rng):
    return rng.randrange(4)


def pickup(rng):
    how = rng.choices([{}, {"heal": True}, {"named": ticket(rng)}], [75, 15, 10])[0]
    return {"do": "pickup", **how}


def add(rng):
    step = {"do": "add", "priority": rng.choice(["critical", "high", "medium", "low"]),
            "inbox": rng.random() < 0.1}
    if rng.random() < 0.2:
        step["after"] = ticket(rng)
    return step


def killed(rng):
    if rng.random() < 0.5:
        return {"do": "killed", "ms": rng.choice([1, 3, 5, 8, 12, 20, 40, 80, 150, 300, 500, 700, 1000])}
    return {"do": "killed_at", "call": rng.choice(CALLS), "n": rng.randint(1, 20)}


def finish(rng):
    return {"do": "finish", "ticket": ticket(rng), "word": rng.choice(WORDS), "screen": rng.random() < 0.8,
            "way": rng.choice(["signal", "signal", "nonce", "report", "screen"])}


def person(rng):
    move = rng.choice(MOVES)
    return {"do": "move", "move": move, "ticket": ticket(rng)}


def say(rng):
    return {"do": "say", "ticket": ticket(rng), "how": rng.choice(["send", "queue", "queue", "note"])}


def agent(rng):
    order = rng.choice(["over", "show busy", "show idle", "show dialog", "show junk", "hang", "wake", "exit 0",
                        "exit 3", "deaf", "kill", "stop", "cont"])
    return {"do": "agent", "ticket": ticket(rng), "order": order}


def birth(rng):
    return {"do": "birth", "order": rng.choice(["exit 1", "hang", "show dialog", "show junk", "show busy", "deaf"])}


def upset(rng):
    what = rng.choice(["server_killed", "server_ended", "session_killed", "ghost", "guest", "guest", "copy", "leave"])
    return {"do": what, "ticket": ticket(rng)}


def edit(rng):
    return {"do": "row", "ticket": ticket(rng), "edit": rng.choice(EDITS)}


def clock(rng):
    return {"do": "clock", "how": rng.choice(["pass", "pass", "pass", "sleep", "wall"]),
            "s": rng.choice([61, 61, 400, 1000, 7200, 20000, -3600, 90000])}


def plain(do):
    return lambda rng: {"do": do}


def with_ticket(do):
    return lambda rng: {"do": do, "ticket": ticket(rng), "n": rng.randrange(4)}


def together(rng):
    """A pickup and, at the same moment, others."""
    others = [pickup, pickup, finish, person, say, agent]
    return {"do": "together", "after_ms": rng.choice([0, 0, 5, 20, 100, 400]),
            "steps": [{"do": "pickup"}] + [rng.choice(others)(rng) for _ in range(rng.randint(1, 3))]}


STEPS = [(24, pickup), (9, together), (7, killed), (10, finish), (8, person), (7, say), (8, agent), (2, birth),
         (5, upset), (3, edit), (5, clock), (4, add), (5, with_ticket("lie")), (1, plain("reboot")),
         (1, plain("pause")), (1, plain("resume")), (1, with_ticket("change"))]
OF_POOLS = [(6, with_ticket("work")), (2, with_ticket("dirty")), (1, with_ticket("release"))]


def endpoint(rng):
    return {"do": "endpoint", "mode": rng.choice(["busy", "busy", *MODES])}


def world(rng):
    settings = {"first_turn": rng.choice(["argv", "argv", "paste"]), "reports": rng.random() < 0.4,
                "pool": rng.choice([0, 0, 0, 1, 2]), "max_running": rng.choice([1, 2, 4]),
                "linger_s": rng.choice([0, 300])}
    if rng.random() < 0.2:
        settings["http"] = True
    if rng.random() < 0.2:
        settings["on_done"] = "done"
    if rng.random() < 0.2:
        settings["nudge"] = False
    if rng.random() < 0.2:
        settings["max_live"] = rng.choice([1, 2])
    return settings


def generate(seed, length=12):
    """{"seed": …, "world": settings, "steps": […]}"""
    rng = random.Random(seed)
    settings = world(rng)
    table = STEPS + (OF_POOLS if settings["pool"] else []) + ([(12, endpoint)] if "http" in settings else [])
    weights, makers = zip(*table)
    steps = [add(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    steps += [maker(rng) for maker in rng.choices(makers, weights, k=max(1, length - len(steps)))]
    return {"seed": seed, "world": settings, "steps": steps}
