#!/usr/bin/env bash
# Draws the secrets that do not exist yet. To rotate one, delete its file, run this again and
# restart the containers.
set -euo pipefail

folder=$(dirname "$0")/secrets
mkdir -p -m 700 "$folder" # keeps other users of this machine out
for name in clickhouse_ingest clickhouse_rollup clickhouse_dashboard clickhouse_analyst server_token grafana_admin; do
  file=$folder/$name
  [ -s "$file" ] && continue
  head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$file.new"
  chmod 444 "$file.new" # containers read it under users of their own
  mv "$file.new" "$file"
  echo "drew a new secret: $file"
done
