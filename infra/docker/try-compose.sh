#!/usr/bin/env bash
# Builds both images on bases made on this machine and runs docker-compose.yml from them: a task through the proxy, restarts in
# an order of their own, what was stored still there.
# Ends what it started. Needs docker, docker-compose, busybox-static, postgresql, haproxy, dotnet.
#   infra/docker/try-compose.sh [built]     built: takes the images of an earlier run
set -euo pipefail
cd "$(dirname "$0")/../.."
project=hybrid-try
port=${TRY_PORT:-18093}
work=$(mktemp -d)
export SILO_IMAGE=orleans-hybrid/silo:try RUNNER_IMAGE=orleans-hybrid/runner:try
export POSTGRES_IMAGE=orleans-hybrid/postgres:local HAPROXY_IMAGE=orleans-hybrid/haproxy:local
export LISTEN=127.0.0.1:$port PUBLIC_URL=http://127.0.0.1:$port
export HYBRID_CONNECTION=$work/connection.json
compose=(timeout 180 docker-compose -p "$project")
docker compose version >/dev/null 2>&1 && compose=(timeout 180 docker compose -p "$project")

finish() {
  status=$?
  [ $status = 0 ] || "${compose[@]}" logs --tail=30 2>&1 || true
  "${compose[@]}" down -v --timeout 5 >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

build() { # silo|runner
  timeout 900 docker build -q --network host -f "infra/docker/$1.Dockerfile" -t "orleans-hybrid/$1:try" \
    --build-arg SDK_IMAGE=orleans-hybrid/dotnet-sdk:local --build-arg BASE_IMAGE=orleans-hybrid/dotnet-base:local . 2>/dev/null
}

# For three seconds on end: the proxy takes a silo that it has just found for up until its first probe says otherwise.
until_ready() {
  local good=0
  for _ in $(seq 120); do
    if [ "$(curl -s -o /dev/null -w '%{http_code}' "$PUBLIC_URL/readyz")" = 200 ]; then good=$((good + 1)); else good=0; fi
    [ $good = 6 ] && return 0
    sleep 0.5
  done
  echo "no silo became ready" >&2
  return 1
}

hybrid() { timeout 120 dotnet run --no-build --project client/Cli -- "$@"; }

# Queues a task, and checks that its log and its exit code come back.
run_task() { # text
  local log
  log=$(hybrid worker queue --wait --payload "$1" echo)
  [ "$log" = "got $1" ] || { echo "the task \"$1\" logged: $log" >&2; return 1; }
  echo "ok: task \"$1\""
}

# Queues tasks through the gateway of a silo, as an Orleans client with the certificate in a folder.
queue_at_gateway() { # folder
  local silo
  silo=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$("${compose[@]}" ps -q silo-1)")
  GATEWAY_CERTIFICATE_FILE=$1/try.crt GATEWAY_KEY_FILE=$1/try.key GATEWAY_CA_FILE=$1/ca.crt \
    timeout 90 dotnet run --no-build --project client/Samples/QueueingApp -- \
    --connection "$HYBRID_CONNECTION" --grains "$silo:30000" echo 2>&1
}

# An app with a certificate of this installation's authority is served; a stranger, who has the same token, is not.
try_gateway() {
  mkdir -m 777 "$work/app" "$work/strange" "$work/stranger"
  "${compose[@]}" run --rm -v "$work/app:/out" secrets admin certificate app try --authority /authority --data /out >/dev/null 2>&1
  queue_at_gateway "$work/app" >"$work/served" || { cat "$work/served" >&2; return 1; }
  echo "ok: an app with a certificate queues at a gateway"

  local silo=(dotnet run --no-build --project silo/Silo --)
  "${silo[@]}" admin secrets --data "$work/strange/data" --authority "$work/strange/authority" --database-host nowhere >/dev/null
  "${silo[@]}" admin certificate app try --authority "$work/strange/authority" --data "$work/stranger" >/dev/null
  cp "$work/app/ca.crt" "$work/stranger/ca.crt"
  ! queue_at_gateway "$work/stranger" >"$work/refused" || { echo "a stranger was served at a gateway" >&2; return 1; }
  grep -q "certificate" "$work/refused" || { cat "$work/refused" >&2; return 1; }
  echo "ok: a stranger's Orleans client gets nothing"
}

if [ "${1:-}" != built ]; then
  infra/docker/make-busybox-image.sh
  infra/docker/make-local-images.sh
  build silo
  build runner
  for program in silo/Silo client/Cli client/Samples/QueueingApp; do dotnet build $program --nologo -v q; done
fi

"${compose[@]}" up -d --no-build 2>&1 | tail -1
until_ready

docker run --rm -v "${project}_setup:/data:ro" orleans-hybrid/busybox:1 cat /data/connection.json >"$HYBRID_CONNECTION"
hybrid worker upload --name echo orleans-hybrid/busybox:1 sh -c 'echo "got $(cat $PAYLOAD_FILE)"' >/dev/null
run_task "first"

for container in silo-1 runner; do
  users=$(docker top "$("${compose[@]}" ps -q "$container")" -o pid,uid | awk 'NR > 1 { print $2 }' | sort -u)
  [ "$users" = 1654 ] || { echo "$container runs as $users" >&2; exit 1; }
done
echo "ok: silo and runner do not run as root"
try_gateway

"${compose[@]}" restart --timeout 20 postgres >/dev/null 2>&1
until_ready
run_task "after the database restarted"
"${compose[@]}" restart --timeout 20 runner silo-1 >/dev/null 2>&1
until_ready
run_task "after runner and silo restarted"
"${compose[@]}" stop --timeout 20 silo-1 >/dev/null 2>&1
run_task "with one silo stopped"

"${compose[@]}" down --timeout 20 >/dev/null 2>&1
"${compose[@]}" up -d --no-build 2>&1 | tail -1
until_ready
run_task "after all of it was taken down and started again"

"${compose[@]}" logs --no-color >"$work/logs" 2>&1
for secret in $(grep -oE '"(cluster_)?token": "[^"]+"' "$HYBRID_CONNECTION" | cut -d'"' -f4); do
  ! grep -qF "$secret" "$work/logs" || { echo "a token is in the logs" >&2; exit 1; }
done
echo "ok: no token in the logs"
