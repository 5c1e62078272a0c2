#!/bin/sh
# User data for a virtual machine of AWS (Debian, Ubuntu or Amazon Linux): installs the distribution's Docker and starts a runner.
# Put the two values from the cluster's page here. Anyone who can read this machine's user data can read them: give the machine no more
# rights to that than it needs, and change the token if it gets about.
set -eu
CLUSTER_ID={CLUSTER_ID}
CLUSTER_TOKEN={CLUSTER_TOKEN}
IMAGE=${IMAGE:-orleans-hybrid/runner}
export CLUSTER_TOKEN

if command -v apt-get >/dev/null; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends docker.io
else
  dnf install -y -q docker || yum install -y -q docker
fi
systemctl enable --now docker

# A boot again finds the runner there: its restart policy has started it.
docker inspect runner >/dev/null 2>&1 && exit 0
echo "Starting a runner"
docker run -d --name runner --restart unless-stopped -v /var/run/docker.sock:/var/run/docker.sock \
  -v runner-state:/state -e CLUSTER_ID="$CLUSTER_ID" -e CLUSTER_TOKEN "$IMAGE"
