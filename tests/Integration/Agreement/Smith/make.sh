#!/bin/sh
# Makes the components of this folder: sh make.sh FOLDER
# Needed: wasm-tools 1.262 and openssl. Each file is decided by its number alone.
set -eu
here=$(dirname "$0")
out=$1
wit=$here/../../../../fixtures/wit/messaging.wit
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

bytes() { # NUMBER: 64 KiB that look random
  head -c 65536 /dev/zero | openssl enc -aes-128-ctr -K "$(printf %032x "$1")" -iv "$(printf %032x 0)"
}

smith() { # NUMBER EXPORTS OPTIONS...
  number=$1
  exports=$2
  shift 2
  bytes "$number" | wasm-tools smith --exports "$here/$exports" --ensure-termination --fuel 1000 \
    --max-funcs 6 --max-memory32-bytes 262144 --max-table-elements 100 \
    --memory64-enabled false --relaxed-simd-enabled false --threads-enabled false --exceptions-enabled false \
    --gc-enabled false --wide-arithmetic-enabled false --custom-page-sizes-enabled false \
    --shared-everything-threads-enabled false --generate-custom-sections false --allow-start-export false \
    "$@" -o "$scratch/core.wasm"
}

whole() { # NAME NUMBER OPTIONS...
  name=$1
  shift
  number=$1
  shift
  smith "$number" core.wat --max-imports 0 "$@"
  wasm-tools component embed --world receiver "$wit" "$scratch/core.wasm" -o "$scratch/embedded.wasm"
  wasm-tools component new "$scratch/embedded.wasm" -o "$out/$name.wasm"
  wasm-tools strip --all "$out/$name.wasm" -o "$out/$name.wasm"
}

framed() { # NAME NUMBER OPTIONS...
  name=$1
  shift
  number=$1
  shift
  smith "$number" inner.wat --max-imports 0 --max-memories 1 --min-funcs 3 "$@"
  wasm-tools print "$scratch/core.wasm" | sed '1s/(module.*/(core module $smith/' > "$scratch/core.wat"
  sed -e "/^  SMITH$/{r $scratch/core.wat" -e 'd}' "$here/component.wat" > "$scratch/component.wat"
  wasm-tools parse "$scratch/component.wat" -o "$out/$name.wasm"
  wasm-tools strip --all "$out/$name.wasm" -o "$out/$name.wasm"
}

for n in 1 2 3 11 13 22 30; do
  whole "whole-$n" "$((1000 + n))" --max-instructions 40
done

for n in 17 18 26 46 47; do
  whole "small-$n" "$((4000 + n))" --max-instructions 12 --disallow-traps true
done

for n in 1 14 18 23 31 36 51 63 68 72; do
  framed "framed-$n" "$((2000 + n))" --max-instructions 40
done

for n in 1 3 5 10 12 13 14 16 21 26 29 42; do
  framed "quiet-$n" "$((3000 + n))" --max-instructions 80 --disallow-traps true
done
