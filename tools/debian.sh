#!/bin/sh
# Install a Debian or Ubuntu package where that needs no question; where it does, say what to run.
set -u
if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    if [ "$(id -u)" = 0 ]; then
        apt-get update -qq && apt-get install -y -qq "$1" && exit 0
    elif sudo -n true 2>/dev/null; then
        sudo apt-get update -qq && sudo apt-get install -y -qq "$1" && exit 0
    fi
fi
echo "Please install the package $1, for instance with: sudo apt-get install $1" >&2
exit 1
