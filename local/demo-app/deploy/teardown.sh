#!/bin/sh
# Stops the service and drops the schema. What is gone already counts as removed.
set -eu
exec node "$(dirname "$0")/tool.mjs" begin remove
