"""How a command of the proof is called wrongly: one line that says what is wrong, and 64."""
import argparse

USAGE = 64


def above_zero(kind):
    """An argument's type: a number of this kind, of which nothing at all is none."""
    def number(word):
        found = kind(word)
        if not found > 0:
            raise argparse.ArgumentTypeError(f"{word} is not above 0")
        return found
    number.__name__ = kind.__name__
    return number


def no_build(place):
    """What to say where there are no programs."""
    return f"no build in {place}; build it first (tests/run does), or name it in MC_BUILD_DIR"


class Parser(argparse.ArgumentParser):
    """As its parent, whose status for that is 2, behind the whole usage."""

    def error(self, message):
        self.exit(USAGE, f"{self.prog}: {message}; see --help\n")
