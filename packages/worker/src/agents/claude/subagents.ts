import { promises } from 'node:fs';
import { join } from 'node:path';

/** A session that had more sub-agents than this is not searched whole. */
const MOST = 500;

/**
 * The transcript of the sub-agent that the tool call `id` started; null: none tells that it is, so far. Beside each
 * transcript lies a file that names the call (measured with 2.1.330), from the sub-agent's first moment on.
 */
export async function findSubTranscript(transcriptPath: string, id: string): Promise<string | null> {
  const dir = transcriptPath.replace(/\.jsonl$/, '/subagents');
  const names = await promises.readdir(dir).catch(() => []); // none yet
  for (const name of names.filter((one) => one.endsWith('.meta.json')).slice(-MOST)) {
    const path = join(dir, name);
    if ((await toolOf(path)) === id) return path.replace(/\.meta\.json$/, '.jsonl');
  }
  return null;
}

async function toolOf(path: string): Promise<unknown> {
  try {
    return (JSON.parse(await promises.readFile(path, 'utf8')) as { toolUseId?: unknown } | null)?.toolUseId;
  } catch {
    return undefined; // half-written, or gone
  }
}
