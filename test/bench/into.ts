import { startClaude, timesOf } from './claude-world';
import type { System } from '../e2e/harness/system';
import type { Figure } from './figure';
import { quantile } from './stats';
import { traceOf, traceVariables, type Trace } from './trace';
import { delay } from './world';

/** The pause between two prompts, ms. */
const REST_MS = 2_000;

/** The stations of a prompt, in order. Each is the first such line of the trace after the one before. */
const STATIONS: readonly { name: string; is(what: string, detail: string): boolean }[] = [
  { name: 'poll answered', is: (what, detail) => what === 'call<' && detail === 'getUpdates' },
  { name: 'journal', is: (what, detail) => what === 'wrote' && /^INSERT.*\bupdates\b/i.test(detail) },
  { name: 'queue', is: (what, detail) => what === 'wrote' && /^INSERT.*\bprompts\b/i.test(detail) },
  { name: 'screen asked', is: (what, detail) => what === 'tmux>' && /capture-pane/.test(detail) },
  { name: 'screen read', is: (what) => what === 'tmux<' },
  {
    name: 'typed',
    is: (what, detail) => what === 'tmux>' && /set-buffer|paste-buffer|send-keys/.test(detail),
  },
  { name: 'Enter', is: (what, detail) => what === 'tmux>' && /-H.{0,3}0d/.test(detail) },
];

/** From an update to the model's request, with the real Claude Code: our part, by stations, and the agent's. */
export async function into(quick: boolean): Promise<Figure[]> {
  const rounds = quick ? 8 : 40;
  const system = await startClaude({}, traceVariables);
  try {
    const figures: Figure[] = [];
    for (const { name, length, lines, target } of SIZES) {
      const trips: Trip[] = [];
      for (let i = 0; i < rounds; i++) {
        const marker = `prompt ${i} of ${name} `;
        trips.push(await measure(system, marker, textOf(marker, length, lines)));
      }
      figures.push(...figuresOf(trips, name, target));
    }
    return figures;
  } finally {
    await system.stop();
  }
}

const SIZES = [
  { name: 'a line', length: 0, lines: 1, target: 15 },
  { name: 'five lines', length: 0, lines: 5, target: 15 },
  { name: '10 KB', length: 10_000, lines: 1, target: 40 },
] as const;

function textOf(marker: string, length: number, lines: number): string {
  const words = 'and more '.repeat(Math.ceil(length / 9));
  return `${marker}${words}${'and\nmore '.repeat(lines - 1)}end`;
}

interface Trip {
  /** Time at each station since the one before, ms. */
  stations: number[];
  ours: number;
  agents: number;
}

async function measure(system: System, marker: string, text: string): Promise<Trip> {
  const parts = text.length > 4_000 ? (text.match(/.{1,4000}/gs) ?? []) : [text];
  let availableNs = process.hrtime.bigint();
  for (const part of parts) {
    availableNs = process.hrtime.bigint();
    system.telegram.owner.say(part);
  }
  await system.model.waitFor(({ prompt }) => prompt.includes(marker), 60_000);
  await delay(REST_MS);
  const { arrivedNs } = timesOf(system, marker);
  return tripOf(traceOf(system), Number(availableNs), Number(arrivedNs));
}

function tripOf(trace: readonly Trace[], from: number, to: number): Trip {
  let at = from;
  const stations = STATIONS.map(({ name, is }) => {
    const found = trace.find(([ns, what, detail]) => ns >= at && is(what, detail));
    if (found === undefined || found[0] > to) throw new Error(`no station “${name}” on the way`);
    const ms = (found[0] - at) / 1e6;
    at = found[0];
    return ms;
  });
  return { stations, ours: (at - from) / 1e6, agents: (to - at) / 1e6 };
}

function figuresOf(trips: readonly Trip[], name: string, target: number): Figure[] {
  const note = `${trips.length} prompts to the real Claude Code`;
  const p50 = (of: (trip: Trip) => number): number => quantile(trips.map(of), 0.5);
  return [
    { what: `update → Enter, ${name}, p50`, unit: 'ms', value: p50(({ ours }) => ours), target, note },
    {
      what: `update → Enter, ${name}, p90`,
      unit: 'ms',
      value: quantile(
        trips.map(({ ours }) => ours),
        0.9,
      ),
      note,
    },
    ...STATIONS.map((station, i): Figure => ({
      what: `… of it until ${station.name}, ${name}`,
      unit: 'ms',
      value: p50(({ stations }) => stations[i] ?? NaN),
      note: '',
    })),
    {
      what: `Enter → request to the model, ${name}, p50`,
      unit: 'ms',
      value: p50(({ agents }) => agents),
      note: 'the agent’s part',
    },
  ];
}
