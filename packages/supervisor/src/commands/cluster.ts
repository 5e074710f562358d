import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { wantsColour } from '@ccbot/shared/cli/colour';
import { isClustered, clusterHostOf } from '@ccbot/shared/cluster/settings';
import { absolutePath } from '@ccbot/shared/config/absolute-path';
import type { Loaded } from '@ccbot/shared/config/load';
import { SETTINGS, type SettingKey } from '@ccbot/shared/config/schema';
import type { Check } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { parseJson } from '@ccbot/shared/protocol/json';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { approveSettings } from '@ccbot/shared/trust/approved';
import * as z from 'zod/mini';
import type { JoinOptions, Request } from '../cli';
import { isBroken, renderCheck, renderSum } from '../doctor/render';
import { examineWorker } from '../doctor/worker';
import type { Environment } from '../host';
import { writeValues, type NewValues } from '../init/env-file';
import { NOT_ACTIVE, type CommandDeps } from './deps';
import { run } from './doctor';

type Ready = Extract<Loaded, { ok: true }>;

/** The exit code of a command line that lacks something. */
const USAGE = 2;

/** The time limit for reading the cluster before leaving it, ms: it may be away, which is when one leaves. */
const SURVEY_MS = 15_000;

/** `ccbot cluster doctor`, `join` and `leave`. */
export function cluster(
  request: Extract<Request, { run: 'cluster' }>,
  loaded: Ready,
  deps: CommandDeps,
): Promise<number> {
  switch (request.action) {
    case 'doctor':
      return doctor(request.json, loaded, deps);
    case 'join':
      return join(request, loaded, deps);
    case 'leave':
      return leave(request.yes, loaded, deps);
  }
}

/** Returns 0 if nothing is broken, 1 if something is, 3 without a cluster. */
async function doctor(json: boolean, { config }: Ready, deps: CommandDeps): Promise<number> {
  const { out } = deps.terminal;
  if (!isClustered(config)) {
    out.write(json ? `${JSON.stringify({ clustered: false, checks: [] })}\n` : ALONE);
    return NOT_ACTIVE;
  }
  const checks = await checkCluster(deps.host.env, deps);
  if (json) out.write(`${JSON.stringify({ clustered: true, ok: !isBroken(checks), checks })}\n`);
  else show(checks, deps);
  return isBroken(checks) ? 1 : EXIT.ok;
}

const ALONE =
  'This machine works alone: CCBOT_CLUSTER_URL is not set. `ccbot cluster join` joins it to others.\n';

/** The worker's program makes the checks: it has the client of NATS. */
async function checkCluster(env: Environment, { installation }: CommandDeps): Promise<Check[]> {
  const world = { installation, run: runWith(env) };
  return (await examineWorker(world, '--cluster')).checks;
}

const runWith =
  (env: Environment) =>
  (program: string, args: readonly string[], timeoutMs?: number): ReturnType<typeof run> =>
    run(program, args, env, timeoutMs);

/** Checks the cluster with these settings, shows what was found, and says whether this machine can join it. */
async function passes(values: Readonly<Record<string, string>>, deps: CommandDeps): Promise<boolean> {
  const checks = await checkCluster({ ...deps.host.env, ...values }, deps);
  show(checks, deps);
  return checks.length > 0 && !isBroken(checks);
}

function show(checks: readonly Check[], { terminal: { out }, host }: CommandDeps): void {
  const colour = wantsColour(out, host.env);
  for (const check of checks) out.write(renderCheck(check, colour));
  out.write(renderSum(checks));
}

/**
 * Checks the cluster with the new settings first, asks, and writes them. Returns 0 if they are written, 1 if a check
 * fails or the user says no, 2 if there is nobody to ask, 78 if a value is invalid or cannot take effect.
 */
async function join(
  options: JoinOptions & { yes: boolean },
  loaded: Ready,
  deps: CommandDeps,
): Promise<number> {
  const { terminal } = deps;
  const { paths, config } = loaded;
  const values = valuesOf(options, clusterHostOf({ CCBOT_HOST: options.host ?? config.CCBOT_HOST }), deps);
  const problem = problemWith(values, loaded);
  if (problem !== null) {
    terminal.err.write(`ccbot cluster join: ${problem}\n`);
    return EXIT.config;
  }
  if (!(await passes(values, deps))) {
    terminal.err.write('Nothing was written.\n');
    return 1;
  }
  const list = Object.entries(values).map(([key, value]) => `  ${key}=${value}\n`);
  terminal.out.write(`\nTo be written to ${paths.env}:\n${list.join('')}`);
  if (!options.yes) {
    const answer = await ask('Write these settings? [y/N] ', deps);
    if (answer === null) return notAsked('join', deps);
    if (!/^y(es)?$/i.test(answer)) return unchanged(deps);
  }
  write(values, loaded);
  terminal.out.write(
    `Saved ${paths.env}. Run \`ccbot restart\` (or start ccbot): then this machine joins as ${values['CCBOT_HOST'] ?? ''}. \`ccbot cluster status\` shows it.\n`,
  );
  return EXIT.ok;
}

/**
 * The settings that join a cluster, after the checks of `join`, for `ccbot init`. `bot`: settings that need not be on disk
 * yet. Throws an error that is meant for the user.
 */
export async function checkedValues(
  options: JoinOptions,
  bot: Readonly<Record<string, string>>,
  loaded: Loaded,
  deps: CommandDeps,
): Promise<NewValues> {
  const host = clusterHostOf({
    CCBOT_HOST: loaded.ok ? loaded.config.CCBOT_HOST : (deps.host.env['CCBOT_HOST'] ?? ''),
  });
  const values = valuesOf(options, host, deps);
  const problem = problemWith(values, loaded);
  if (problem !== null) throw new Error(`the cluster cannot be joined: ${problem}`);
  if (!(await passes({ ...bot, ...values }, deps)))
    throw new Error(
      'the cluster cannot be joined: see the checks above. Use --no-cluster to set up this machine alone',
    );
  return values;
}

/** The settings for the options. A relative path counts from the directory that the user is in. */
function valuesOf(options: JoinOptions, name: string, { host }: CommandDeps): Record<string, string> {
  const path = (file: string): string => absolutePath(file, host.home) ?? resolve(host.cwd, file);
  return {
    CCBOT_CLUSTER_URL: options.url,
    CCBOT_HOST: name,
    ...(options.creds === undefined ? {} : { CCBOT_CLUSTER_CREDS: path(options.creds) }),
    ...(options.ca === undefined ? {} : { CCBOT_CLUSTER_CA: path(options.ca) }),
    ...(options.replicas === undefined ? {} : { CCBOT_CLUSTER_REPLICAS: options.replicas }),
    ...(options.insecure === true ? { CCBOT_CLUSTER_INSECURE: '1' } : {}),
  };
}

/** Why the values cannot be used; null: they can. */
function problemWith(values: NewValues, loaded: Loaded): string | null {
  for (const [key, value] of Object.entries(values)) {
    try {
      SETTINGS[key as SettingKey].read(value ?? '');
    } catch (error) {
      return `${key} is invalid: ${reasonOf(error)}`;
    }
    const elsewhere = loaded.ok ? setElsewhere(key as SettingKey, loaded) : null;
    if (elsewhere !== null) return elsewhere;
  }
  return null;
}

/** The environment wins over the file, so what is set there cannot be changed in the file. */
function setElsewhere(key: SettingKey, { sources, files, paths }: Ready): string | null {
  const source = sources[key];
  if (source === 'default' || source === paths.env) return null;
  const place = files.includes(source) ? source : 'the environment';
  return `${key} is set in ${place}, which wins over ${paths.env}. Change it there.`;
}

/** What `ccbot cluster status --json` says of machines that may poll. */
const others = z.object({
  machines: z.array(z.object({ host: z.string(), self: z.boolean(), away: z.boolean() })),
});

const CLUSTER_KEYS = [
  'CCBOT_CLUSTER_URL',
  'CCBOT_CLUSTER_CREDS',
  'CCBOT_CLUSTER_CA',
  'CCBOT_CLUSTER_REPLICAS',
  'CCBOT_CLUSTER_INSECURE',
] as const;

/**
 * Removes the settings of the cluster, after a warning and a confirmation. Returns 0 if this machine is in no cluster
 * any more, 1 if the user does not confirm, 2 if there is nobody to ask, 78 if the settings are not in the file.
 */
async function leave(yes: boolean, loaded: Ready, deps: CommandDeps): Promise<number> {
  const { terminal } = deps;
  const { config, paths } = loaded;
  if (!isClustered(config)) {
    terminal.out.write('This machine works alone already: CCBOT_CLUSTER_URL is not set.\n');
    return EXIT.ok;
  }
  const elsewhere = setElsewhere('CCBOT_CLUSTER_URL', loaded);
  if (elsewhere !== null) {
    terminal.err.write(`ccbot cluster leave: ${elsewhere}\n`);
    return EXIT.config;
  }
  const name = clusterHostOf(config);
  terminal.out.write(warning(name, await othersThatRun(deps)));
  if (!yes) {
    const answer = await ask(`Type ${name} to leave: `, deps);
    if (answer === null) return notAsked('leave', deps);
    if (answer !== name) return unchanged(deps);
  }
  write(Object.fromEntries(CLUSTER_KEYS.map((key) => [key, null])), loaded);
  terminal.out.write(
    `Saved ${paths.env} without the settings of the cluster. Run \`ccbot restart\`: then this machine polls alone. Until then it takes part as before.\n`,
  );
  return EXIT.ok;
}

/** Null: the cluster could not be read. */
async function othersThatRun({ installation, host }: CommandDeps): Promise<readonly string[] | null> {
  const args = [installation.workerEntry(), 'cluster', 'status', '--json'];
  const { stdout } = await run(process.execPath, args, host.env, SURVEY_MS);
  const found = parseJson(others, stdout);
  if (found === null) return null;
  return found.machines.filter(({ self, away }) => !self && !away).map((machine) => machine.host);
}

function warning(name: string, running: readonly string[] | null): string {
  const who =
    running === null
      ? 'The cluster does not answer, so nobody knows which other machines run.'
      : running.length === 0
        ? 'No other machine runs at the moment, but each begins to poll when it is started.'
        : `${running.join(', ')} ${running.length === 1 ? 'runs' : 'run'} and will poll too.`;
  return `Outside of the cluster, ${name} polls this bot without asking the others. Two pollers on one bot take each other’s messages. ${who} Leave only if every other machine is stopped or has another bot token. What is sent to ${name} by way of the cluster waits there for 7 days, and arrives if it joins again.\n`;
}

function write(values: NewValues, { paths }: Ready): void {
  writeValues(paths.env, values, (text) => approveSettings(paths.approved, text));
}

function notAsked(action: string, { terminal }: CommandDeps): number {
  terminal.err.write(
    `ccbot cluster ${action}: cannot ask without a terminal: use --yes. Nothing was written.\n`,
  );
  return USAGE;
}

function unchanged({ terminal }: CommandDeps): number {
  terminal.err.write('Nothing was written.\n');
  return 1;
}

/** Asks on the terminal. Null: there is none. */
function ask(question: string, { terminal }: CommandDeps): Promise<string | null> {
  if (terminal.in.isTTY !== true) return Promise.resolve(null);
  return new Promise((answered) => {
    const lines = createInterface({ input: terminal.in, output: terminal.err });
    lines.on('close', () => answered(''));
    lines.question(question, (answer) => {
      answered(answer.trim());
      lines.close();
    });
  });
}
