"""A thousand random working trees, none of which the short form tries."""
import sys

sys.dont_write_bytecode = True
from test_random_trees import run

if __name__ == "__main__":
    sys.exit(run(1000, 1000))
