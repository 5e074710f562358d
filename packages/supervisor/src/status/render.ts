import { counted } from '@ccbot/shared/counted';
import { duration } from '@ccbot/shared/duration';
import { holderText } from '@ccbot/shared/lock/holder-text';
import type { InstanceStatus } from './inspect';
import type { Report } from './report';

/** `now` is in ms since the epoch. */
export function renderStatus(status: InstanceStatus, now: number): string {
  switch (status.is) {
    case 'supervised':
      return renderReport(status.report, now);
    case 'unanswering':
      return `ccbot is running but does not answer: ${holderText(status.holder)}\nStop it with \`ccbot stop\`.\n`;
    case 'alone':
      return `A worker is running without a supervisor: ${holderText(status.holder)}\n`;
    case 'starting':
      return `ccbot is starting: ${holderText(status.holder)}\n`;
    case 'busy':
      return `ccbot is not running; one of its commands holds the lock: ${holderText(status.holder)}\n`;
    case 'absent':
      return `ccbot is not running: ${whyAbsent(status.report, now)}\n`;
  }
}

/** The output of `ccbot status --json`. */
export function statusAsData(status: InstanceStatus): Record<string, unknown> {
  const report = 'report' in status ? status.report : null;
  return {
    active: isActive(status),
    state: status.is === 'supervised' ? status.report.phase : status.is,
    holder: 'holder' in status ? status.holder : null,
    report,
  };
}

/** Whether ccbot serves the bot, with or without a supervisor: it polls, or stands by for another machine. */
export function isActive(status: InstanceStatus): boolean {
  return status.is === 'alone' || (status.is === 'supervised' && status.report.phase === 'running');
}

function whyAbsent(report: Report | null, now: number): string {
  if (report === null) return 'there is no trace of an earlier run.';
  const { stopped, ended, supervisor } = report;
  if (stopped !== null) return `it stopped ${ago(stopped.at, now)}: ${stopped.why} (exit ${stopped.code}).`;
  const last = ended[0];
  return (
    `supervisor ${supervisor.pid}, started ${ago(supervisor.since, now)}, vanished (killed, or a power failure).` +
    (last === undefined ? '' : ` Its last worker ended with ${last.why}${last.detail && `: ${last.detail}`}.`)
  );
}

const PHASES: Record<Report['phase'], string> = {
  stopped: 'stopped',
  gate: 'waiting until Telegram can be reached',
  waiting: 'waiting before the next start',
  misconfigured: 'invalid settings; waiting until they change',
  starting: 'starting',
  running: 'running',
  stopping: 'stopping the worker',
};

function renderReport(r: Report, now: number): string {
  const { worker, supervisor, network } = r;
  const rows: [string, string][] = [
    ['ccbot', `${PHASES[r.phase]}${note(r)}`],
    [
      'supervisor',
      `pid ${supervisor.pid}, ${supervisor.version}, since ${ago(supervisor.since, now)}, ${mb(supervisor.rssBytes)}`,
    ],
  ];
  rows.push(...workerRows(worker, network, now));
  if (r.nextTryAt !== null) rows.push(['next try', `in ${duration(Date.parse(r.nextTryAt) - now)}`]);
  if (r.conflicts > 0)
    rows.push(['conflict', `another poller uses the token (${counted(r.conflicts, 'time')} in a row)`]);
  rows.push(...networkRows(network, now));
  rows.push([
    'restarts',
    `${r.restarts}${r.failures > 0 ? `, ${counted(r.failures, 'crash', 'crashes')} in a row` : ''}`,
  ]);
  for (const end of r.ended.slice(0, 5)) {
    rows.push([
      '',
      `${ago(end.at, now)}: ${end.why}, after ${duration(end.ranMs)}${end.detail && ` – ${end.detail}`}`,
    ]);
  }
  if (r.metricsPort) {
    const { port, trouble } = r.metricsPort;
    rows.push(['metrics', trouble ?? `http://127.0.0.1:${port}/metrics`]);
  }
  rows.push(['directory', supervisor.ccbotDir]);
  return `${rows.map(([key, text]) => `${key.padEnd(11)} ${text}`).join('\n')}\n`;
}

/** What the phase alone does not say. */
function note({ phase, why, worker }: Report): string {
  if (why !== '' && phase !== 'gate') return ` (${why})`;
  if (phase !== 'starting' && phase !== 'running') return '';
  const { cluster, trouble } = worker ?? {};
  if (cluster !== undefined && !cluster.joined) return trouble ? ' (cut off from the cluster)' : '';
  return trouble ? ' (polls fail)' : '';
}

function networkRows({ up, since, detail, trouble }: Report['network'], now: number): [string, string][] {
  if (up === null) return [['network', 'not checked yet']];
  if (up) return [['network', `up since ${ago(since, now)}`]];
  return [['network', `down since ${ago(since, now)}: ${detail}`], ...todoRows(trouble?.todo)];
}

function todoRows(todo: string | undefined): [string, string][] {
  return todo === undefined ? [] : [['', `→ ${todo}`]];
}

function workerRows(worker: Report['worker'], network: Report['network'], now: number): [string, string][] {
  if (worker === null) return [['worker', 'none']];
  const memory = worker.rssBytes === null ? '' : `, ${mb(worker.rssBytes)}`;
  const rows: [string, string][] = [
    [
      'worker',
      `pid ${worker.pid ?? '?'}, ${worker.version ?? '?'}, generation ${worker.generation}, since ${ago(worker.since, now)}${memory}`,
    ],
  ];
  if (worker.bot !== null) rows.push(['bot', `@${worker.bot}`]);
  rows.push(...clusterRows(worker, now), ['last poll', lastPollText(worker, now)]);
  // Why it takes no part in a cluster is said there.
  if (worker.trouble && worker.cluster?.joined !== false) {
    const { what, todo, since } = worker.trouble;
    const isTold = network.up === false && network.trouble?.code === worker.trouble.code;
    const failing = `fails since ${ago(since, now)}`;
    if (isTold) rows.push(['polling', `${failing}: see network`]);
    else rows.push(['polling', `${failing}: ${what}`], ...todoRows(todo));
  }
  if (worker.sessions !== null) {
    rows.push([
      'work',
      `${counted(worker.sessions, 'session')}${worker.busy ? ', in a turn' : ''}; ${counted(worker.inbox ?? 0, 'update')} and ${counted(worker.outbox ?? 0, 'call')} waiting`,
    ]);
  }
  return rows;
}

/** A worker that stands by is well without a poll. */
function lastPollText({ lastPollAt, standby, cluster }: NonNullable<Report['worker']>, now: number): string {
  if (standby === true || cluster?.standby === true)
    return cluster?.joined === false ? 'none: it may not poll' : 'none: it stands by';
  return lastPollAt === null ? 'starting: waiting for the first one' : ago(lastPollAt, now);
}

function clusterRows({ cluster, trouble }: NonNullable<Report['worker']>, now: number): [string, string][] {
  if (cluster === undefined) return [];
  const { host, standby, poller, epoch, lag, joined } = cluster;
  const waiting = `${counted(lag, 'update')} waiting on the cluster`;
  if (!joined && !trouble) return [['cluster', `${host} is joining`]];
  if (!joined && trouble)
    return [
      [
        'cluster',
        `${host} has taken no part for ${duration(now - Date.parse(trouble.since))}: ${trouble.what}`,
      ],
      ...todoRows(trouble.todo),
    ];
  if (!standby) return [['cluster', `${host} polls, epoch ${epoch ?? '?'}; ${waiting}`]];
  const others = poller === null || poller === host ? 'no machine polls yet' : `${poller} polls`;
  return [['cluster', `${host} stands by: ${others}; ${waiting}`]];
}

function ago(iso: string, now: number): string {
  return `${duration(now - Date.parse(iso))} ago`;
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
