import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { command, number } from '../options';
import { backlog } from './backlog';
import { asks } from './asks';
import { met, table, type Figure } from './figure';
import { history } from './history';
import { hook } from './hook';
import { idle } from './idle';
import { inbound } from './inbound';
import { latencyIn } from './latency-in';
import { latencyOut } from './latency-out';
import { many } from './many';
import { picture } from './picture';
import { outbound } from './outbound';
import { hasProc } from './proc';
import { supervision } from './supervision';

const benches: Record<string, { about: string; run(quick: boolean, minutes?: number): Promise<Figure[]> }> = {
  out: { about: 'from a transcript line to the chat', run: latencyOut },
  in: { about: 'from the chat to the pane', run: latencyIn },
  idle: { about: 'fifty idle sessions: CPU, forks, memory', run: idle },
  hook: { about: 'ccbot hook', run: hook },
  history: { about: 'pages of the past of a large transcript', run: history },
  asks: { about: 'a request of an agent, there and back', run: asks },
  picture: { about: 'a picture of a screen', run: picture },
  inbound: { about: 'many messages a second from the chats to the agents', run: inbound },
  outbound: { about: 'long answers, and many messages a second', run: outbound },
  backlog: { about: 'a thousand updates that waited during an outage', run: backlog },
  many: { about: 'two hundred sessions, fifty at work', run: many },
  supervision: { about: 'ends of worker and supervisor: time to polling again', run: supervision },
};

/** The names of benches in an option. */
function listed(text: string): string[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length === 0) return names;
  throw new InvalidArgumentError(
    `There is no ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`,
  );
}

async function main(): Promise<number> {
  const names = Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
  const values = command(
    'bench',
    'Speed and size of the real programs, each beside its target and the usual way.',
  )
    .option('--only <names>', 'only these, with commas between them', listed)
    .option('--quick', 'fewer runs of each', false)
    .option('--minutes <n>', 'how long the two hundred sessions work', number(0.1, false))
    .option('--json', 'print JSON', false)
    .option('--strict', 'exit 1 when a target is missed', false)
    .addHelpText('after', `\nBenches:\n${names.join('\n')}`)
    .parse()
    .opts<{ only?: string[]; quick: boolean; minutes?: number; json: boolean; strict: boolean }>();
  const { minutes, only: chosen = Object.keys(benches) } = values;
  if (!hasProc) throw new Error('the bench reads /proc and so runs on Linux only');
  if (spawnSync('tmux', ['-V']).status !== 0) throw new Error('the bench needs tmux');
  const figures: Figure[] = [];
  let broken = 0;
  for (const name of chosen) {
    const bench = benches[name];
    if (bench === undefined) continue;
    process.stderr.write(`${name}: ${bench.about} …\n`);
    try {
      figures.push(...(await bench.run(values.quick, minutes)));
    } catch (error) {
      broken++;
      process.stderr.write(
        `${name} could not be measured: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
  const machine = {
    node: process.version,
    cores: cpus().length,
    tmux: String(spawnSync('tmux', ['-V']).stdout).trim(),
  };
  if (values.json)
    console.log(JSON.stringify({ machine, figures: figures.map((f) => ({ ...f, met: met(f) })) }, null, 2));
  else console.log(`Node.js ${machine.node}, ${machine.tmux}, ${machine.cores} cores\n\n${table(figures)}`);
  return broken > 0 || (values.strict && figures.some((f) => met(f) === false)) ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
