import type { Call } from '@ccbot/sandbox/telegram/model';
import type { Answer, Rule } from '@ccbot/sandbox/model/script';
import type { System } from '../e2e/harness/system';
import { startClaude, timesOf } from './claude-world';
import type { Figure } from './figure';
import { quantile } from './stats';
import { traceOf, traceVariables, type Trace } from './trace';
import { delay } from './world';

/** How long a long answer is written, ms, and in how many pieces. */
const WRITTEN = { ms: 3_000, pieces: 30 };

/** The pause between two prompts, ms: the first calls of the next turn must not wait for the pace of the chat. */
const REST_MS = 3_000;

/** From the model's last byte to the Bot API call with the whole answer, with the real Claude Code. */
export async function turn(quick: boolean): Promise<Figure[]> {
  const rounds = quick ? 5 : 25;
  const system = await startClaude({ rules: [written, instant] }, traceVariables);
  try {
    const figures: Figure[] = [];
    for (const { kind, name, target } of KINDS) {
      const trips: Trip[] = [];
      for (let i = 0; i < rounds; i++) trips.push(await measure(system, `${kind} question ${i} x`));
      figures.push(...figuresOf(trips, name, target));
    }
    return figures;
  } finally {
    await system.stop();
  }
}

const KINDS = [
  { kind: 'long', name: `an answer of ${WRITTEN.ms / 1_000} s`, target: 60 },
  { kind: 'short', name: 'an instant answer', target: 60 },
] as const;

/** How long an answer took, ms. */
interface Trip {
  all: number;
  /** Until the worker heard of the hook or the record that shows the answer. */
  agents: number;
  workers: number;
}

function figuresOf(trips: readonly Trip[], name: string, target: number): Figure[] {
  const note = `${trips.length} answers of the real Claude Code`;
  const figure = (what: string, of: (trip: Trip) => number, q: number, more: Partial<Figure>): Figure => ({
    what: `${what}, ${name}, p${q * 100}`,
    unit: 'ms',
    value: quantile(trips.map(of), q),
    note,
    ...more,
  });
  const all = 'model’s last byte → sendMessage';
  return [
    figure(all, (trip) => trip.all, 0.5, { target }),
    figure(all, (trip) => trip.all, 0.9, {}),
    figure('… of it until the worker hears of it', (trip) => trip.agents, 0.5, {
      note: 'the agent’s part, with the start of the hook’s program',
    }),
    figure('… of it in the worker', (trip) => trip.workers, 0.5, { note: 'our part' }),
  ];
}

async function measure(system: System, prompt: string): Promise<Trip> {
  const { telegram } = system;
  const last = endOf(prompt);
  telegram.owner.say(prompt);
  const call = await telegram.waitFor(() => telegram.calls.find((sent) => shows(sent, last)), 30_000);
  await delay(REST_MS);
  const { answeredNs } = timesOf(system, prompt);
  const sent = Number(call.atNs);
  const from = Number(answeredNs ?? call.atNs);
  const heard = signOf(traceOf(system), sent) ?? sent;
  return { all: (sent - from) / 1e6, agents: (heard - from) / 1e6, workers: (sent - heard) / 1e6 };
}

/** When the worker heard of what made it queue the message that it sent at `sent`, ns. */
function signOf(trace: readonly Trace[], sent: number): number | undefined {
  const isQueued = ([ns, what, detail]: Trace): boolean =>
    ns <= sent && what === 'wrote' && /^INSERT.*\bwishes\b/i.test(detail);
  const queued = trace.findLast(isQueued)?.[0] ?? sent;
  const isSign = ([ns, what, detail]: Trace): boolean =>
    ns <= queued && (what === 'file<' || (what === 'hook<' && detail === 'Stop'));
  return trace.findLast(isSign)?.[0];
}

/** Whether a call sends the whole answer: a draft or an edited card shows its end too, but does not alert anybody. */
const shows = ({ method, params }: Call, last: string): boolean =>
  method === 'sendMessage' && String(params['text'] ?? '').includes(last);

const endOf = (prompt: string): string => `end of the answer to ${prompt}`;

const written: Rule = ({ prompt, tools }) => {
  if (tools.length === 0 || !prompt.startsWith('long')) return null;
  const part = (i: number) => `Sentence ${i} of an answer that takes its time. `;
  const parts = Array.from({ length: WRITTEN.pieces }, (_, i) => [
    part(i),
    { type: 'pause' as const, until: delay(((i + 1) * WRITTEN.ms) / WRITTEN.pieces) },
  ]).flat();
  return { blocks: [{ type: 'written', parts: [...parts, endOf(prompt)] }] } satisfies Answer;
};

const instant: Rule = ({ prompt, tools }) =>
  tools.length > 0 && prompt.startsWith('short') ? { blocks: [{ type: 'text', text: endOf(prompt) }] } : null;
