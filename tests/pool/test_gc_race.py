"""gc_race.py before each git of ours."""
import sys

sys.dont_write_bytecode = True
from gc_race import run

if __name__ == "__main__":
    sys.exit(run(0))
