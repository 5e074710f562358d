import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';

/**
 * Replaces `path` with a complete new file of exactly this mode, synced to disk. A reader sees either the old file or the
 * new one. Throws the errors of the file system, and cleans up then.
 */
export function replaceFile(path: string, text: string | Uint8Array, mode: number): void {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w', mode);
  try {
    try {
      fchmodSync(file, mode); // regardless of the umask
      writeFileSync(file, text); // writeSync might write only a part when the disk is nearly full
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
