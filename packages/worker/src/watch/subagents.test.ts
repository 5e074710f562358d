import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findSubTranscript } from '../agents/claude/subagents';
import { createSubAgentReader } from '../agents/claude/transcript';
import type { Session } from '../sessions/model';
import type { SessionInput } from '../sessions/machine/model';
import { createSubAgents, type SubAgentDeps, type SubAgents } from './subagents';
import { createTranscripts } from './transcripts';

let dir: string;
let agents: SubAgents;
/** The titles of the tools that sub-agents began. */
let seen: string[];
let wake: () => void;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot sub-'));
  seen = [];
  wake = () => undefined;
  const claude = {
    subTranscript: (path: string, file: string) => path.replace(/\.jsonl$/, `/subagents/agent-${file}.jsonl`),
    subReader: createSubAgentReader,
    findSubTranscript,
  };
  agents = createSubAgents({
    transcripts: createTranscripts(() => undefined, { polling: () => undefined }),
    agents: { of: () => claude } as unknown as SubAgentDeps['agents'],
    registry: {
      dispatch(_session: string, inputs: readonly SessionInput[]) {
        for (const input of inputs)
          if (input.type === 'observed' && input.event.type === 'agent.doing')
            seen.push(`${input.event.n} ${input.event.title}`);
        wake();
      },
    } as SubAgentDeps['registry'],
    now: Date.now,
  });
});
afterEach(() => {
  agents.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function sees(title: string): Promise<void> {
  while (!seen.includes(title)) await new Promise<void>((resolve) => (wake = resolve));
}

/** A session with a running sub-agent, whose transcript is in this directory. `file`: the agent has named it. */
const sessionIn = (place: string, file?: string): Session =>
  ({
    id: 's',
    binding: { sessionId: 'x', transcriptPath: join(dir, place, 'x.jsonl'), at: 0 },
    card: { agents: [{ id: 'toolu_1', state: 'running', ...(file === undefined ? {} : { file }) }] },
  }) as unknown as Session;

const fileIn = (place: string): string => join(dir, place, 'x/subagents/agent-a.jsonl');

function does(command: string, place: string): void {
  const path = fileIn(place);
  mkdirSync(dirname(path), { recursive: true });
  const block = { type: 'tool_use', id: command, name: 'Bash', input: { command } };
  appendFileSync(path, `${JSON.stringify({ type: 'assistant', message: { id: 'm', content: [block] } })}\n`);
}

function named(place: string): void {
  mkdirSync(dirname(fileIn(place)), { recursive: true });
  writeFileSync(
    fileIn(place).replace('.jsonl', '.meta.json'),
    JSON.stringify({ toolUseId: 'toolu_1', agentType: 'general-purpose' }),
  );
}

describe.each([
  ['that the agent has named', 'a'],
  ['that is looked for', undefined],
])('a sub-agent %s', (_how, file) => {
  it('is followed into the directory to which its session moves', async () => {
    does('one', 'old place');
    named('old place');
    agents.sync(sessionIn('old place', file));
    await sees('1 one');
    cpSync(join(dir, 'old place'), join(dir, 'new'), { recursive: true });
    does('two', 'new');
    agents.sync(sessionIn('new', file));
    await sees('2 two');
  });

  it('is still read where it began when it does not move along', async () => {
    does('one', 'old place');
    named('old place');
    agents.sync(sessionIn('old place', file));
    await sees('1 one');
    agents.sync(sessionIn('new', file));
    does('two', 'old place');
    await sees('2 two');
  });

  it('is read no longer once it has ended, wherever it was', async () => {
    does('one', 'old place');
    named('old place');
    agents.sync(sessionIn('old place', file));
    await sees('1 one');
    agents.sync(sessionIn('new', file));
    const ended = { ...sessionIn('new'), card: { agents: [] } } as unknown as Session;
    agents.sync(ended);
    does('two', 'old place');
    does('three', 'new');
    named('new');
    // A second follower sees what the first one does not.
    agents.sync({ ...sessionIn('new', file), id: 'other' });
    await sees('1 three');
    expect(seen).toEqual(['1 one', '1 three']);
  });
});
