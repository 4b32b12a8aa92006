"""What must hold of the whole after each step, and when all has come to rest: promises over what is observed
(drive.Seen and drive.Done), not a second implementation. Each is a function that yields what is wrong."""
from drive import LIE, NONCE

OPEN = {"inbox", "todo", "in_progress", "in_review", "needs_input", "blocked"}
ACTIVE = {"spawning", "idle", "running"}
NO_AGENT = {"todo", "blocked", "done", "cancelled", "inbox"}


def moves(text):
    """{(was, became)} of "was,was>became,became …"."""
    found = set()
    for part in text.split():
        left, right = part.split(">")
        found |= {(was, became) for was in left.split(",") for became in right.split(",")}
    return found


ANY_OPEN = "inbox,todo,in_progress,in_review,needs_input,blocked"
MOVES = {  # SPEC 4, by who makes them
    "mc-pickup": moves("todo>in_progress in_progress>todo,blocked,in_review,needs_input "
                       "in_review,needs_input>in_progress needs_input>in_review"),
    "promote": moves("inbox,blocked>todo"),
    "approve": moves("in_review>done"),
    "reject": moves("in_review>todo,in_progress"),
    "answer": moves("needs_input>todo,in_progress"),
    "block": moves("inbox,todo,in_progress,in_review,needs_input>blocked"),
    "reopen": moves("blocked,done,cancelled>todo"),
    "cancel": moves(ANY_OPEN + ">cancelled"),
    "retry": moves("blocked>todo"),
    "send": moves("in_review,needs_input>in_progress in_progress>needs_input,in_review"),
    "signal": moves("in_progress,needs_input>in_review,needs_input"),
    "hosts": moves("in_progress>todo"),
    "turn-event": moves("in_progress,needs_input>in_review,needs_input,in_progress"),
}
EXITS = {"mc-pickup": {0, 65, 69, 75}, "mc-ticket": {0, 65, 66, 69, 75}}
# What a command that ends so has neither typed nor left to be typed.
REFUSED = {64, 65, 66, 75}


class Broken(Exception):
    """A promise that does not hold: its name, and what was seen."""

    def __init__(self, promise, what):
        super().__init__(f"{promise}: {what}")
        self.promise = promise


class Model:
    def __init__(self, settings):
        self.settings = settings
        self.told = {}  # token -> (ticket, command, number of the step) of what was taken to be told
        self.steps = 0
        self.refused = set()  # tokens
        self.given_up = {}  # hosts, and when that was

    def note(self, done):
        """What the programs of a step have undertaken."""
        self.steps += 1
        for one in done:
            if one.token.startswith("word-") and not one.killed:
                if one.code == 0:
                    self.told[one.token] = (one.ticket, one.words[1:3], self.steps)
                elif one.code in REFUSED:
                    self.refused.add(one.token)

    def check(self, done, seen):
        self.note(done)
        for promise, holds in PROMISES.items():
            for wrong in holds(self, done, seen):
                raise Broken(promise, wrong)
        self.given_up = seen.given_up

    def rest(self, seen, sessions):
        """After the history, two pickups later: rows, processes and sessions say the same."""
        for wrong in at_rest(self, seen, sessions):
            raise Broken("at rest", wrong)


def one_worker(_model, _done, seen):
    """Each ticket has at most one live worker: processes, not rows. One whose host was given up is none; there it ends
    before the next begins."""
    by_ticket = {}
    for one in seen.living:
        said = f"{one.pid} (run {one.run[:6]} on {one.host})"
        by_ticket.setdefault((one.ticket, one.host), []).append(said)
        if one.run not in seen.lost:
            by_ticket.setdefault((one.ticket, ""), []).append(said)
    for (ticket, _), workers in by_ticket.items():
        if len(workers) > 1:
            yield f"ticket {ticket} has the workers {', '.join(workers)}"


def given_up(model, done, seen):
    """A host's work is taken from it by a person's word alone, or where host_lost_after_s lets the others."""
    named = {one.words[3] for one in done if one.words[1:3] == ("hosts", "retire") and one.code == 0}
    for host, when in seen.given_up.items():
        if when != model.given_up.get(host) and host not in named and not model.settings.get("host_lost_after_s"):
            yield f"host {host} was given up by {[' '.join(one.words) for one in done]}"


def turn_once(_model, _done, seen):
    """A turn reaches one prompt, once, whole, and of its own ticket."""
    read = set()
    for ticket, run, text in seen.prompts:
        nonces = NONCE.findall(text)
        if not nonces:
            yield f"ticket {ticket}, run {run[:6]}: a prompt without a turn's name: {text[:200]!r}"
            continue
        if nonces[-1] in read:
            yield f"ticket {ticket}: {nonces[-1]} was submitted twice"
        if int(nonces[-1].split(":")[1]) != ticket:
            yield f"ticket {ticket}: read {nonces[-1]}"
        if len(set(nonces)) > 1 or not text.startswith(f"MC-{ticket} turn "):
            yield f"ticket {ticket}: more than one turn in a prompt, or the rest of one: {text[:200]!r}"
        read.add(nonces[-1])


def in_order(model, _done, seen):
    """What was left for an agent reaches it in the order in which it was said; what was said at once has none."""
    for ticket in {ticket for ticket, _, _ in model.told.values()}:
        text = "\n".join(said for number, _, said in seen.prompts if number == ticket)
        queued = [(step, text.find(token), token) for token, (number, words, step) in sorted(model.told.items())
                  if number == ticket and words[:2] != ("send", f"MC-{ticket}") and token in text]
        for step, place, token in queued:
            late = [other for before, behind, other in queued if before < step and behind > place]
            if late:
                yield f"ticket {ticket}: {token} was read before {late}"


def nothing_lost(model, _done, seen):
    """What was taken to be told has been read, or waits in a row that says so."""
    for token, (ticket, words, _) in model.told.items():
        if any(number == ticket and token in text for number, _, text in seen.prompts):
            continue
        rows = [row["status"] for row in seen.messages if row["ticket_id"] == ticket and token in row["body"]]
        if not rows:
            yield f"ticket {ticket}: {token} ({' '.join(words)}) was neither read nor waits"
        if "sent" in rows:
            yield f"ticket {ticket}: {token} is said to be sent, and no agent read it"


def sent_is_read(_model, _done, seen):
    """A turn that a row says was sent has been read."""
    read = {nonce for _, _, text in seen.prompts for nonce in NONCE.findall(text)}
    for row in seen.messages:
        if row["status"] == "sent" and row["nonce"] not in read:
            yield f"message {row['id']} of ticket {row['ticket_id']}: sent as {row['nonce']}, which no agent read"


def said_once(model, _done, seen):
    """One agent is told a thing once; the next one may have to be told it again."""
    runs = {}
    for _, run, text in seen.prompts:
        runs.setdefault(run, []).append(text)
    for token in model.told:
        for run, texts in runs.items():
            if sum(token in text for text in texts) > 1:
                yield f"run {run[:6]} was told {token} more than once"


def nothing_slips(model, _done, seen):
    """What was refused is never typed, nor left to be."""
    for token in model.refused:
        if any(token in text for _, _, text in seen.prompts) or any(token in row["body"] for row in seen.messages):
            yield f"{token} was refused, and reached an agent or waits for one"


def allowed(model, words):
    found = set(MOVES.get(words[0] if words[0] == "mc-pickup" else words[1], ()))
    if model.settings.get("on_done") == "done":
        found |= {("in_progress", "done"), ("needs_input", "done")} if words[0] == "mc-pickup" or words[1] in (
            "signal", "turn-event", "send") else set()
    return found


def moves_allowed(model, done, seen):
    """A status changes only as one of the programs that ran may change it."""
    may = set().union(*(allowed(model, one.words) for one in done))
    for ticket, was, became in seen.moves:
        if done and (was, became) not in may:
            yield f"ticket {ticket}: {was} > {became} by {[' '.join(one.words[:4]) for one in done]}"


def lies_move_nothing(_model, done, seen):
    """A word on another turn, or of an agent whose host was given up, is recorded and moves nothing."""
    for one in done:
        if one.token == "lie" and len(done) == 1 and seen.moves:
            yield f"{' '.join(one.words)} moved {seen.moves}"
    for row in seen.tickets:
        if LIE in (row["result"] or ""):
            yield f"ticket {row['id']} {row['status']} has it for its result: {row['result']}"


def slots_of_use(_model, _done, seen):
    """A slot that nobody but its agent has been at is never put in quarantine: all of it can be kept."""
    for row in seen.slots:
        if row["state"] == "quarantined" and not seen.touched:
            yield f"{row['slot']} is quarantined: {row['note']}"


def exits(_model, done, _seen):
    """Programs end as SPEC 13 says they may where nothing of the machine fails, and never by a signal."""
    for one in done:
        if not one.killed and one.code not in EXITS[one.words[0]]:
            yield f"{' '.join(one.words)}: {one.code} {one.said.strip()}"


PROMISES = {"one worker": one_worker, "given up": given_up, "a turn once": turn_once, "in order": in_order,
            "nothing lost": nothing_lost, "sent is read": sent_is_read, "said once": said_once,
            "nothing slips": nothing_slips, "moves": moves_allowed, "lies": lies_move_nothing, "slots": slots_of_use,
            "exits": exits}


def of_ticket(row, runtime, pids):
    name, status = f"ticket {row['id']} {row['status']}", row["status"]
    if status in NO_AGENT and runtime:
        yield f"{name}: has a runtime row {runtime['status']}"
    if status == "in_progress":
        if not runtime:
            yield f"{name}: nobody works on it"
        elif runtime["run_id"] != row["run_id"]:
            yield f"{name}: the runtime is another run's"
        elif runtime["pid"] not in pids:
            yield f"{name}: its worker {runtime['pid']} is dead"
        elif row["worker_pid"] != runtime["pid"]:
            yield f"{name}: worker {row['worker_pid']}, runtime {runtime['pid']}"


def at_rest(_model, seen, sessions):
    runtimes = {row["ticket_id"]: row for row in seen.runtimes if row["status"] in ACTIVE}
    runs = {row["run_id"] for row in runtimes.values()}
    pids = {one.pid for one in seen.living}
    for row in seen.tickets:
        yield from of_ticket(row, runtimes.get(row["id"]), pids)
    for one in seen.living:
        if one.run not in runs:
            yield f"agent {one.pid} of ticket {one.ticket}, run {one.run[:6]}, has no row"
    for name, run in sessions.items():
        if run and run not in runs:
            yield f"session {name} of run {run[:6]} has no row"
    for row in seen.slots:
        if row["state"] == "claimed" and row["run_id"] not in runs:
            yield f"slot {row['slot']}: its run is over"
    for row in seen.messages:
        if row["status"] == "sending":
            yield f"message {row['id']} of ticket {row['ticket_id']}: nobody is sending it"


def unexplained(row, tickets, needs):
    """Why an open ticket whose people and agents have done all they can may rest so; else what is wrong."""
    waits = [tickets[one]["status"] for one in needs.get(row["id"], ())]
    if row["status"] == "todo" and any(status != "done" for status in waits):
        return None
    return f"ticket {row['id']} stays {row['status']}: {row['failure_reason']}, attempts {row['attempts']}, " \
           f"next {row['next_attempt_at']}"
