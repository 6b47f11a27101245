#!/bin/sh
# Brings an environment to another build: first its tables, then its service.
set -eu
tool() { node "$(dirname "$0")/tool.mjs" "$@"; }
tool begin
tool migrate
tool install
tool output url
