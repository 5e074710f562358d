import { execFileSync, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { InvalidArgumentError } from 'commander';
import { command, number } from '../options';
import { programsOf, runPairs, type Programs } from './against';
import { BENCHES } from './benches';
import { isMet, table, type Figure } from './figure';
import { root } from './place';
import { hasProc } from './proc';
import { drawTrip } from './trip';
import { record, recentFigures, regressions, type Conditions } from './record';

/** Parses the names of benches. */
function parseNames(text: string): string[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length === 0) return names;
  throw new InvalidArgumentError(
    `Unknown: ${unknown.join(', ')}. The benches are ${Object.keys(BENCHES).join(', ')}.`,
  );
}

interface Options {
  only?: string[];
  quick: boolean;
  minutes?: number;
  json: boolean;
  strict: boolean;
  against?: string;
  pairs: number;
  flame?: string;
  record: boolean;
}

function parseOptions(): Options {
  const names = Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
  return command(
    'bench',
    'Measures speed and size of the real programs, with the targets and the usual way for comparison.',
  )
    .option('--only <names>', 'only these benches, comma-separated', parseNames)
    .option('--quick', 'fewer samples', false)
    .option('--minutes <n>', 'duration of the bench `many`', number(0.1, false))
    .option('--against <commit>', 'measure the programs of this commit too, in turns with these')
    .option('--pairs <n>', 'number of turns with --against', number(1), 3)
    .option('--flame <file>', 'draw one trip of a message as a flame chart (SVG), and measure nothing')
    .option('--no-record', 'leave this run out of the history of this machine')
    .option('--json', 'print JSON', false)
    .option('--strict', 'exit with 1 when a target is missed or a figure is worse than before', false)
    .addHelpText('after', `\nBenches:\n${names.join('\n')}\n\nThe history of this machine is in ${HISTORY}.`)
    .parse()
    .opts<Options>();
}

/** Each line is a run; it is this machine's, so Git ignores it. */
const HISTORY = '.cache/bench-history.jsonl';

interface Measured {
  figures: Figure[];
  failures: number;
}

async function main(): Promise<number> {
  const options = parseOptions();
  if (!hasProc) throw new Error('the bench reads /proc, so it runs on Linux only');
  if (spawnSync(TMUX, ['-V']).status !== 0) throw new Error('the bench needs tmux');
  if (options.flame !== undefined) {
    await drawTrip(options.flame);
    return 0;
  }
  const { failures, figures } =
    options.against === undefined ? await measure(options) : await measureAgainst(options, options.against);
  const conditions = conditionsOf(options);
  const history = join(root, HISTORY);
  const recent = recentFigures(history, conditions);
  if (options.record) record(history, { at: new Date(), commit: commitOf(root), conditions, figures });
  if (options.json) {
    const judged = figures.map((f) => ({ ...f, met: isMet(f) }));
    console.log(JSON.stringify({ machine: conditions, figures: judged }, null, 2));
  } else print(options, figures, recent, conditions);
  const worse = regressions(figures, recent);
  const isStrictlyGood = figures.every((f) => isMet(f) !== false) && worse.length === 0;
  return failures > 0 || (options.strict && !isStrictlyGood) ? 1 : 0;
}

function print(
  { against }: Options,
  figures: readonly Figure[],
  recent: ReadonlyMap<string, number>,
  { node, tmux, cores }: Conditions,
): void {
  const shown = figures.map((figure): Figure => {
    const value = recent.get(figure.what);
    return figure.before !== undefined || value === undefined ? figure : { ...figure, before: { value } };
  });
  console.log(`Node.js ${node}, ${tmux}, ${cores} cores\n\n${table(shown, against ?? 'runs before')}`);
  const worse = regressions(figures, recent);
  if (worse.length > 0) console.log(`\nClearly worse than in the runs before:\n  ${worse.join('\n  ')}`);
}

async function measure({ only, quick, minutes }: Options): Promise<Measured> {
  return collect(only ?? Object.keys(BENCHES), (_, bench) => bench.run(quick, minutes));
}

/** Measures the programs of `commit` and of this tree in turns. */
async function measureAgainst(options: Options, commit: string): Promise<Measured> {
  const chosen = options.only ?? Object.keys(BENCHES);
  const names = chosen.filter((name) => BENCHES[name]?.measures === 'programs');
  const left = chosen.filter((name) => !names.includes(name));
  if (left.length > 0)
    process.stderr.write(`not paired, because they measure the sources of this tree: ${left.join(', ')}\n`);
  const before = programsOf(commit);
  const here: Programs = { name: 'this tree', folder: root };
  try {
    const { quick, minutes, pairs } = options;
    const passedOn = [
      ...(quick ? ['--quick'] : []),
      ...(minutes === undefined ? [] : ['--minutes', String(minutes)]),
    ];
    return await collect(names, (name) => runPairs(name, { before, here, pairs, options: passedOn }));
  } finally {
    before.remove();
  }
}

/** Runs benches one after the other. One that fails is reported, and the others run. */
async function collect(
  names: readonly string[],
  run: (name: string, bench: (typeof BENCHES)[string]) => Promise<Figure[]>,
): Promise<Measured> {
  const measured: Measured = { figures: [], failures: 0 };
  for (const name of names) {
    const bench = BENCHES[name];
    if (bench === undefined) continue;
    process.stderr.write(`${name}: ${bench.about} …\n`);
    try {
      measured.figures.push(...(await run(name, bench)));
    } catch (error) {
      measured.failures++;
      process.stderr.write(`${name} failed: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return measured;
}

function conditionsOf({ quick }: Options): Conditions {
  return {
    node: process.version,
    cores: cpus().length,
    tmux: String(spawnSync(TMUX, ['-V']).stdout).trim(),
    quick,
  };
}

/** The commit of a clone, with `+` when files differ from it. */
function commitOf(folder: string): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).trim();
  return git('rev-parse', '--short=9', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
