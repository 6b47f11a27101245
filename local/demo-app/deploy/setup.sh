#!/bin/sh
# Makes an environment: its schema, its tables, its service. Run again, it brings an existing one to the same state.
set -eu
tool() { node "$(dirname "$0")/tool.mjs" "$@"; }
tool begin
tool create
tool migrate
tool install
tool output url schema port
