#!/bin/sh
# Makes the images that the tests run, from the busybox of this machine, so that no registry is needed:
#   orleans-hybrid/busybox:1          a shell and its tools, as root
#   orleans-hybrid/busybox:1-nobody   the same as an unprivileged user, with a volume at /data
# Installs nothing; does nothing when both are already there.
set -eu

image=orleans-hybrid/busybox:1

fail() {
  echo "make-busybox-image: $1" >&2
  exit 1
}

command -v docker >/dev/null || fail "no docker command: apt-get install docker.io"
problem=$(docker version --format '{{.Server.Version}}' 2>&1 >/dev/null) || fail "no Docker engine answers: $problem"

present() {
  docker image inspect "$image" "$image-nobody" >/dev/null 2>&1
}
present && exit 0

busybox=$(command -v busybox) || fail "no busybox command: apt-get install busybox-static"
busybox=$(readlink -f "$busybox")
if ldd "$busybox" >/dev/null 2>&1; then
  fail "$busybox needs shared libraries, which an image would lack: apt-get install busybox-static"
fi

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/bin" "$tree/etc" "$tree/root" "$tree/tmp"
chmod 755 "$tree"
chmod 1777 "$tree/tmp"
cp "$busybox" "$tree/bin/busybox"
for applet in $("$busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n' >"$tree/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$tree/etc/group"

make() {
  name=$1
  shift
  tar -C "$tree" --owner=0 --group=0 --numeric-owner -cf - . |
    docker import --change 'CMD ["/bin/sh"]' "$@" - "$name" >/dev/null
}
make "$image"
make "$image-nobody" --change 'USER nobody' --change 'VOLUME /data'
present || fail "docker import left no $image"
echo "made $image and $image-nobody"
