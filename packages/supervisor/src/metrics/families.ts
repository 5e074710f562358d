import type { Family } from '@ccbot/shared/protocol/metrics';
import type { Report } from '../status/report';

/** The supervisor's own metrics. They come from its report, so that the two always agree. */
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
    ...one('ccbot_up', 'gauge', 'Whether ccbot polls the bot.', report.phase === 'running'),
    ...one('ccbot_info', 'gauge', 'Always 1; the labels hold the versions and the phase.', 1, {
      phase: report.phase,
      supervisor_version: supervisor.version,
      ...(!worker?.version ? {} : { worker_version: worker.version }),
    }),
    ...one(
      'ccbot_start_time_seconds',
      'gauge',
      'Start time of the supervisor, since the epoch.',
      time(supervisor.since),
    ),
    ...one('ccbot_restarts_total', 'counter', 'Workers started after the first one.', report.restarts),
    ...one('ccbot_crashes_in_a_row', 'gauge', 'Worker crashes since the last healthy run.', report.failures),
    ...one(
      'ccbot_conflicts_in_a_row',
      'gauge',
      'Conflicts with another poller (409) in a row.',
      report.conflicts,
    ),
    ...one(
      'ccbot_network_up',
      'gauge',
      'Whether Telegram can be reached; absent before the first check.',
      network.up,
    ),
    ...one(
      'ccbot_supervisor_resident_memory_bytes',
      'gauge',
      'Resident memory of the supervisor.',
      supervisor.rssBytes,
    ),
    ...one(
      'ccbot_worker_start_time_seconds',
      'gauge',
      'Start time of the current worker, since the epoch.',
      time(worker?.since),
    ),
    ...one('ccbot_worker_resident_memory_bytes', 'gauge', 'Resident memory of the worker.', worker?.rssBytes),
    ...one(
      'ccbot_worker_loop_lag_seconds',
      'gauge',
      'How late the worker’s last beat was.',
      seconds(worker?.loopLagMs),
    ),
    ...one(
      'ccbot_last_poll_time_seconds',
      'gauge',
      'Time of the last answered poll, since the epoch.',
      time(worker?.lastPollAt),
    ),
    ...one('ccbot_sessions', 'gauge', 'Live sessions.', worker?.sessions),
    ...one('ccbot_busy', 'gauge', 'Whether any agent is in a turn.', worker?.busy),
    ...one('ccbot_inbox_depth', 'gauge', 'Updates waiting to be handled.', worker?.inbox),
    ...one('ccbot_outbox_depth', 'gauge', 'Messages and edits waiting to be sent.', worker?.outbox),
  ];
}

function seconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms / 1_000;
}
