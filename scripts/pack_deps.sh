#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/pack_deps.sh [FOLDER]
#        scripts/pack_deps.sh --unpack FOLDER PREFIX
#
# For machines without a network that have nvcc, a C++ compiler, CMake and a Python with pyarrow. The first form, on a
# Debian with a network, fills FOLDER (default .deps/pack) with the Debian packages the build needs beyond those, and
# with wheels of jsonschema, which the tests need and such a Python often lacks. The second form unpacks them on the other
# machine, any Linux of the same processor and a C library at least as new; it needs no dpkg, pip or root, and installs
# nothing: PREFIX/usr is what CMAKE_PREFIX_PATH takes, PREFIX/python what PYTHONPATH takes, PREFIX/fortran what
# LD_LIBRARY_PATH takes. scripts/gpu_verify.sh does all that by itself.
# A pack above 30 MB is refused.
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

limit_megabytes=30
wheels_for=(3.11 3.12 3.13)  # where a wheel has compiled code in it, one for each of these versions of Python

# The libraries of debian_packages.txt, ninja, and the shared libraries that the -dev packages stand for. Not packed:
# what every machine with a compiler has, and what only the sources and tests of the packages themselves need.
names_to_pack() {
  local names
  mapfile -t names < <(awk '$1 == "library" || $1 == "bench" { print $2 }' "$root/scripts/debian_packages.txt")
  printf '%s\n' ninja-build "${names[@]}"
  # TBB's package config wants every library it names to be there, the optional ones too; OpenBLAS needs Fortran's.
  apt-cache depends "${names[@]}" libtbb12 libopenblas0-pthread libgfortran5 | awk '$1 ~ /Depends:|Recommends:/ { print $2 }' |
    grep -E '^lib(fmt|spdlog|ssl|tbb|yaml-cpp|benchmark|openblas|gfortran|quadmath)' | sort
}

fill() {
  local folder=$1 names
  command -v apt-get > /dev/null || fail "this is no Debian: packs are made with apt-get"
  mapfile -t names < <(names_to_pack | sort -u)
  rm -rf "$folder" && mkdir -p "$folder"
  say "downloading ${#names[@]} Debian packages: ${names[*]}"
  (cd "$folder" && apt-get -q -o APT::Sandbox::User=root download "${names[@]}") ||
    fail "apt-get download failed; without package lists, run apt-get update first"
  local requirement python=$root/.venv/bin/python
  [[ -x $python ]] || fail "no .venv: run scripts/setup.sh"
  requirement=$(grep '^jsonschema==' "$root/scripts/requirements.txt")
  say "downloading wheels of $requirement for Python ${wheels_for[*]}"
  for version in "${wheels_for[@]}"; do
    "$python" -m pip download --quiet --disable-pip-version-check --only-binary :all: --python-version "$version" \
      --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --dest "$folder" "$requirement" ||
      fail "pip download failed; is the package index reachable? (pip config list)"
  done
  local kilobytes
  kilobytes=$(du -sk "$folder" | cut -f 1)
  ((kilobytes <= limit_megabytes * 1000)) || fail "the pack has $kilobytes KB, more than $limit_megabytes MB"
  say "pack: $(find "$folder" -type f | wc -l) files, $kilobytes KB in $folder"
}

# A wheel is a zip archive; those for another version of Python are left out.
unpack_wheels() {
  "${TOPHEAVY_PYTHON:-python3}" - "$@" << 'PYTHON'
import sys, zipfile
prefix, *wheels = sys.argv[1:]
here = f"cp{sys.version_info.major}{sys.version_info.minor}"
for wheel in wheels:
    if wheel.split("-")[-3] in ("py3", "py2.py3", here):
        zipfile.ZipFile(wheel).extractall(f"{prefix}/python")
PYTHON
}

# A Debian package is an ar archive with a tar archive of the files in it.
unpack_with_python() {
  "${TOPHEAVY_PYTHON:-python3}" - "$1" "$2" << 'PYTHON'
import io, sys, tarfile
package, prefix = sys.argv[1:]
with open(package, "rb") as file:
    assert file.read(8) == b"!<arch>\n", f"{package}: no Debian package"
    while header := file.read(60):
        name, size = header[:16].decode().strip().rstrip("/"), int(header[48:58])
        content = file.read(size + size % 2)[:size]
        if name.startswith("data.tar"):
            tarfile.open(fileobj=io.BytesIO(content)).extractall(prefix)
PYTHON
}

unpack() {
  local folder=$1 prefix=$2 packages
  mapfile -t packages < <(find "$folder" -name '*.deb' | sort)
  ((${#packages[@]})) || fail "no Debian package in $folder"
  rm -rf "$prefix" && mkdir -p "$prefix"
  for package in "${packages[@]}"; do
    if command -v dpkg-deb > /dev/null; then
      dpkg-deb --extract "$package" "$prefix"
    else
      unpack_with_python "$package" "$prefix"
    fi
  done
  # Headers that depend on the architecture lie in a folder into which only Debian's compilers look by themselves.
  for folder_of_architecture in "$prefix"/usr/include/*-linux-gnu; do
    cp -a "$folder_of_architecture/." "$prefix/usr/include/"
  done
  # Debian's alternatives, which nobody set here, lead to the OpenBLAS of several.
  for folder_of_library in "$prefix"/usr/lib/*-linux-gnu/openblas-*; do
    cp -a "$folder_of_library"/*.so* "$folder_of_library/.."
  done
  mkdir "$prefix/fortran"
  cp -a "$prefix"/usr/lib/*-linux-gnu/lib{gfortran,quadmath}.so* "$prefix/fortran"
  local wheels
  mapfile -t wheels < <(find "$folder" -name '*.whl' | sort)
  unpack_wheels "$prefix" "${wheels[@]}"
  say "unpacked ${#packages[@]} packages and ${#wheels[@]} wheels into $prefix"
}

case ${1-} in
  --help | -h) usage ;;
  --unpack) unpack "${2:?FOLDER is missing}" "${3:?PREFIX is missing}" ;;
  -*) fail "unknown argument '$1' (see scripts/pack_deps.sh --help)" ;;
  *) fill "${1:-$root/.deps/pack}" ;;
esac
