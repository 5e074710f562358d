import { isoTime } from '@ccbot/shared/iso-time';
import { counted } from '@ccbot/shared/counted';
import { duration } from '@ccbot/shared/duration';
import type { Standing } from './standing';
import type { Survey } from './survey';

/** What `ccbot cluster status` prints. `host` is this machine. */
export function renderStanding(survey: Survey, standing: Standing, host: string): string {
  const { machines } = standing;
  const rows: [string, string][] = [
    ['cluster', `${survey.url}, NATS ${survey.server.version}`],
    ['polls', pollerText(standing)],
    ...machines.map((machine): [string, string] => ['machine', machineText(machine, standing.now)]),
  ];
  if (!machines.some(({ isSelf }) => isSelf)) rows.push(['machine', `${host} (this one): has never joined`]);
  const hints = machines.flatMap((machine) => forgetHint(machine, standing.now));
  return `${[...rows.map(([key, text]) => `${key.padEnd(11)} ${text}`), ...hints].join('\n')}\n`;
}

/** From this age on, ms, a machine that is away may be gone for good. */
const GONE_MS = 24 * 3_600_000;

function forgetHint({ host, isSelf, isAway, seenAt }: Standing['machines'][number], now: number): string[] {
  if (isSelf || !isAway || now - seenAt < GONE_MS) return [];
  return [
    `If ${host} is gone for good, \`ccbot cluster forget ${host}\` removes it, with what waits for it.`,
  ];
}

function pollerText({ poller, epoch, now }: Standing): string {
  switch (poller.is) {
    case 'polling':
      return `${poller.host}${epoch === null ? '' : `, epoch ${epoch}`}`;
    case 'expired':
      return `nobody: ${poller.host} did, and was last heard of ${duration(now - poller.renewedAt)} ago`;
    case 'free':
      return `nobody: ${poller.host} stopped, and no other machine has taken over`;
    case 'none':
      return 'nobody yet';
  }
}

function machineText(machine: Standing['machines'][number], now: number): string {
  const { host, isSelf, version, isAway, seenAt, startedAt, waiting } = machine;
  const here = isAway
    ? `away, last heard of ${duration(now - seenAt)} ago`
    : `up, started ${duration(now - startedAt)} ago`;
  const name = isSelf ? `${host} (this one)` : host;
  return `${name}: ${here}, ${version}${waiting === null ? '' : `, ${counted(waiting, 'update')} waiting`}`;
}

/** What `ccbot cluster status --json` prints. Times are ISO 8601, by the clock of the server. */
export function standingAsData(survey: Survey, standing: Standing, host: string): Record<string, unknown> {
  const { poller, epoch, machines } = standing;
  const iso = (at: number): string => isoTime(at);
  return {
    clustered: true,
    url: survey.url,
    server: survey.server.version,
    host,
    poller: poller.is === 'polling' ? poller.host : null,
    // Also when it does not any more.
    last: poller.is === 'none' ? null : poller.host,
    epoch,
    machines: machines.map(({ host: name, isSelf, version, isAway, seenAt, startedAt, waiting }) => ({
      host: name,
      self: isSelf,
      version,
      startedAt: iso(startedAt),
      seenAt: iso(seenAt),
      away: isAway,
      waiting,
    })),
  };
}
