#!/bin/sh
# One tick, for cron, systemd and whatever else can start a command: says nothing when it was taken,
# else what the function answered, with curl's exit code.
#   tick.sh [FILE]   FILE, or the environment, has LISTING_SYNC_URL (without /api/sync) and CRON_SECRET
set -eu
if [ $# -gt 0 ]; then . "$1"; fi
: "${LISTING_SYNC_URL:?}" "${CRON_SECRET:?}"
# The secret goes through a pipe: arguments can be read by every user of the machine.
answer=$(printf 'authorization: Bearer %s\n' "$CRON_SECRET" |
  curl --fail-with-body --silent --show-error --max-time 60 --request POST --header @- \
    "$LISTING_SYNC_URL/api/sync/scheduled" 2>&1) || {
  status=$?
  printf '%s\n' "$answer" >&2
  exit "$status"
}
