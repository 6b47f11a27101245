#!/bin/sh
# Asks the service which commit it runs, and reads a product through it and from its table.
set -eu
exec node "$(dirname "$0")/tool.mjs" begin smoke
