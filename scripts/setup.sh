#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/setup.sh [--bench] [--fuzz] [--slurm] [--help]
#
# Gets a machine ready to build and test topheavy: installs the Debian packages of scripts/debian_packages.txt that are
# missing (as root or through sudo), and the Python packages of scripts/requirements.txt into .venv of the project.
# Where all is there already it only looks, well under a second.
#   --fuzz    also what the preset fuzz needs: clang
#   --slurm   also the Slurm that tests/slurm runs batch scripts in
#   --bench   also what the preset bench needs, and the rivals of bench/pipeline/ (bench/requirements.txt)
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

groups='tool|library'
with_rivals=no
for argument in "$@"; do
  case $argument in
    --bench) groups+='|bench' with_rivals=yes ;;
    --fuzz) groups+='|fuzz' ;;
    --slurm) groups+='|slurm' ;;
    --help | -h) usage && exit ;;
    *) fail "unknown argument '$argument' (see scripts/setup.sh --help)" ;;
  esac
done

by_hand() {
  printf 'error: %s\n' "$1" >&2
  printf 'Install these by hand, or what your system calls them, then run the script you wanted with --no-setup:\n' >&2
  printf '  %s\n' "${@:2}" >&2
  exit 1
}

install_debian_packages() {
  local wanted missing=() as_root=()
  mapfile -t wanted < <(awk -v groups="^($groups)\$" '$1 ~ groups { print $2 }' "$root/scripts/debian_packages.txt")
  command -v apt-get > /dev/null || by_hand "this is no Debian: there is no apt-get" "${wanted[@]}"
  local installed
  # dpkg-query fails where one of the names is unknown to it, which is one way of being missing.
  installed=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "${wanted[@]}" 2> /dev/null || true)"
  for package in "${wanted[@]}"; do
    [[ $installed == *" $package=installed "* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo > /dev/null || by_hand "packages are missing, and this is neither root nor is there sudo" "${missing[@]}"
    as_root=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  "${apt[@]}" update || by_hand "apt-get update failed: no package server can be reached" "${missing[@]}"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || by_hand "apt-get install failed" "${missing[@]}"
}

# Prints a Python of at least 3.11 that can make virtual environments; the system's own first, since one from a version
# manager may vanish under the environment.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "no Python 3.11 or later with the modules venv and ensurepip (Debian: python3-venv)"
}

# True where the last installation of these requirements was of what they hold now.
is_installed() { [[ -x $venv/bin/python && -f $2 && $(< "$2") == "$(sha256sum < "$1")" ]]; }

# install_requirements FILE STAMP
install_requirements() {
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r "$1" ||
    fail "pip could not install ${1#"$root"/}; is the package index reachable? (pip config list)"
  sha256sum < "$1" > "$2"
}

install_python_packages() {
  venv=$root/.venv
  local requirements=$root/scripts/requirements.txt stamp=$venv/topheavy-requirements.sha256
  if ! is_installed "$requirements" "$stamp"; then
    local python
    python=$(find_python)
    say "installing Python packages into .venv with $python: $(sed '/^#/d' "$requirements" | tr '\n' ' ')"
    "$python" -m venv --clear "$venv"
    install_requirements "$requirements" "$stamp"
  fi
  [[ $with_rivals == yes ]] || return 0
  requirements=$root/bench/requirements.txt stamp=$venv/topheavy-bench-requirements.sha256
  if is_installed "$requirements" "$stamp"; then return; fi
  say "installing Python packages of the benchmarks into .venv: $(sed '/^[#-]/d' "$requirements" | tr '\n' ' ')"
  install_requirements "$requirements" "$stamp"
}

install_debian_packages
install_python_packages
say "setup: everything is there"
