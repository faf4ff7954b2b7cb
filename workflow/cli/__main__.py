"""`python -m workflow.cli` is the same command, for where the script is not on the path."""

from workflow.cli import main

main()
