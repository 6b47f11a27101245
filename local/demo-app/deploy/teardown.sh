#!/bin/sh
# Stops the service and drops the schema. What is gone already counts as removed.
set -eu
tool() { node "$(dirname "$0")/tool.mjs" "$@"; }
tool begin
tool remove
