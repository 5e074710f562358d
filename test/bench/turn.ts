import type { Call } from '@ccbot/sandbox/telegram/model';
import type { Answer, Rule } from '@ccbot/sandbox/model/script';
import type { System } from '../e2e/harness/system';
import { startClaude, timesOf } from './claude-world';
import type { Figure } from './figure';
import { quantile } from './stats';
import { delay } from './world';

/** How long a long answer is written, ms, and in how many pieces. */
const WRITTEN = { ms: 3_000, pieces: 30 };

/** The pause between two prompts, ms: the first calls of the next turn must not wait for the pace of the chat. */
const REST_MS = 3_000;

/** From the model's last byte to the Bot API call with the whole answer, with the real Claude Code. */
export async function turn(quick: boolean): Promise<Figure[]> {
  const rounds = quick ? 5 : 25;
  const system = await startClaude({ rules: [written, instant] });
  try {
    const figures: Figure[] = [];
    for (const { kind, name, target } of KINDS) {
      const times: number[] = [];
      for (let i = 0; i < rounds; i++) times.push(await measure(system, `${kind} question ${i} x`));
      const note = `${rounds} answers of the real Claude Code`;
      const figure = (q: number): Figure => ({
        what: `model’s last byte → sendMessage, ${name}, p${q * 100}`,
        unit: 'ms',
        value: quantile(times, q),
        ...(q === 0.5 ? { target } : {}),
        note,
      });
      figures.push(figure(0.5), figure(0.9));
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

async function measure(system: System, prompt: string): Promise<number> {
  const { telegram } = system;
  const last = endOf(prompt);
  telegram.owner.say(prompt);
  const call = await telegram.waitFor(() => telegram.calls.find((sent) => shows(sent, last)), 30_000);
  await delay(REST_MS);
  const { answeredNs } = timesOf(system, prompt);
  return Number(call.atNs - (answeredNs ?? call.atNs)) / 1e6;
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
