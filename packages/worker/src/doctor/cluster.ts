import { existsSync } from 'node:fs';
import { clusterNames } from '@ccbot/shared/cluster/names';
import { isClustered, readClusterSettings, type ClusterSettings } from '@ccbot/shared/cluster/settings';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { duration } from '@ccbot/shared/duration';
import { fault, FaultError, type Fault } from '@ccbot/shared/faults/fault';
import type { FaultCode } from '@ccbot/shared/faults/table';
import { isLoopback } from '@ccbot/shared/net/loopback';
import { surveyCluster } from '../cluster/connect';
import { refuseNewer } from '../cluster/shared/presence';
import { machineKey } from '../cluster/shared/keys';
import { machineRow, rowIn } from '../cluster/shared/rows';
import { standingOf } from '../cluster/survey/standing';
import type { Survey } from '../cluster/survey/survey';
import type { Database } from '../store/database';
import { createSettings } from '../store/settings';
import { openSqlite } from '../store/sqlite';
import type { DoctorDeps } from './deps';

/** A difference between two clocks that shows in what people read, ms. Who polls depends on no clock of others. */
const CLOCK_MS = 5_000;

/** In this order each check needs those before it. `faults`: what makes it fail. */
const STAGES = [
  { id: 'cluster-settings', title: 'cluster settings', faults: [] },
  {
    id: 'cluster-reach',
    title: 'cluster',
    faults: [
      'CLUSTER_UNREACHABLE',
      'CLUSTER_TLS_DATE',
      'CLUSTER_TLS_AUTHORITY',
      'CLUSTER_TLS_NAME',
      'CLUSTER_TLS_FAILED',
    ],
  },
  {
    id: 'cluster-auth',
    title: 'cluster credentials',
    faults: ['CLUSTER_REFUSED', 'CLUSTER_OPEN', 'CLUSTER_CREDS_BAD'],
  },
  { id: 'cluster-jetstream', title: 'JetStream', faults: ['CLUSTER_UNFIT'] },
  {
    id: 'cluster-data',
    title: 'data on the cluster',
    faults: ['CLUSTER_FOREIGN', 'CLUSTER_NEWER', 'CLUSTER_STORE_FAILED'],
  },
  { id: 'cluster-host', title: 'name on the cluster', faults: ['CLUSTER_HOST_TAKEN'] },
  { id: 'cluster-clock', title: 'clock of the cluster', faults: [] },
] as const satisfies readonly { id: string; title: string; faults: readonly FaultCode[] }[];

type StageId = (typeof STAGES)[number]['id'];

/** The cluster, as this machine would join it. Nothing without one. */
export async function examineCluster({
  config,
  paths,
}: Pick<DoctorDeps, 'config' | 'paths'>): Promise<Check[]> {
  if (config === null || !isClustered(config)) return [];
  let settings: ClusterSettings | null;
  try {
    settings = readClusterSettings(config);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return stoppedAt('cluster-settings', error.fault);
  }
  if (settings === null) return [];
  const token = config.TELEGRAM_BOT_TOKEN;
  if (token === '') {
    const why = 'the bot token is in no settings file; `ccbot cluster doctor` reads it';
    return STAGES.map(({ id, title }) => checkOf(id, title).skipped(why));
  }
  try {
    const survey = await surveyCluster(settings, clusterNames(token), token.split(':')[0] ?? '');
    for (const entry of survey.machines) refuseNewer(entry);
    return checksOf(settings, survey, ownId(paths.db));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    const { code } = error.fault;
    const stage = STAGES.find(({ faults }) => (faults as readonly FaultCode[]).includes(code));
    return stoppedAt(stage?.id ?? 'cluster-reach', error.fault);
  }
}

/** Which check has failed: those before it passed, and those after it could not be made. */
function stoppedAt(failed: StageId, { what, todo }: Fault): Check[] {
  const at = STAGES.findIndex(({ id }) => id === failed);
  return STAGES.map(({ id, title }, i) => {
    const check = checkOf(id, title);
    if (i === at) return check.bad(what, todo);
    return i < at ? check.ok('works') : check.skipped(`needs: ${STAGES[at]?.title ?? failed}`);
  });
}

function stage(id: StageId): ReturnType<typeof checkOf> {
  return checkOf(id, STAGES.find((one) => one.id === id)?.title ?? id);
}

/** The checks of a cluster that could be read. `id`: this machine's own id, which it got when it first joined; null: it never did. */
export function checksOf(settings: ClusterSettings, survey: Survey, id: string | null): Check[] {
  const { url, server } = survey;
  return [
    stage('cluster-settings').ok(`${settings.servers.length} in CCBOT_CLUSTER_URL, as ${settings.host}`),
    stage('cluster-reach').ok(`${url} answers in ${Math.round(server.roundTripMs)} ms`),
    credentials(settings, survey),
    stage('cluster-jetstream').ok(`on, NATS ${server.version}`),
    data(settings, survey),
    name(settings.host, survey, id),
    clock(survey),
  ];
}

function credentials(settings: ClusterSettings, { server }: Survey): Check {
  const { kind } = settings.credentials;
  const check = stage('cluster-auth');
  if (!server.asksForCredentials)
    return kind === 'none'
      ? check.ok('none, and the server asks for none')
      : check.warn(
          'the server asks for none, so yours protect nothing',
          'Turn authentication on in the NATS server.',
        );
  const plain = settings.servers.find((url) => isPlain(url, settings));
  if (plain === undefined) return check.ok(`accepted (${kind})`);
  return check.warn(
    `accepted (${kind}), but the way to ${plain} is not encrypted`,
    'Others on the network can read your messages. Turn TLS on in the NATS server, and set CCBOT_CLUSTER_URL to `tls://`.',
  );
}

/** Whether what goes to a server can be read on the way. A server may encrypt it of its own accord; nobody makes it. */
function isPlain(url: string, { ca }: ClusterSettings): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'nats:' && ca === null && !isLoopback(hostname);
}

function data({ replicas }: ClusterSettings, { objects, missing, server }: Survey): Check {
  const check = stage('cluster-data');
  if (missing.length > 0 && replicas > 1 && !server.isClustered)
    return check.bad(
      `${replicas} copies are wanted (CCBOT_CLUSTER_REPLICAS), and the server is alone`,
      `Connect ${replicas} NATS servers to a cluster, or set CCBOT_CLUSTER_REPLICAS=1.`,
    );
  if (objects.length === 0) return check.ok('none yet, the first machine creates it');
  const other = objects.filter((object) => object.replicas !== replicas);
  if (other.length === 0) return check.ok(`${objects.length} of ${objects.length + missing.length} there`);
  return check.warn(
    `${other.map((object) => `${object.name} has ${object.replicas} copies`).join(', ')}, and CCBOT_CLUSTER_REPLICAS is ${replicas}`,
    'Change the number of copies on the server with `nats stream edit --replicas`, or the setting.',
  );
}

function name(host: string, survey: Survey, id: string | null): Check {
  const check = stage('cluster-host');
  const row = rowIn(
    machineRow,
    survey.machines.find(({ key }) => key === machineKey(host)),
  );
  if (row === null) return check.ok(`${host} is free`);
  if (row.id === id) return check.ok(`${host} is this machine`);
  const holder = standingOf(survey, host, Date.now()).machines.find((machine) => machine.isSelf);
  if (holder?.isAway !== false) return check.ok(`${host} is free: who had it is away`);
  const { what, todo } = fault('CLUSTER_HOST_TAKEN', { host });
  return check.bad(what, todo);
}

function clock({ clockAheadMs: ahead }: Survey): Check {
  const check = stage('cluster-clock');
  if (ahead === null) return check.skipped('known once a machine has joined');
  const difference = Math.abs(ahead);
  if (difference <= CLOCK_MS) return check.ok(`differs by ${difference} ms from this machine’s`);
  return check.warn(
    `${duration(difference)} ${ahead > 0 ? 'ahead of' : 'behind'} this machine’s`,
    'Set the clocks by NTP (`timedatectl set-ntp true`). Polling does not depend on them, but the times that you see do.',
  );
}

/** Under what the worker knows this machine; see `openCluster`. */
function ownId(path: string): string | null {
  if (!existsSync(path)) return null;
  let db: Database | undefined;
  try {
    db = openSqlite(path, { readonly: true, fileMustExist: true });
    return createSettings({ db }).get('cluster', 'id') ?? null;
  } catch {
    return null; // a database that cannot be read: another check says so
  } finally {
    db?.close();
  }
}
