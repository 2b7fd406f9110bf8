#!/usr/bin/env python3
"""Packs what `npm run bench -- --gpu` needs on a machine with an NVIDIA GPU that reaches no package index: node, the packages that its
scripts load, and ONNX Runtime's CUDA provider for one GPU architecture, as parts of one archive.

    python3 scripts/bench/gpu/pack.py OUT [--arch 90] [--part-mb 34] [--with DIR …] [--load "node … script.ts"]

Copy the repository, without node_modules, and the parts into one folder OUT there, and `. OUT/unpack.sh` in the repository's root: it
unpacks, finds CUDA's and cuDNN's libraries, and sets PATH, LD_LIBRARY_PATH and $node. Then `$node scripts/bench/gpu/table.ts 256,512,1024`.
"""
import argparse, collections, os, pathlib, shutil, struct, subprocess, sys, tempfile, zipfile

root = pathlib.Path(__file__).resolve().parents[3]
modules = root / "node_modules"
runner = ["node", "--require", "ts-node/register/transpile-only"]
# Loaded by other ways than `require`, or only where something runs.
whole = ["ts-node", "@cspotcode", "make-error", "arg", "diff", "yn", "v8-compile-cache-lib", "acorn", "acorn-walk", "create-require", "@tsconfig",
         "@jridgewell", "@esbuild", "esbuild", "@img", "sharp", "detect-libc", "onnxruntime-common/dist/cjs", "onnxruntime-node", "opentype.js",
         "katex/dist/fonts"]
watch = """
const fs = require("node:fs"), seen = new Set(), note = process.env.PACK_LOADED;
for (const name of ["readFileSync", "openSync"]) {
  const original = fs[name];
  fs[name] = (file, ...rest) => (typeof file === "string" && file.includes("node_modules") && seen.add(file), original.call(fs, file, ...rest));
}
process.on("exit", () => fs.appendFileSync(note, [...seen, ...Object.keys(require.cache)].join("\\n") + "\\n"));
"""
unpack = """
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd); kit=$(mktemp -d)
cat "$here"/part-* | xz -dc | tar -xf - -C "$kit" || return 1
rm -rf node_modules; mv "$kit/node_modules" node_modules
export PATH="$kit/bin:$PATH"
found=$(find / \\( -path /proc -o -path /sys \\) -prune -o \\( -name libcudart.so.13 -o -name libcublas.so.13 -o -name libcurand.so.10 -o -name libcufft.so.12 \\
  -o -name libcudnn.so.9 \\) -print 2>/dev/null | xargs -r -n1 dirname | sort -u | paste -sd:)
export LD_LIBRARY_PATH="$found:$LD_LIBRARY_PATH" node="node --require ts-node/register/transpile-only" KIT="$kit"
"""


def loaded_files(commands):
    """The files in node_modules that these commands open, and the package.json of every folder above them."""
    with tempfile.TemporaryDirectory() as folder:
        hook, note = pathlib.Path(folder, "watch.js"), pathlib.Path(folder, "loaded")
        hook.write_text(watch)
        for command in commands:
            subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL,
                           env={**os.environ, "NODE_OPTIONS": f"--require {hook}", "PACK_LOADED": str(note)})
        files = {pathlib.Path(line) for line in note.read_text().splitlines() if line.startswith(f"{modules}/")}
    for name in whole:
        files |= {file for file in (modules / name).rglob("*") if file.is_file()}
    files = {file for file in files if file.is_file() and file.suffix not in (".map", ".woff", ".woff2", ".ts") and ".cache" not in file.parts
             and not ("bin" in file.parts and "onnxruntime-node" in file.parts and ("linux" not in file.parts or "x64" not in file.parts))}
    manifests = {folder / "package.json" for file in files for folder in file.parents if modules in folder.parents}
    return sorted(files | {file for file in manifests if file.is_file()})


def keep_architecture(library, arch):
    """Overwrites with zeros what a CUDA library holds for other GPUs: that compresses to nothing, and is never read.

    A fat binary is a header (magic, version, its size, length) and entries (kind, size of its header, length, …, architecture at byte 28).
    """
    data = bytearray(library.read_bytes())
    sizes, at, magic = collections.Counter(), 0, struct.pack("<I", 0xBA55ED50)
    while (at := data.find(magic, at)) >= 0:
        version, header, length = struct.unpack_from("<HHQ", data, at + 4)
        if (version, header) != (1, 16) or at + header + length > len(data):
            at += 4
            continue
        entry, end = at + header, at + header + length
        while entry + 64 <= end:
            kind, _, own, size = struct.unpack_from("<HHIQ", data, entry)
            architecture, = struct.unpack_from("<I", data, entry + 28)
            if kind not in (1, 2):  # PTX and machine code
                break
            sizes[architecture] += size
            if kind != 2 or architecture != arch:
                data[entry + own:entry + own + size] = bytes(size)
            entry += own + size
        at = end
    if arch not in sizes:
        sys.exit(f"{library.name} has nothing for architecture {arch}; it has {', '.join(map(str, sorted(sizes)))}")
    library.write_bytes(data)


def add_provider(target, arch):
    """ONNX Runtime's CUDA provider of the version that onnxruntime-node has, beside its library."""
    version = subprocess.run(["node", "-p", 'require("onnxruntime-node/package.json").version'], cwd=root, check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", "3.12", "--platform",
                        "manylinux_2_28_x86_64", "-d", folder, f"onnxruntime-gpu=={version}"], check=True)
        with zipfile.ZipFile(next(pathlib.Path(folder).glob("*.whl"))) as wheel:
            for name in ("libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"):
                (target / name).write_bytes(wheel.read(f"onnxruntime/capi/{name}"))
    keep_architecture(target / "libonnxruntime_providers_cuda.so", arch)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--arch", type=int, default=90, help="of the GPU: 80 for an A100, 89 for an L4, 90 for an H100 or H200")
    parser.add_argument("--part-mb", type=int, default=34)
    parser.add_argument("--with", dest="others", type=pathlib.Path, nargs="*", default=[], help="folders to bring along, as $KIT/NAME")
    parser.add_argument("--load", nargs="*", default=[], help="further commands whose packages are needed; each is run here once")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = pathlib.Path(folder)
        commands = [[*runner, "scripts/bench/gpu/step.ts", "costs", "64"], *(command.split() for command in given.load)]
        for file in loaded_files(commands):
            copy = stage / file.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)
        add_provider(stage / "node_modules/onnxruntime-node/bin/napi-v6/linux/x64", given.arch)
        (stage / "bin").mkdir()
        shutil.copy2(shutil.which("node"), stage / "bin/node")
        for other in given.others:
            shutil.copytree(other, stage / other.name)
        given.out.mkdir(parents=True, exist_ok=True)
        for old in given.out.glob("part-*"):
            old.unlink()
        (given.out / "unpack.sh").write_text(unpack.lstrip())
        subprocess.run(f"tar -cf - -C '{stage}' . | xz -T0 -3 | split -b {given.part_mb}000000 -d - '{given.out.resolve()}/part-'", shell=True, check=True)
    parts = sorted(given.out.glob("part-*"))
    print(f"{len(parts)} parts, {sum(part.stat().st_size for part in parts) / 1e6:.0f} MB, and unpack.sh in {given.out}")


main()
