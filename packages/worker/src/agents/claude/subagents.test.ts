import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSubTranscript } from './subagents';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-sub-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('finds the transcript whose neighbour names the tool call, and null without a complete neighbour', async () => {
  const transcript = join(dir, 's.jsonl');
  expect(await findSubTranscript(transcript, 'toolu_1')).toBeNull();
  mkdirSync(join(dir, 's/subagents'), { recursive: true });
  const put = (name: string, text: string): void => writeFileSync(join(dir, 's/subagents', name), text);
  put('agent-a.meta.json', '{"toolUseId":"toolu_');
  put('agent-b.meta.json', 'null');
  put('agent-c.meta.json', JSON.stringify({ toolUseId: 'toolu_2' }));
  put('agent-d.jsonl', '');
  expect(await findSubTranscript(transcript, 'toolu_1')).toBeNull();
  put('agent-a.meta.json', JSON.stringify({ toolUseId: 'toolu_1' }));
  expect(await findSubTranscript(transcript, 'toolu_1')).toBe(join(dir, 's/subagents/agent-a.jsonl'));
});
