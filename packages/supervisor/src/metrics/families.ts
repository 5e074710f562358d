import type { Family } from '@ccbot/shared/protocol/metrics';
import type { Report } from '../status/report';

/** What the supervisor itself knows, as metrics: from its report, so that both say the same. */
export function familiesOf(report: Report): Family[] {
  const { supervisor, worker, network } = report;
  const one = (
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    value: number | boolean | null | undefined,
    labels: Record<string, string> = {},
  ): Family[] =>
    value === null || value === undefined
      ? []
      : [{ name, help, type, samples: [{ labels, value: Number(value) }] }];
  const time = (iso: string | null | undefined): number | null =>
    iso === null || iso === undefined ? null : Date.parse(iso) / 1_000;
  return [
    ...one('ccbot_up', 'gauge', 'Whether the bot is polled.', report.phase === 'running'),
    ...one('ccbot_info', 'gauge', 'Always 1; the labels tell the versions and the phase.', 1, {
      phase: report.phase,
      supervisor_version: supervisor.version,
      ...(!worker?.version ? {} : { worker_version: worker.version }),
    }),
    ...one(
      'ccbot_start_time_seconds',
      'gauge',
      'When the supervisor was started, since the epoch.',
      time(supervisor.since),
    ),
    ...one('ccbot_restarts_total', 'counter', 'Workers that were started after the first.', report.restarts),
    ...one(
      'ccbot_crashes_in_a_row',
      'gauge',
      'Crashes of the worker since the last healthy run.',
      report.failures,
    ),
    ...one(
      'ccbot_conflicts_in_a_row',
      'gauge',
      'Refusals by Telegram because of another poller (409), in a row.',
      report.conflicts,
    ),
    ...one(
      'ccbot_network_up',
      'gauge',
      'Whether Telegram can be reached; absent before it was asked.',
      network.up,
    ),
    ...one(
      'ccbot_supervisor_resident_memory_bytes',
      'gauge',
      'Memory of the supervisor.',
      supervisor.rssBytes,
    ),
    ...one(
      'ccbot_worker_start_time_seconds',
      'gauge',
      'When the present worker was started, since the epoch.',
      time(worker?.since),
    ),
    ...one('ccbot_worker_resident_memory_bytes', 'gauge', 'Memory of the worker.', worker?.rssBytes),
    ...one(
      'ccbot_worker_loop_lag_seconds',
      'gauge',
      'By how much the worker’s last beat was late.',
      seconds(worker?.loopLagMs),
    ),
    ...one(
      'ccbot_last_poll_time_seconds',
      'gauge',
      'When a poll was last answered, since the epoch.',
      time(worker?.lastPollAt),
    ),
    ...one('ccbot_sessions', 'gauge', 'Live sessions.', worker?.sessions),
    ...one('ccbot_busy', 'gauge', 'Whether any agent is in a turn.', worker?.busy),
    ...one('ccbot_inbox_depth', 'gauge', 'Updates that wait to be handled.', worker?.inbox),
    ...one('ccbot_outbox_depth', 'gauge', 'Messages and edits that wait to be sent.', worker?.outbox),
  ];
}

function seconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms / 1_000;
}
