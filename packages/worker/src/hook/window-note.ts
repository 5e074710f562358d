import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { windowNote, workerPipeOf } from '@ccbot/shared/config/sockets';
import { openOwnDirectory } from '@ccbot/shared/ownership/directory';
import { HAS_PIPES } from '@ccbot/shared/ownership/pipe';
import type { MapEntry } from './map';

/**
 * Notes for the launcher that the session map in `dir` has this entry, in the agent's own spelling: three lines that a
 * payload contains which says the same. A note that does not fit, or half of one, costs the next prompt only the start of
 * Node.js.
 */
export function noteWindow(dir: string, entry: MapEntry): void {
  const pane = entry.pane.slice(1);
  if (!HAS_PIPES || !isNumber(pane) || !isNumber(entry.server)) return;
  const { session_id: session, transcript_path: transcript, cwd } = entry;
  const lines = Object.entries({ session_id: session, transcript_path: transcript, cwd }).map(
    ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}\n`,
  );
  try {
    const run = openOwnDirectory(dirname(workerPipeOf(dir)));
    try {
      writeFileSync(run.at(windowNote(pane, entry.server)), lines.join(''), { mode: 0o600 });
    } finally {
      run.close();
    }
  } catch {
    // No worker has run here, the directory is not ours alone, or the disk is full: the next prompt starts Node.js.
  }
}

function isNumber(text: string): boolean {
  return text !== '' && [...text].every((char) => char >= '0' && char <= '9');
}
