"""What must hold of a world after anything (two further pickups later)."""
import difflib

from stock import told
from world import clerk


def active_rows(world):
    return world.sql("SELECT * FROM runtime_sessions WHERE status IN ('spawning','idle','running')")


def check_tickets(world, allowed):
    rows = {row["ticket_id"]: row for row in active_rows(world)}
    alive = {one.pid: one for one in world.agents()}
    for ticket in world.sql("SELECT * FROM tickets"):
        name, row = f"ticket {ticket['id']} {ticket['status']}", rows.get(ticket["id"])
        assert ticket["status"] in allowed, f"{name}: not one of {sorted(allowed)}"
        if ticket["status"] in ("todo", "blocked", "done", "cancelled"):
            assert row is None, f"{name}: has a runtime row {row['status']}"
        if ticket["status"] == "in_progress":
            assert row is not None, f"{name}: nobody works on it"
            assert row["run_id"] == ticket["run_id"], f"{name}: the runtime is another run's"
            assert row["pid"] in alive, f"{name}: its worker {row['pid']} is dead"
            assert ticket["worker_pid"] == row["pid"], f"{name}: worker {ticket['worker_pid']}, runtime {row['pid']}"


def check_agents(world):
    rows = {row["run_id"]: row for row in active_rows(world)}
    for one in world.agents():
        assert one.run in rows, f"process {one.pid} ({one.name}) of run {one.run} has no row"
    by_run = {}
    for one in world.agents():
        if one.name == "mc-demo-agent":
            by_run.setdefault(one.run, []).append(one.pid)
    for run, pids in by_run.items():
        assert len(pids) == 1, f"run {run} has agents {pids}"
    for name, run in world.sessions().items():
        assert run in rows or world.is_empty(name), f"session {name} of run {run or '(none)'} has no row"


def check_turns(world, turns):
    prompts = world.prompts()
    assert len(set(prompts)) == len(prompts), f"a prompt was submitted twice: {prompts}"
    # An agent whose turn was read off its screen as over is asked for its word, in a turn of its own.
    asked = {row["nonce"] for row in world.sql("SELECT nonce FROM ticket_messages WHERE purpose<>'person'")}
    begun = [prompt for prompt in prompts if prompt not in asked]
    assert len(begun) <= turns, f"a turn was begun twice: {prompts}"
    if world.endpoint:
        nonces = world.endpoint.nonces
        assert len(nonces) <= turns, f"the endpoint took a turn twice: {nonces}"


def check_messages(world):
    """What is said to be sent was read, what waits was not."""
    read = set(world.prompts())
    for message in world.sql("SELECT * FROM ticket_messages"):
        name = f"message {message['id']} {message['status']}"
        assert message["status"] != "sending", f"{name}: nobody is sending it"
        if message["status"] == "sent" and not world.endpoint:
            assert message["nonce"] in read, f"{name}: no agent read it"


def check_board(world):
    if world.server:
        return  # sees to both by itself
    found = [row[0] for row in world.sql("PRAGMA integrity_check")]
    assert found == ["ok"], f"integrity_check: {found}"
    found = [tuple(row) for row in world.sql("PRAGMA foreign_key_check")]
    assert not found, f"foreign_key_check: {found}"


def check_slots(world):
    """No byte lost, nobody where he does not belong, and no slot claimed by a run that is over."""
    lost = world.known - world.inventory()
    assert not lost, f"lost: {sorted(lost)[:5]}"
    assert clerk.digest(world.repo) == world.checkout, "the main checkout was touched"
    wrong = clerk.agree(world.board, world.repo, world.pool) + clerk.apart(world.board, world.pool)
    assert not wrong, "; ".join(wrong)
    active = {row["run_id"] for row in active_rows(world)}
    for slot in world.sql("SELECT * FROM worktree_slots WHERE state='claimed'"):
        assert slot["run_id"] in active, f"{slot['slot']}: its run {slot['run_id']} is over"


def check_lost(world):
    lost = world.stock - told(world)
    assert not lost, f"lost: {sorted(map(str, lost))[:3]}"


def one_more(world):
    """What a further pickup changed or said; None: nothing."""
    before = world.dump()
    done = world.pickup()
    after = world.dump()
    new = [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[:3] not in ("---", "+++")]
    if before != after:
        return f"wrote: {new[:8]}"
    said = (done.returncode, done.stdout, done.stderr)
    return None if said == (0, b"", b"") else f"said {said}"


def check_quiet(world):
    """A further pickup changes nothing and says nothing."""
    more = one_more(world)
    assert more is None, f"a third pickup {more}"


def check_calm(world, most=8):
    """Soon one does not: an agent that ends its turn in between gives a pickup something to do."""
    more = [one_more(world)]
    while more[-1] and len(more) < most:
        more.append(one_more(world))
    assert more[-1] is None, f"pickup after pickup {more[-1]}"


def check_state(world, turns, allowed):
    check_board(world)
    check_tickets(world, allowed)
    check_agents(world)
    check_turns(world, turns)
    check_messages(world)
    check_lost(world)
    if world.known is not None:
        check_slots(world)


def check_world(world, turns, allowed):
    check_state(world, turns, allowed)
    check_quiet(world)
