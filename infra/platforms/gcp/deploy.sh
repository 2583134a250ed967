#!/bin/sh
# Deploys both functions and the schedule into gcloud's current project: ./deploy.sh [REGION]
# The variables come from env.yaml beside it.
set -eu
cd "$(dirname "$0")"
region="${1:-asia-northeast1}"
topic=listing-sync-tick

# $1: the function's name, the rest: what tells the two apart
deploy() {
  gcloud functions deploy "$@" --gen2 --quiet --region="$region" --runtime=nodejs22 --source=. \
    --env-vars-file=env.yaml --timeout=540s --memory=512Mi
}

gcloud pubsub topics describe "$topic" > /dev/null 2>&1 || gcloud pubsub topics create "$topic"
# The application checks its own tokens.
deploy listing-sync --entry-point=api --trigger-http --allow-unauthenticated
deploy "$topic" --entry-point=scheduled --trigger-topic="$topic"
gcloud scheduler jobs describe "$topic" --location="$region" > /dev/null 2>&1 ||
  gcloud scheduler jobs create pubsub "$topic" --location="$region" --schedule='*/5 * * * *' \
    --topic="$topic" --message-body=tick
