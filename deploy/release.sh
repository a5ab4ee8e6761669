#!/bin/sh
# Make dist/consent-VERSION.tar.gz: the wheel, its locked requirements and this folder; all a server needs.
# release.sh VENV, in the root of the checkout; VENV holds the requirements of run.txt and build.txt.
set -eu
draft=dist/draft
rm -rf "$draft"
"$1/bin/pip" wheel -q --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir "$draft" .
version=$(basename "$draft"/consent_service-*.whl)
version=${version#consent_service-}
release=consent-${version%%-*}
cp requirements/run.txt LICENSE "$draft/"
cp -R deploy "$draft/"
rm -rf "dist/$release"
mv "$draft" "dist/$release"
tar -czf "dist/$release.tar.gz" -C dist --owner=0 --group=0 "$release"
echo "dist/$release.tar.gz"
