#!/bin/bash
# Makes core-module.wasm and component.wasm, the runtime of a guest in C# without the guest's assemblies, which the guest's build puts in.
# Needed: the .NET SDK, Emscripten 3.1.56 or later (Debian 13 has 3.1.69), Node.js with the packages of fixtures/guests, and two packages:
#   WEBASSEMBLY_SDK  the folder of Microsoft.NET.Runtime.WebAssembly.Sdk, 10.0.12
#   PACK             runtimes/browser-wasm/native of Microsoft.NETCore.App.Runtime.Mono.browser-wasm, of the version in ../Sdk/Sdk.props
#   NODE_PACKAGES    a folder in which the packages of fixtures/guests are installed
set -eu
cd "$(dirname "$0")"
HERE=$PWD ROOT=$PWD/../../.. OUT=$PWD/obj
dotnet build ../../FireAndForget.Guest -c Release -v q
dotnet msbuild generate.proj -v:q -p:WebAssemblySdk="$WEBASSEMBLY_SDK" -p:Pack="$PACK" -p:Out="$OUT" \
  -p:GuestAssembly="$HERE/../../FireAndForget.Guest/bin/Release/net10.0/FireAndForget.Guest.dll"

# Assertions name their source file: without the folders of the machine that this runs on.
C="-Os -ffile-prefix-map=$PACK/src=. -DGEN_PINVOKE=1 -DINVARIANT_GLOBALIZATION=1 -DINVARIANT_TIMEZONE=1 -I$OUT -I$PACK/include/mono-2.0 -I$PACK/include/wasm -Wno-deprecated-non-prototype"
for source in "$PACK/src/runtime.c" "$PACK/src/pinvoke.c" guest.c core-module.c component.c; do
  # guest.c has this function of runtime.c.
  renamed=$([ "$(basename "$source")" = runtime.c ] && echo -Dmono_wasm_marshal_get_managed_wrapper=wrapper_by_token || true)
  emcc $C $renamed -c "$source" -o "$OUT/$(basename "$source" .c).o"
done
for form in core-module component; do
  emcc -O2 -sSTANDALONE_WASM=1 --no-entry -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=${INITIAL_MEMORY:-16MB} -sSTACK_SIZE=1MB -Wl,--export=__heap_base \
    "$OUT"/{runtime,pinvoke,guest,$form}.o "$PACK"/lib{mono-ee-interp,monosgen-2.0,mono-icall-table,mono-component-debugger-stub-static,mono-component-hot_reload-stub-static}.a \
    "$PACK"/lib{mono-component-diagnostics_tracing-stub-static,mono-component-marshal-ilgen-stub-static,mono-wasm-nosimd,System.Native,z}.a -o "$OUT/$form.wasm"
done
cp "$OUT/core-module.wasm" .
# One text, in which the package that guest.wit includes is nested.
MESSAGING=$ROOT/fixtures/wit/messaging-1.1.wit
{ cat guest.wit; grep '^package' "$MESSAGING" | tr ';' '{'; grep -v '^package' "$MESSAGING"; echo '}'; } > "$OUT/guest.wit"
cp "$ROOT/fixtures/guests/component.mjs" "$NODE_PACKAGES"
node "$NODE_PACKAGES/component.mjs" "$OUT/component.wasm" "$OUT/guest.wit" guest component.wasm
