import type { Family } from '@ccbot/shared/protocol/metrics';
import type { Report } from '../status/report';

/** The supervisor's own metrics. They come from its report, so that the two always agree. */
export function familiesOf(report: Report): Family[] {
  return [...instanceFamilies(report), ...supervisorFamilies(report), ...workerFamilies(report.worker)];
}

function instanceFamilies({ phase, supervisor, worker }: Report): Family[] {
  return [
    ...family(
      'ccbot_up',
      'gauge',
      'Whether ccbot polls the bot, or stands by for another machine.',
      phase === 'running',
    ),
    ...family('ccbot_info', 'gauge', 'Always 1; the labels hold the versions and the phase.', 1, {
      phase,
      supervisor_version: supervisor.version,
      ...(!worker?.version ? {} : { worker_version: worker.version }),
    }),
  ];
}

function supervisorFamilies({ supervisor, network, restarts, failures, conflicts }: Report): Family[] {
  return [
    ...family(
      'ccbot_start_time_seconds',
      'gauge',
      'Start time of the supervisor, since the epoch.',
      epochSeconds(supervisor.since),
    ),
    ...family('ccbot_restarts_total', 'counter', 'Workers started after the first one.', restarts),
    ...family('ccbot_crashes_in_a_row', 'gauge', 'Worker crashes since the last healthy run.', failures),
    ...family(
      'ccbot_conflicts_in_a_row',
      'gauge',
      'Conflicts with another poller (409) in a row.',
      conflicts,
    ),
    ...family(
      'ccbot_network_up',
      'gauge',
      'Whether Telegram can be reached; absent before the first check.',
      network.up,
    ),
    ...family(
      'ccbot_supervisor_resident_memory_bytes',
      'gauge',
      'Resident memory of the supervisor.',
      supervisor.rssBytes,
    ),
  ];
}

function workerFamilies(worker: Report['worker']): Family[] {
  return [
    ...family(
      'ccbot_worker_start_time_seconds',
      'gauge',
      'Start time of the current worker, since the epoch.',
      epochSeconds(worker?.since),
    ),
    ...family(
      'ccbot_worker_resident_memory_bytes',
      'gauge',
      'Resident memory of the worker.',
      worker?.rssBytes,
    ),
    ...family(
      'ccbot_worker_loop_lag_seconds',
      'gauge',
      'How late the worker’s last beat was.',
      seconds(worker?.loopLagMs),
    ),
    ...family(
      'ccbot_last_poll_time_seconds',
      'gauge',
      'Time of the last answered poll, since the epoch.',
      epochSeconds(worker?.lastPollAt),
    ),
    ...family('ccbot_sessions', 'gauge', 'Live sessions.', worker?.sessions),
    ...family('ccbot_busy', 'gauge', 'Whether any agent is in a turn.', worker?.busy),
    ...family('ccbot_inbox_depth', 'gauge', 'Updates waiting to be handled.', worker?.inbox),
    ...family('ccbot_outbox_depth', 'gauge', 'Messages and edits waiting to be sent.', worker?.outbox),
    ...clusterFamilies(worker?.cluster),
  ];
}

/** Only of a machine that shares its bot. */
function clusterFamilies(cluster: NonNullable<Report['worker']>['cluster']): Family[] {
  return [
    ...family(
      'ccbot_cluster_joined',
      'gauge',
      'Whether this machine takes part in the cluster.',
      cluster?.joined,
    ),
    ...family(
      'ccbot_cluster_polls',
      'gauge',
      'Whether this machine holds the lease to poll.',
      cluster && !cluster.standby,
    ),
    ...family(
      'ccbot_cluster_epoch',
      'gauge',
      'The epoch of the lease; absent while another machine polls.',
      cluster?.epoch,
    ),
    ...family(
      'ccbot_cluster_lag',
      'gauge',
      'Updates on the cluster that this machine has not taken over yet.',
      cluster?.lag,
    ),
  ];
}

/** A family of one sample, or none if the value is unknown. */
function family(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: number | boolean | null | undefined,
  labels: Record<string, string> = {},
): Family[] {
  if (value === null || value === undefined) return [];
  return [{ name, help, type, samples: [{ labels, value: Number(value) }] }];
}

function epochSeconds(iso: string | null | undefined): number | null {
  return iso === null || iso === undefined ? null : Date.parse(iso) / 1_000;
}

function seconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms / 1_000;
}
