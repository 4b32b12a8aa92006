"""Minutes of cron without waiting for them: mc-pickup once a minute with jitter, agents that say DONE after a while.

    cron.py MINUTES GOOD WORKING RUNNING

Good tickets are those with the label good; each works for WORKING minutes, at most RUNNING at once. The programs see
the clocks of ../clock/shim.c. Prints the minute in which the last good one was started, the minute in which that was
possible at best, how many attempts failed, and then what was said on standard error."""
import os
import random
import sqlite3
import subprocess
import sys


def rows(statement, *values):
    board = sqlite3.connect(os.environ["MC_DB"], timeout=60)
    try:
        return board.execute(statement, values).fetchall()
    finally:
        board.close()


def set_clocks(ms):
    path = os.environ["MC_CLOCK_OFFSETS"]
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(f"{ms} {ms} {ms}\n")
    os.rename(path + ".new", path)


def run(said, program, *words, **extra):
    shim = {"LD_PRELOAD": os.environ["MC_CLOCK_SHIM"]}
    done = subprocess.run([os.path.join(os.environ["MC_BIN"], program), *words], env={**os.environ, **shim, **extra},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120)
    said += done.stderr.splitlines() + done.stdout.splitlines() * (program == "mc-pickup")
    return done.returncode


def finish(minute, started, working):
    """Those that have worked long enough say so, and a person is content."""
    for ticket, run_id in rows("SELECT id,run_id FROM tickets WHERE status='in_progress' AND labels='good'"):
        if minute - started.setdefault(ticket, minute) < working:
            continue
        said = []
        key = f"MC-{ticket}"
        if run(said, "mc-ticket", "signal", "DONE", "it is done", MC_RUN=run_id, MC_TICKET=key) or \
                run(said, "mc-ticket", "approve", key):
            sys.exit(f"{key}: {said}")


def best(good, working, running):
    """The minute of the last start when every minute starts one, as long as fewer than `running` work."""
    ends = []
    minute = 0
    while True:
        ends = [end for end in ends if end > minute]
        if len(ends) < running:
            ends.append(minute + working)
            good -= 1
            if good == 0:
                return minute
        minute += 1


def main():
    minutes, good, working, running = (int(word) for word in sys.argv[1:])
    jitter = random.Random(7)
    started, said = {}, []
    for minute in range(minutes):
        set_clocks(minute * 60000 + jitter.randrange(20000))
        run(said, "mc-pickup")
        finish(minute, started, working)
    failed, = rows("SELECT count(*) FROM runs WHERE outcome='failed'")[0]
    print(max(started.values(), default=-1) if len(started) == good else -1, best(good, working, running), failed)
    print("\n".join(said))


if __name__ == "__main__":
    main()
