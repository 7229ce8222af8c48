#!/usr/bin/env bash
# check_openings.sh finds each kind of opening, wherever a file has none, or one more than it may
# have.
set -euo pipefail
: "${PIPEC_SOURCE_DIR:?the root of the repository}"
copy=$(mktemp -d "${TMPDIR:-/tmp}/pipec-lint.XXXXXX")
trap 'rm -rf "$copy"' EXIT
cp -r "$PIPEC_SOURCE_DIR/runtime" "$copy"
check=$PIPEC_SOURCE_DIR/tests/lint/check_openings.sh
"$check" "$copy" >/dev/null || { echo 'the sources as they are do not pass'; exit 1; }

# planted FILE LINE: with that line at its end the file is complained about, in that place.
planted() {
  local file=$copy/runtime/$1
  cp "$file" "$copy/before"
  printf '%s\n' "$2" >>"$file"
  if "$check" "$copy" >"$copy/seen"; then
    echo "nothing was found in runtime/$1: $2"
    exit 1
  fi
  grep -q "^runtime/$1:$(wc -l <"$file"): " "$copy/seen" || { echo "another place was found: $(cat "$copy/seen")"; exit 1; }
  mv "$copy/before" "$file"
}
for file in history/open.cpp engine/pins.cpp; do
  planted $file 'int f = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);'
  planted $file 'int f = ::openat(AT_FDCWD, path.c_str(), O_RDWR | O_CREAT, 0600);'
  planted $file '  ::mkdir(path.c_str(), 0700);'
  planted $file '  if (::rename(from.c_str(), to.c_str()) != 0) return;'
  planted $file '  ::unlink(path.c_str());'
  planted $file '  ::renameat(AT_FDCWD, from.c_str(), other, to.c_str());'
  planted $file '  ::renameat(other, from.c_str(), AT_FDCWD, to.c_str());'
  planted $file '  return base::writeFileAtomically(path, text);'
  planted $file '  llvm::consumeError(base::removeTree(path));'
  planted $file '  llvm::raw_fd_ostream out(path, error);'
  planted $file '  std::ofstream out(path);'
  planted $file '  FILE* out = ::fopen(path, "w");'
done
# Over several lines.
file=$copy/runtime/history/open.cpp
printf '%s\n' '  int f = ::open(path.c_str(),' '                 O_RDWR | O_CREAT, 0600);' >>"$file"
! "$check" "$copy" >/dev/null || { echo 'an opening over two lines was not found'; exit 1; }
