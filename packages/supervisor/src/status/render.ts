import { holderText } from '@ccbot/shared/lock/holder-text';
import { duration } from '../notice/words';
import type { Look } from './look';
import type { Report } from './report';

/** A look in words, for a terminal. `now` in ms since the epoch. */
export function renderLook(look: Look, now: number): string {
  switch (look.is) {
    case 'supervised':
      return renderReport(look.report, now);
    case 'unanswering':
      return `ccbot runs but does not answer: ${holderText(look.holder)}\nEnd it with \`ccbot stop\`.\n`;
    case 'alone':
      return `A worker runs alone, unsupervised: ${holderText(look.holder)}\n`;
    case 'starting':
      return `ccbot is starting: ${holderText(look.holder)}\n`;
    case 'busy':
      return `ccbot does not run; one of its commands holds the lock for a while: ${holderText(look.holder)}\n`;
    case 'absent':
      return `ccbot does not run: ${whyAbsent(look.report, now)}\n`;
  }
}

/** What `ccbot status --json` prints of a look. */
export function lookAsData(look: Look): Record<string, unknown> {
  const report = 'report' in look ? look.report : null;
  return {
    active: isActive(look),
    state: look.is === 'supervised' ? look.report.phase : look.is,
    holder: 'holder' in look ? look.holder : null,
    report,
  };
}

/** Whether the bot is polled, by anybody. */
export function isActive(look: Look): boolean {
  return look.is === 'alone' || (look.is === 'supervised' && look.report.phase === 'running');
}

function whyAbsent(report: Report | null, now: number): string {
  if (report === null) return 'it never ran here, or left no word.';
  const { stopped, ended, supervisor } = report;
  if (stopped !== null) return `it ended ${ago(stopped.at, now)}, ${stopped.why} (exit ${stopped.code}).`;
  const last = ended[0];
  return (
    `supervisor ${supervisor.pid}, started ${ago(supervisor.since, now)}, is gone without a word (killed, or the power failed).` +
    (last === undefined ? '' : ` Its last worker’s end: ${last.why}${last.detail && `: ${last.detail}`}.`)
  );
}

const PHASES: Record<Report['phase'], string> = {
  stopped: 'stopped',
  gate: 'waiting for the network',
  waiting: 'waiting before the next start',
  misconfigured: 'the settings are wrong; waiting until they change',
  starting: 'starting',
  running: 'running',
  stopping: 'the worker is going',
};

function renderReport(r: Report, now: number): string {
  const { worker, supervisor, network } = r;
  const rows: [string, string][] = [
    ['ccbot', `${PHASES[r.phase]}${r.why === '' ? '' : ` (${r.why})`}`],
    [
      'supervisor',
      `pid ${supervisor.pid}, ${supervisor.version}, since ${ago(supervisor.since, now)}, ${mb(supervisor.rssBytes)}`,
    ],
  ];
  if (worker === null) rows.push(['worker', 'none']);
  else {
    rows.push([
      'worker',
      `pid ${worker.pid ?? '?'}, ${worker.version ?? '?'}, generation ${worker.generation}, since ${ago(worker.since, now)}${
        worker.rssBytes === null ? '' : `, ${mb(worker.rssBytes)}`
      }`,
    ]);
    if (worker.bot !== null) rows.push(['bot', `@${worker.bot}`]);
    rows.push([
      'last poll',
      worker.lastPollAt === null ? 'starting: the first one is on its way' : ago(worker.lastPollAt, now),
    ]);
    if (worker.sessions !== null) {
      rows.push([
        'work',
        `${worker.sessions} sessions${worker.busy ? ', in a turn' : ''}; ${worker.inbox ?? 0} updates and ${worker.outbox ?? 0} calls waiting`,
      ]);
    }
  }
  if (r.nextTryAt !== null) rows.push(['next try', `in ${duration(Date.parse(r.nextTryAt) - now)}`]);
  if (r.conflicts > 0)
    rows.push(['conflict', `another poller uses the token (${r.conflicts} times in a row)`]);
  rows.push([
    'network',
    network.up === null
      ? 'not asked yet'
      : `${network.up ? 'up' : 'down'} since ${ago(network.since, now)}${network.up ? '' : `: ${network.detail}`}`,
  ]);
  rows.push(['restarts', `${r.restarts}${r.failures > 0 ? `, ${r.failures} crashes in a row` : ''}`]);
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

function ago(iso: string, now: number): string {
  return `${duration(now - Date.parse(iso))} ago`;
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
