#!/usr/bin/env python3
"""An agent of one's own, as mc-pickup.conf(5) draws it: an input box at the bottom, `* Working` above it, errors in the
first column. It knows nothing of mc-pickup. The title of its ticket says what becomes of a turn: word, quiet, limit,
login, interrupted or dialog."""
import json
import os
import re
import sys
import termios
import textwrap
import time
import tty

WIDTH = 110
box, below = "", 0


def draw(*lines, working=False, boxed=True):
    """What is new scrolls up; under it the box is drawn anew, and the cursor stands in it."""
    global below
    rows = [text[i:i + WIDTH] for text in box.split("\n") for i in range(0, max(len(text), 1), WIDTH)]
    under = ["* Working"] * working + ["> " + rows[0]] + ["  " + row for row in rows[1:]] + ["-- own agent 1.0 --"]
    out = (f"\033[{below}A" if below else "") + "\r\033[J"
    out += "".join(line + "\r\n" for line in lines) + ("\r\n" if lines else "")
    if boxed:
        out += "\r\n".join(under) + f"\033[1A\r\033[{2 + len(rows[-1])}C"
    os.write(1, out.encode())
    below = len(under) - 2 if boxed else 0


def work(prompt):
    """One turn: its echo, a while, its reply."""
    key, nonce = prompt.split()[0], re.findall(r"\[(MC_TICKET_TURN:\S+)", prompt)[-1]
    draw(*("  " + line for line in prompt.split("\n")), working=True)
    kind = re.search(r"\b(word|quiet|limit|login|interrupted|dialog)\b", prompt + " quiet").group(1)
    time.sleep(1)
    if kind == "dialog":
        draw("? Run it? [y/n]", boxed=False)
        while os.read(0, 1) != b"y":
            pass
        kind = "word"
    word = json.dumps({"mc_signal": "DONE", "ticket": key, "nonce": nonce, "payload": f"all of {key} done"})
    draw(*{"word": textwrap.wrap(word, WIDTH, initial_indent="  ", subsequent_indent="  "),
           "quiet": ["  I have looked at it."],
           "limit": ["! Usage limit reached, try again in 2 hours"],
           "login": ["! Please run /login"],
           "interrupted": ["- Interrupted"]}[kind])


def main():
    global box
    saved = termios.tcgetattr(0)
    tty.setraw(0)
    os.write(1, b"\033[?2004h")
    draw()
    try:
        while True:
            typed = os.read(0, 65536)
            while typed.count(b"\033[200~") > typed.count(b"\033[201~"):
                typed += os.read(0, 65536)
            for pasted, key in re.findall(rb"\033\[200~(.*?)\033\[201~|([^\033])", typed, re.DOTALL):
                if key == b"\003":
                    return
                if key == b"\r":
                    prompt, box = box, ""
                    work(prompt)
                box += (pasted or key.strip(b"\r")).decode(errors="replace").replace("\r", "\n")
            draw()
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, saved)


sys.exit(main())
