import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent, LiveSession } from '../agents/agent';
import { newCard } from '../cards/model';
import type { SessionInput } from '../sessions/machine/model';
import { step } from '../sessions/machine/step';
import type { Session } from '../sessions/model';
import { createBindings, type Bindings } from './bindings';

let dir: string;
let session: Session;
let live: LiveSession | null;
let found: string | null;
let bindings: Bindings;
const at = (name: string): string => join(dir, `${name}.jsonl`);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-bindings-'));
  live = null;
  found = null;
  writeFileSync(at('a'), '{}\n');
  session = {
    id: 's',
    chatId: 7,
    name: 'shop',
    agent: 'claude',
    cwd: '/shop',
    createdAt: 1,
    phase: 'ready',
    binding: { sessionId: 'a', transcriptPath: at('a'), at: 1 },
    card: newCard({ session: 's', name: 'shop', agent: 'Claude Code' }),
  };
  bindings = createBindings({
    registry: {
      get: () => session,
      live: () => [session],
      dispatch: (_, inputs: readonly SessionInput[]) => {
        for (const input of inputs) [session] = step(session, input);
      },
    },
    windows: { discover: () => Promise.resolve(live) },
    agents: { of: () => ({ findTranscript: () => Promise.resolve(found) }) as unknown as Agent },
    home: dir,
    log: () => undefined,
  });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const noted = (sessionId: string, cwd = '/shop'): LiveSession => ({
  pid: 1,
  sessionId,
  cwd,
  transcriptPath: at(sessionId),
});

it('follows transcript and directory of a session whose agent moved', async () => {
  renameSync(at('a'), at('moved'));
  live = { ...noted('a', '/shop/tree'), transcriptPath: at('moved') };
  await bindings.locate('s', 5, false);
  expect(session).toMatchObject({
    cwd: '/shop/tree',
    binding: { sessionId: 'a', transcriptPath: at('moved') },
  });
  expect(bindings.isThere('s')).toBe(true);
});

it('finds the transcript by the id of its session when neither hook nor agent know where it is', async () => {
  renameSync(at('a'), at('moved'));
  found = at('moved');
  await bindings.locate('s', 5, false);
  expect(session.binding?.transcriptPath).toBe(at('moved'));
});

it('believes a hook about a session without a transcript only until the agent says otherwise', async () => {
  bindings.report('s', { sessionId: 'bogus', transcriptPath: at('bogus'), at: 5 });
  expect(session.binding).toMatchObject({ sessionId: 'bogus', previous: { sessionId: 'a' } });
  live = noted('a');
  await bindings.locate('s', 6, false);
  expect(session.binding).toEqual({ sessionId: 'a', transcriptPath: at('a'), at: 6 });
});

it('does not take a compressed transcript for a living one', async () => {
  rmSync(at('a'));
  found = `${at('a')}.zst`;
  await bindings.locate('s', 5, false);
  expect(session.binding?.transcriptPath).toBe(at('a'));
});
