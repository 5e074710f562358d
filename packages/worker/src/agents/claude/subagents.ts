import { join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import { readForeign } from '@ccbot/shared/files/foreign-file';
import { recordOf } from '../record';

/** The most sub-agents to search, the newest names first. */
const MAX_SEARCHED = 500;

/**
 * Finds the transcript of the sub-agent that the tool call `id` started. Null: not there yet. Beside each transcript is a
 * file that names the call, from the moment the sub-agent starts (measured with 2.1.330).
 */
export async function findSubTranscript(transcriptPath: string, id: string): Promise<string | null> {
  const dir = transcriptPath.replace(/\.jsonl$/, '/subagents');
  const names = await namesInForeign(dir, 'transcripts');
  for (const name of names.filter((file) => file.endsWith('.meta.json')).slice(-MAX_SEARCHED)) {
    const path = join(dir, name);
    if ((await toolOf(path)) === id) return path.replace(/\.meta\.json$/, '.jsonl');
  }
  return null;
}

async function toolOf(path: string): Promise<unknown> {
  const json = await readForeign(path, 'agentNote').catch(() => ''); // deleted, or no regular file
  return recordOf(json)?.['toolUseId']; // the file may be half-written
}
