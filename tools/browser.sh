#!/bin/sh
# Make sure that there is a Chromium or Chrome for the browser tests: the one made for tests, where it is packaged.
for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable chrome; do
    command -v "$name" >/dev/null && exit 0
done
here=$(dirname "$0")
sh "$here/debian.sh" chromium-headless-shell 2>/dev/null || exec sh "$here/debian.sh" chromium
