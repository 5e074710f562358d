import { statSync } from 'node:fs';

/** A text that differs when one of the files has changed. */
export function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { ino, size, mtimeNs } = statSync(file, { bigint: true });
        return `${ino} ${size} ${mtimeNs}`;
      } catch {
        return ''; // no such file, or not visible to us
      }
    })
    .join('\n');
}
