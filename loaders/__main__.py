"""The commands of earlier releases under the same name: commands/files.py."""

import sys

from commands.files import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "python -m loaders"))
