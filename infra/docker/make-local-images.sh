#!/bin/sh
# Makes what the two Dockerfiles and docker-compose.yml build on from the files of this machine, so that no image registry is
# needed. For trying them out, not for production.
#   orleans-hybrid/dotnet-sdk:local    the .NET SDK and this machine's package sources
#   orleans-hybrid/dotnet-base:local   the ASP.NET Core runtime
#   orleans-hybrid/postgres:local      PostgreSQL, started as the official image is
#   orleans-hybrid/haproxy:local       HAProxy
# Needs docker, busybox-static, dotnet, postgresql, haproxy. Give names (sdk base postgres haproxy) to make only those.
set -eu

fail() {
  echo "make-local-images: $1" >&2
  exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
dotnet=$(dirname "$(readlink -f "$(command -v dotnet || fail "no dotnet command")")")
busybox=$(readlink -f "$(command -v busybox || fail "no busybox command: apt-get install busybox-static")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# with_libraries TREE FILE...: copies programs, and the shared libraries that they and any given library need.
with_libraries() {
  tree=$1
  shift
  for file in "$@"; do
    { echo "$file"; ldd "$file" 2>/dev/null | grep -o '/[^ ]*'; } | while read -r needed; do
      [ -e "$tree$needed" ] || { mkdir -p "$tree$(dirname "$needed")" && cp -L "$needed" "$tree$needed"; }
    done
  done
}

library() { /sbin/ldconfig -p | sed -n "s|.*$1 .*=> ||p" | head -1; }

# start_tree NAME: a root with a shell, users, and a folder for temporary files.
start_tree() {
  tree=$work/$1
  mkdir -p "$tree/bin" "$tree/etc" "$tree/root" "$tree/tmp" "$tree/var/run"
  chmod 755 "$tree"
  chmod 1777 "$tree/tmp"
  cp "$busybox" "$tree/bin/busybox"
  for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999::/tmp:/bin/sh\napp:x:1654:1654::/tmp:/bin/sh\n' >"$tree/etc/passwd"
  printf 'root:x:0:\npostgres:x:999:\napp:x:1654:\n' >"$tree/etc/group"
  printf 'hosts: files dns\n' >"$tree/etc/nsswitch.conf"
  with_libraries "$tree" $(library libnss_dns.so.2) $(library libnss_files.so.2) $(library libresolv.so.2)
}

import() { # NAME option...
  name=$1
  shift
  tar -C "$work/$name" --owner=0 --group=0 --numeric-owner -cf - . | docker import "$@" - "orleans-hybrid/$image:local" >/dev/null
  rm -rf "${work:?}/$name"
  echo "made orleans-hybrid/$image:local"
}

dotnet_parts() { # NAME folder...: the native parts of .NET need these libraries, the last two at run time only
  start_tree "$1"
  mkdir -p "$work/$1$dotnet" "$work/$1/usr/bin" "$work/$1/etc/ssl/certs"
  with_libraries "$work/$1" "$dotnet/dotnet" $(find "$dotnet/shared/Microsoft.NETCore.App" -name 'lib*.so' ! -name '*lttng*') \
    $(library libssl.so.3) $(library libcrypto.so.3)
  cp -L /etc/ssl/certs/ca-certificates.crt "$work/$1/etc/ssl/certs/"
  [ -d /usr/share/zoneinfo ] && mkdir -p "$work/$1/usr/share" && cp -r /usr/share/zoneinfo "$work/$1/usr/share/"
  ln -s "$dotnet/dotnet" "$work/$1/usr/bin/dotnet"
}

make_base() {
  image=dotnet-base
  dotnet_parts base
  cp -r "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$work/base$dotnet/"
  import base --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' --change "ENV PATH=/usr/bin:/bin"
}

make_sdk() {
  image=dotnet-sdk
  dotnet_parts sdk
  cp -r "$dotnet/." "$work/sdk$dotnet/"
  sources=${HOME:-/root}/.nuget/NuGet
  [ -d "$sources" ] && mkdir -p "$work/sdk/root/.nuget" && cp -r "$sources" "$work/sdk/root/.nuget/"
  import sdk --change 'ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1' --change "ENV PATH=/usr/bin:/bin" \
    --change 'ENV HOME=/root' --change 'ENV DOTNET_NOLOGO=1' --change 'ENV DOTNET_CLI_TELEMETRY_OPTOUT=1' \
    --change "ENV NUGET_CERT_REVOCATION_MODE=${NUGET_CERT_REVOCATION_MODE:-online}" \
    --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'
}

make_postgres() {
  image=postgres
  programs=$(command -v initdb >/dev/null && dirname "$(readlink -f "$(command -v initdb)")" || ls -d /usr/lib/postgresql/*/bin | tail -1)
  [ -x "$programs/initdb" ] || fail "no initdb: apt-get install postgresql"
  version=$(basename "$(dirname "$programs")")
  start_tree postgres
  with_libraries "$work/postgres" "$programs/postgres" "$programs/initdb" "$programs/pg_isready" "$programs/psql" \
    $(find "/usr/lib/postgresql/$version/lib" -maxdepth 1 -name '*.so')
  mkdir -p "$work/postgres/usr/share/postgresql" "$work/postgres/usr/share/zoneinfo" "$work/postgres/docker"
  cp -r "/usr/share/postgresql/$version" "$work/postgres/usr/share/postgresql/"
  cp -r /usr/share/zoneinfo/. "$work/postgres/usr/share/zoneinfo/" 2>/dev/null || true
  mkdir -p "$work/postgres/var/run/postgresql" "$work/postgres/var/lib/postgresql/data"
  chmod 1777 "$work/postgres/var/run/postgresql"
  cp "$here/local-postgres.sh" "$work/postgres/docker/start"
  chmod 755 "$work/postgres/docker/start"
  import postgres --change "ENV PATH=$programs:/usr/bin:/bin" --change 'ENTRYPOINT ["/docker/start"]' \
    --change 'VOLUME /var/lib/postgresql/data'
}

make_haproxy() {
  image=haproxy
  program=$(command -v haproxy || echo /usr/sbin/haproxy)
  [ -x "$program" ] || fail "no haproxy: apt-get install haproxy"
  start_tree haproxy
  with_libraries "$work/haproxy" "$program"
  mkdir -p "$work/haproxy/usr/local/etc/haproxy"
  import haproxy --change 'USER 1654' \
    --change "CMD [\"$program\", \"-W\", \"-db\", \"-f\", \"/usr/local/etc/haproxy/haproxy.cfg\"]"
}

for part in ${*:-sdk base postgres haproxy}; do
  "make_$part"
done
