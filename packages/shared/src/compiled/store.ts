import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { replaceFile } from '../files/replace-file';

/** Bytes of a SHA-256. */
const DIGEST_BYTES = 32;

/**
 * Where V8's compiled form of a bundle is for this Node.js, run with these options: beside the bundle, for whoever can
 * write one can write the other. V8's tag stands for its version, its options and what the processor can do.
 */
export function compiledPath(bundle: string): string {
  const tag = cachedDataVersionTag().toString(16);
  const name = `${basename(bundle)}-${process.version}-${process.arch}-${tag}`;
  return join(dirname(bundle), 'compiled', name);
}

/**
 * The digest of a compiled form and of what it was made from. V8 checks neither: a damaged form ends the process, and one
 * of another text of the same length runs the old program.
 */
function digestOf(bundle: string, compiled: Uint8Array): Buffer {
  const { size, mtimeMs } = statSync(bundle);
  const key = JSON.stringify([basename(compiledPath(bundle)), size, mtimeMs]);
  return createHash('sha256').update(key).update(compiled).digest();
}

/** Reads the compiled form of a bundle; null if there is none, or it is damaged or of an older bundle. */
export function readCompiled(bundle: string): Buffer | null {
  let file: Buffer;
  try {
    file = readFileSync(compiledPath(bundle));
    const compiled = file.subarray(DIGEST_BYTES);
    return digestOf(bundle, compiled).equals(file.subarray(0, DIGEST_BYTES)) ? compiled : null;
  } catch {
    return null; // not made yet, or not readable: the bundle is compiled as usual
  }
}

/** Stores the compiled form of a bundle. Throws the file system's errors, such as where the installation is read-only. */
export function writeCompiled(bundle: string, compiled: Uint8Array): void {
  const path = compiledPath(bundle);
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, Buffer.concat([digestOf(bundle, compiled), compiled]), 0o644);
}
