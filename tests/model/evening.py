"""The end of a history: what two pickups must bring to order, and that every ticket can move again once its agents and
its people behave."""
from model import OPEN, Broken, unexplained

ROUNDS = 10
LATER = {"do": "clock", "how": "pass", "s": 3700}  # longer than any backoff or pause
# Seconds before the pickups that bring order: after the last no grace is left (newborn_grace_s, linger_s).
GRACES = (0, 400)
SETTLING = 3  # what one pickup has moved, the next brings to rest


def sessions(drive):
    return {f"{name} on {one.name}": run for one in drive.place.there() for name, run in one.sessions().items()}


def look(drive):
    """Of machines that stay away nothing is expected."""
    seen = drive.observe()
    names = {one.name for one in drive.place.there()}
    if len(names) == len(drive.place.machines):
        return seen
    return seen._replace(living=[one for one in seen.living if one.host in names],
                         slots=[row for row in seen.slots if row["host"] in names])


def pickup(drive, model, times=1):
    """By every machine; what is seen then, with the moves of the last of them."""
    for _ in range(times):
        moves = []
        for one in drive.place.there():
            done = drive.take({"do": "pickup", "host": one.number})
            seen = drive.observe()
            model.check(done, seen)
            moves += seen.moves
    return look(drive)._replace(moves=moves)


def gather(drive, model, returns):
    """Machines that were away are back, or given up for good by a person; the first is never."""
    first, *others = drive.place.machines
    if returns or not first.there():
        drive.take({"do": "on"})
        drive.take({"do": "join"})
    for one in others:
        if not one.there():
            done = drive.take({"do": "retire", "host": one.number, "force": True})
            model.check(done, drive.observe())


def welcome(drive, model):
    """A machine that was given up and is back ends what is left of its agents, without a grace."""
    drive.take({"do": "leave"})
    drive.wake()
    if drive.lost:
        seen = pickup(drive, model, times=2)
        left = [f"{one.pid} of ticket {one.ticket} on {one.host}" for one in seen.living if one.run in seen.lost]
        if left:
            raise Broken("back again", f"agents live on: {', '.join(left)}")


def calm(drive, model, graces):
    drive.take({"do": "leave"})
    drive.wake()
    for seconds in graces:
        drive.take({**LATER, "s": seconds})
        seen = pickup(drive, model)
    for _ in range(SETTLING):
        if seen.moves:
            drive.take({**LATER, "s": GRACES[-1]})
            seen = pickup(drive, model)
    model.rest(seen, sessions(drive))
    return seen


def agents_behave(drive, model, seen):
    """Each ends its turn with its word."""
    status = {row["id"]: row["status"] for row in seen.tickets}
    for one in seen.living:
        if not one.alive():
            continue
        drive.place.order(one, "wake")
        if one.over < one.prompts and status.get(one.ticket) == "in_progress":
            done = drive.finish(one, {"word": "DONE", "way": "nonce", "screen": True})
            model.check(done, drive.observe())
        else:
            drive.place.order(one, "over good evening")


def people_behave(drive, model, seen):
    moves = {"in_review": "approve", "needs_input": "answer", "blocked": "retry", "inbox": "promote"}
    there = drive.place.there()
    for row in seen.tickets:
        if row["status"] in moves:
            done = drive.take({"do": "move", "move": moves[row["status"]], "ticket": drive.ids.index(row["id"]),
                               "host": there[row["id"] % len(there)].number})
            model.check(done, drive.observe())


def empty_quarantine(drive, seen):
    """The person looks, takes what is of use, and gives the slot back."""
    for row in seen.slots:
        if row["state"] == "quarantined":
            drive.remove_slot(row["path"])
            machine = next((one for one in drive.place.there() if one.name == row["host"]), drive.place.machines[0])
            drive.ran(machine, "mc-ticket", "pool", "release", row["slot"])


def still_open(drive):
    tickets = {row["id"]: row for row in drive.place.board.rows("SELECT * FROM tickets")}
    needs = {}
    for ticket, other in drive.place.board.rows("SELECT ticket_id,needs_id FROM ticket_needs"):
        needs.setdefault(ticket, []).append(other)
    return [why for row in tickets.values() if row["status"] in OPEN and (why := unexplained(row, tickets, needs))]


def close_all(drive, model, seen):
    """People and agents do all that they can, until nothing is open that need not be."""
    for one in drive.place.machines:
        for name in one.ghosts:
            one.tmux("kill-session", "-t", "=" + name)
    if drive.place.machines[0].endpoint:
        drive.take({"do": "endpoint", "mode": "takes"})
    if drive.place.board.rows("SELECT 1 FROM settings WHERE key='paused'"):
        drive.take({"do": "resume"})
    for number in range(ROUNDS):
        agents_behave(drive, model, seen)
        people_behave(drive, model, drive.observe())
        if not still_open(drive):
            return
        if number > 2:
            empty_quarantine(drive, look(drive))
        if number:
            drive.take(LATER)
        seen = pickup(drive, model, times=max(1, sum(row["status"] == "todo" for row in drive.observe().tickets)))
    raise Broken("every ticket can move", "; ".join(still_open(drive)))


def check_night(drive, model):
    """Nobody is at work: nothing is left of anybody, and a pickup neither does nor says anything."""
    seen = calm(drive, model, (400,))
    if seen.living:
        raise Broken("night", f"agents {[(one.ticket, one.pid) for one in seen.living]} live on")
    for one in drive.place.there():
        before = drive.place.board.dump()
        done = drive.take({"do": "pickup", "host": one.number})[0]
        new = [line for line in drive.place.board.dump() if line not in before]
        if new or done.code or done.said:
            raise Broken("night", f"a pickup that has nothing to do: {done.code} {done.said.strip()} {new[:3]}")
    if drive.place.slots:
        kept = drive.place.inventory()
        lost = [where for blob, where in drive.stock.items() if blob not in kept]
        if lost:
            raise Broken("no work lost", ", ".join(lost))


def evening(drive, model):
    gather(drive, model, model.settings.get("returns", True))
    welcome(drive, model)
    seen = calm(drive, model, GRACES)
    close_all(drive, model, seen)
    check_night(drive, model)
