"""gc_race.py at any moment, for a minute."""
import sys

sys.dont_write_bytecode = True
from gc_race import run

if __name__ == "__main__":
    sys.exit(run(60))
