#!/bin/sh
# Brings an environment to another build: first its tables, then its service.
set -eu
exec node "$(dirname "$0")/tool.mjs" begin migrate install report
