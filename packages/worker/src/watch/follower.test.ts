import type { Agent } from '../agents/agent';
import { newCard } from '../cards/model';
import type { SessionEvent } from '../sessions/events';
import { createFollower } from './follower';
import { createPromptTracker } from './prompt-tracker';
import type { TailOptions } from './tail';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';
import type { Prompt, PromptState } from '../prompts/model';

const PATH = '/transcript.jsonl';

interface Run {
  /** What was reported of prompts, oldest first. */
  reported: string[];
  inputs: SessionInput[];
  follow(): Promise<void>;
  /** A hook reports the prompt. */
  hook(text: string): void;
  /** Has it read these events together, one a line. */
  write(...events: readonly SessionEvent[]): void;
}

/** A follower over a transcript whose lines are events; the texts were typed. */
function following(texts: readonly string[]): Run {
  const session: Session = {
    id: 's',
    chatId: 7,
    name: 'shop',
    agent: 'claude',
    cwd: '/shop',
    createdAt: 1,
    phase: 'ready',
    binding: { sessionId: 'a', transcriptPath: PATH, at: 1 },
    card: newCard({ session: 's', name: 'shop', agent: 'Claude Code' }),
  };
  const states = new Map<number, PromptState>(texts.map((_, i) => [i + 1, 'typed']));
  const prompts = texts.map((text, i): Prompt => ({
    id: i + 1,
    session: session.id,
    chatId: 7,
    messageId: 100 + i,
    text,
    state: 'typed',
  }));
  const inStates = (wanted: readonly PromptState[]): Prompt[] =>
    prompts.filter(({ id }) => wanted.includes(states.get(id) ?? 'dropped'));
  const reported: string[] = [];
  const inputs: SessionInput[] = [];
  let onLines: TailOptions['onLines'] = () => undefined;
  const tracker = createPromptTracker({
    queue: {
      add: () => undefined,
      get: (id) => prompts.find((p) => p.id === id),
      ofSession: (_, wanted) => inStates(wanted),
      mark: (id, state) => void states.set(id, state),
    },
    events: {
      confirmed: ({ text }, isQueued) => reported.push(`${text}: ${isQueued ? 'in its queue' : 'has it'}`),
      enqueued: ({ text }) => reported.push(`${text}: in its queue after all`),
      begun: ({ text }) => reported.push(`${text}: begun`),
    },
    authors: { record: () => undefined },
    registry: {
      get: () => session,
      dispatch(_, given, also) {
        inputs.push(...given);
        also?.();
      },
      dispatchRepeatable(_, given, mark) {
        inputs.push(...given);
        mark();
      },
    },
    now: () => 5,
  });
  const follower = createFollower({
    transcripts: {
      tail(options) {
        onLines = options.onLines;
        return { caughtUp: () => Promise.resolve(), stop: () => undefined };
      },
      offsetAt: () => Promise.resolve(0),
      continuesAt: () => Promise.resolve(false),
    },
    marks: { get: () => undefined, put: () => undefined, remove: () => undefined },
    tracker,
    agents: {
      of: () =>
        ({
          reader: () => ({ read: (line: string) => [JSON.parse(line) as SessionEvent] }),
        }) as unknown as Agent,
    },
    board: { onScreen: () => new Set([session.id]) },
    log: () => undefined,
  });
  return {
    reported,
    inputs,
    async follow() {
      follower.follow(session, 0);
      await follower.caughtUp();
    },
    hook: (text) => tracker.confirm(session.id, text),
    write: (...events: readonly SessionEvent[]) =>
      onLines(
        events.map((e) => JSON.stringify(e)),
        0,
        '',
      ),
  };
}

const enqueued = (prompt: string): SessionEvent => ({ type: 'prompt.taken', at: 1, prompt, queued: true });
const begins = (prompt: string): SessionEvent => ({ type: 'turn.started', at: 2, prompt });

it('reports that an agent began a prompt of its own queue, also when both are read together', async () => {
  const run = following(['first', 'second']);
  await run.follow();
  run.write(enqueued('first'), begins('first'), enqueued('second'));
  expect(run.reported).toEqual(['first: has it', 'second: in its queue']);
  expect(run.inputs[1]).toMatchObject({ replyTo: 100, by: 7 });
  run.write(begins('second'));
  expect(run.reported.at(-1)).toBe('second: begun');
});

it('reports it for every prompt of a long queue', async () => {
  const texts = Array.from({ length: 12 }, (_, i) => `message ${i}`);
  const run = following(texts);
  await run.follow();
  run.write(...texts.map(enqueued));
  run.write(...texts.map(begins));
  expect(run.reported.slice(texts.length)).toEqual(texts.map((text) => `${text}: begun`));
});

it('reports a prompt as queued when its hook came before the turn in progress was known', async () => {
  const run = following(['first', 'second']);
  await run.follow();
  run.hook('first');
  run.hook('second');
  run.write(begins('first'), enqueued('second'));
  run.write(begins('second'));
  expect(run.reported).toEqual([
    'first: has it',
    'second: has it',
    'second: in its queue after all',
    'second: begun',
  ]);
});

it('reports only the beginning when a queued prompt begins in the same lines', async () => {
  const run = following(['first']);
  await run.follow();
  run.hook('first');
  run.write(enqueued('first'), begins('first'));
  expect(run.reported).toEqual(['first: has it', 'first: begun']);
});
