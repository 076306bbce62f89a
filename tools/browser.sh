#!/bin/sh
# Make sure that there is a Chromium or Chrome for the browser tests.
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
    command -v "$name" >/dev/null && exit 0
done
exec sh "$(dirname "$0")/debian.sh" chromium
