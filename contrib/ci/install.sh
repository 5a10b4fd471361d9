#!/bin/sh
# Fetches a release of hf-ssh, compares its SHA-256 and installs it. Needs curl, tar and xz.
#
#     HF_SSH_RELEASES=URL HF_SSH_VERSION=0.1.0 HF_SSH_SHA256=… sh install.sh PREFIX
#
# HF_SSH_SHA256 is of the archive, as in the release's SHA256SUMS: keep it in the repository, beside
# the version, and not with the server that the archive comes from.
set -eu
name=hf-ssh-$HF_SSH_VERSION-linux-$(uname -m)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
curl -fsSL -o "$place/$name.tar.xz" "$HF_SSH_RELEASES/$name.tar.xz"
echo "$HF_SSH_SHA256  $place/$name.tar.xz" | sha256sum -c - >/dev/null
tar -C "$place" -xJf "$place/$name.tar.xz"
sh "$place/$name/install.sh" "$1"
