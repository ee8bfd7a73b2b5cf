#!/bin/bash
# Hands the hashes of the passwords to users.d/footfall.xml, then starts the image as it starts
# itself. The server never sees the passwords.
set -eu

for user in ingest rollup dashboard analyst; do
  hash=$(tr -d '\r\n' <"/run/secrets/clickhouse_$user" | sha256sum)
  export "FOOTFALL_SHA256_${user^^}=${hash%% *}"
done
exec /entrypoint.sh "$@"
