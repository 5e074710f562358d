import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';

/**
 * Puts a whole new file, on the disk and with exactly this mode, in the place of `path`: whoever reads sees the old
 * one or the new one. Throws what the file system throws, and leaves nothing behind then.
 */
export function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w', mode);
  try {
    try {
      fchmodSync(file, mode); // whatever the umask
      writeFileSync(file, text); // not writeSync, which may write a part of it when the disk is nearly full
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    unlinkSync(draft);
    throw error;
  }
}
