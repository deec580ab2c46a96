#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
#
# Usage: scripts/setup.sh [--bench] [--fuzz] [--page] [--slurm] [--help]
#
# Gets a machine ready to build and test topheavy: installs the Debian packages of scripts/debian_packages.txt that are
# missing (as root or through sudo), and the Python packages of scripts/requirements.txt into .venv of the project.
# Where all is there already it only looks, well under a second.
#   --fuzz    also what the preset fuzz needs: clang
#   --slurm   also the Slurm that tests/slurm runs batch scripts in
#   --bench   also what the preset bench needs, and the rivals of bench/pipeline/ (bench/requirements.txt)
#   --page    also what the tests of the report page need: a browser, and what drives it (tests/report/requirements.txt)
set -euo pipefail
# shellcheck source=scripts/steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

groups='tool|library'
more_requirements=()
for argument in "$@"; do
  case $argument in
    --bench) groups+='|bench' more_requirements+=(bench/requirements.txt) ;;
    --fuzz) groups+='|fuzz' ;;
    --page) groups+='|page' more_requirements+=(tests/report/requirements.txt) ;;
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

# Where the sum of the requirements that were installed last is kept: the path below the project, as one word.
stamp_of() { printf '%s/topheavy-%s.sha256' "$venv" "$(tr / - <<< "$1")"; }

is_installed() {
  local stamp
  stamp=$(stamp_of "$1")
  [[ -x $venv/bin/python && -f $stamp && $(< "$stamp") == "$(sha256sum < "$root/$1")" ]]
}

install_requirements() {
  say "installing Python packages into .venv: $(sed '/^[#-]/d' "$root/$1" | tr '\n' ' ')"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r "$root/$1" ||
    fail "pip could not install $1; is the package index reachable? (pip config list)"
  sha256sum < "$root/$1" > "$(stamp_of "$1")"
}

install_python_packages() {
  venv=$root/.venv
  local requirements python
  if ! is_installed scripts/requirements.txt; then
    python=$(find_python)
    say "making .venv with $python"
    "$python" -m venv --clear "$venv"
  fi
  for requirements in scripts/requirements.txt "${more_requirements[@]}"; do
    is_installed "$requirements" || install_requirements "$requirements"
  done
}

install_debian_packages
install_python_packages
say "setup: everything is there"
