#!/bin/sh
# Runs the program named by the first argument; exec, so that signals reach it.
set -eu
program="dist/$1/main.js"
if [ ! -f "$program" ]; then
  echo "There is no program '$1': gateway, auth, user, course, progress, analytics, billing, notification" >&2
  exit 64
fi
exec node --enable-source-maps "$program"
