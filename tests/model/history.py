"""Random histories: a world and the steps that are taken in it, as plain data, the same for the same seed.

A step names a ticket by a number that is taken modulo the tickets there are, so that any part of a history is one; and
the host on which it is taken likewise, where there are several."""
import random

from endpoint import MODES

MOVES = ["promote", "approve", "reject", "answer", "block", "reopen", "cancel", "retry"]
WORDS = ["DONE", "DONE", "REVIEW", "QUESTION"]
CALLS = ["write", "pwrite64", "fsync", "fdatasync", "unlink", "rename", "vfork", "clone", "openat", "connect"]
CALLS_TO_SERVER = ["sendto", "recvfrom", "sendto", "recvfrom", "connect", "socket"]
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


def again(rng):
    return {"do": "again", "ticket": ticket(rng), "move": rng.choice(["block", "cancel"])}


def retire(rng):
    return {"do": "retire", "force": rng.random() < 0.8}


def cron(rng):
    return {"do": "cron", "minutes": rng.choice([1, 1, 2, 4])}


def away(do):
    """A machine, and for how long the others then work without it."""
    return lambda rng: {"do": do, "minutes": rng.choice([0, 0, 1, 6])}


def hang_up(rng):
    return {"do": "hang_up", "ms": rng.choice([0, 3, 5, 8, 12, 20, 40, 80, 150])}


def killed_before_server(rng):
    return {"do": "killed_at", "call": rng.choice(CALLS_TO_SERVER), "n": rng.randint(1, 20)}


OF_HOSTS = [(14, cron), (5, away("off")), (5, plain("on")), (6, away("cut")), (5, plain("join")), (9, retire),
            (5, again), (3, hang_up), (4, killed_before_server)]
MORE = 6  # steps, of several hosts: there is more that may meet


def world_of_hosts(rng, hosts):
    """clocks: how far each machine's is ahead, s; returns: machines that are away in the evening come back."""
    return {"hosts": hosts, "clocks": [rng.choice([0, 0, 3600, -7200, 31536000]) for _ in range(hosts)],
            "returns": rng.random() < 0.6, "agents_on_board": rng.random() < 0.3,
            "host_lost_after_s": rng.choice([0, 0, 0, 200])}


def hosts_of(seed):
    """One of four histories is of two hosts, or of three."""
    return 1 if seed % 4 != 3 else 3 if seed % 12 == 3 else 2


def place_steps(rng, steps, hosts):
    for step in steps:
        step["host"] = rng.randrange(hosts)
        place_steps(rng, step.get("steps", ()), hosts)


def generate(seed, length=12, hosts=None):
    """{"seed": …, "world": settings, "steps": […]}; hosts: not as the seed has it."""
    rng = random.Random(seed)
    settings = world(rng)
    table = STEPS + (OF_POOLS if settings["pool"] else []) + ([(12, endpoint)] if "http" in settings else [])
    hosts = hosts or hosts_of(seed)
    if hosts > 1:
        settings |= world_of_hosts(rng, hosts)
        table = table + OF_HOSTS
        length += MORE
    weights, makers = zip(*table)
    steps = [add(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    if hosts > 1:
        steps.append({"do": "cron", "minutes": 1})
    steps += [maker(rng) for maker in rng.choices(makers, weights, k=max(1, length - len(steps)))]
    if hosts > 1:
        place_steps(rng, steps, hosts)
    return {"seed": seed, "world": settings, "steps": steps}
