"""How a command of the proof is called wrongly: one line that says what is wrong, and 64."""
import argparse

USAGE = 64


def no_build(place):
    """What to say where there are no programs."""
    return f"no build in {place}; build it first (tests/run does), or name it in MC_BUILD_DIR"


class Parser(argparse.ArgumentParser):
    """As its parent, whose status for that is 2, behind the whole usage."""

    def error(self, message):
        self.exit(USAGE, f"{self.prog}: {message}; see --help\n")
