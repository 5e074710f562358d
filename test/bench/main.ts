import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { InvalidArgumentError } from 'commander';
import { command, number } from '../options';
import { backlog } from './backlog';
import { requests } from './requests';
import { isMet, table, type Figure } from './figure';
import { history } from './history';
import { hook } from './hook';
import { idle } from './idle';
import { inbound } from './inbound';
import { latencyAnswer } from './latency-answer';
import { latencyIn } from './latency-in';
import { latencyOut } from './latency-out';
import { many } from './many';
import { picture } from './picture';
import { outbound } from './outbound';
import { hasProc } from './proc';
import { supervision } from './supervision';

const benches: Record<string, { about: string; run(quick: boolean, minutes?: number): Promise<Figure[]> }> = {
  out: { about: 'from a transcript line to the chat', run: latencyOut },
  answer: { about: 'an answer behind its own card', run: latencyAnswer },
  in: { about: 'from the chat to the pane', run: latencyIn },
  idle: { about: 'fifty idle sessions: CPU, forks, memory', run: idle },
  hook: { about: 'ccbot hook', run: hook },
  history: { about: 'pages of history of a large transcript', run: history },
  asks: { about: 'a request of an agent, to the chat and back', run: requests },
  picture: { about: 'a picture of a screen', run: picture },
  inbound: { about: 'many messages a second to the agents', run: inbound },
  outbound: { about: 'long answers, and many messages a second to the chats', run: outbound },
  backlog: { about: 'a thousand updates after an outage', run: backlog },
  many: { about: 'two hundred sessions, fifty of them working', run: many },
  supervision: { about: 'recovery after the end of worker or supervisor', run: supervision },
};

/** Parses the names of benches. */
function parseNames(text: string): string[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length === 0) return names;
  throw new InvalidArgumentError(
    `Unknown: ${unknown.join(', ')}. The benches are ${Object.keys(benches).join(', ')}.`,
  );
}

async function main(): Promise<number> {
  const names = Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
  const values = command(
    'bench',
    'Measures speed and size of the real programs, with the targets and the usual way for comparison.',
  )
    .option('--only <names>', 'only these benches, comma-separated', parseNames)
    .option('--quick', 'fewer samples', false)
    .option('--minutes <n>', 'duration of the bench `many`', number(0.1, false))
    .option('--json', 'print JSON', false)
    .option('--strict', 'exit with 1 when a target is missed', false)
    .addHelpText('after', `\nBenches:\n${names.join('\n')}`)
    .parse()
    .opts<{ only?: string[]; quick: boolean; minutes?: number; json: boolean; strict: boolean }>();
  const { minutes, only: chosen = Object.keys(benches) } = values;
  if (!hasProc) throw new Error('the bench reads /proc, so it runs on Linux only');
  if (spawnSync(TMUX, ['-V']).status !== 0) throw new Error('the bench needs tmux');
  const figures: Figure[] = [];
  let failures = 0;
  for (const name of chosen) {
    const bench = benches[name];
    if (bench === undefined) continue;
    process.stderr.write(`${name}: ${bench.about} …\n`);
    try {
      figures.push(...(await bench.run(values.quick, minutes)));
    } catch (error) {
      failures++;
      process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  const machine = {
    node: process.version,
    cores: cpus().length,
    tmux: String(spawnSync(TMUX, ['-V']).stdout).trim(),
  };
  if (values.json)
    console.log(JSON.stringify({ machine, figures: figures.map((f) => ({ ...f, met: isMet(f) })) }, null, 2));
  else console.log(`Node.js ${machine.node}, ${machine.tmux}, ${machine.cores} cores\n\n${table(figures)}`);
  return failures > 0 || (values.strict && figures.some((f) => isMet(f) === false)) ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
