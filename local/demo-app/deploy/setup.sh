#!/bin/sh
# Makes an environment: its schema, its tables, its service. Run again, it brings an existing one to the same state.
set -eu
exec node "$(dirname "$0")/tool.mjs" begin create migrate install report
