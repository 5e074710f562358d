import { isoTime } from '@ccbot/shared/iso-time';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Family } from '@ccbot/shared/protocol/metrics';
import { familiesOf } from '../metrics/families';
import { createMetricsPort } from '../metrics/port';
import { renderMetrics } from '../metrics/render';
import type { Policy } from '../policy';
import type { State } from '../state';
import { reportOf, type Report, type Self } from './report';
import { writeReport } from './state-file';

export interface ReporterDeps {
  self: Self;
  clock: { now(): number; monotonicMs(): number };
  policy(): Policy;
  state(): State;
  /** The state file. */
  path: string;
  log: LogFn;
}

/** Reports the supervisor's state: to clients of the control socket, in the state file, and on the metrics port. */
export interface Reporter {
  report(): Report;
  reportWithMetrics(): Report;
  setWorkerMetrics(families: readonly Family[]): void;
  /** Serves the metrics on this port and on no other; 0: on none. Never rejects. */
  listen(port: number): Promise<void>;
  /** Writes the state file if more has changed than a beat. */
  saveIfChanged(): void;
  /** Writes the state file of a supervisor that has ended. */
  saveStopped(stopped: { why: string; code: number }): void;
  close(): Promise<void>;
}

export function createReporter(deps: ReporterDeps): Reporter {
  const { clock, log } = deps;
  let workerMetrics: readonly Family[] = [];
  let savedKey = '';
  const port = createMetricsPort(
    () => renderMetrics(metricsOf(report())),
    (f) => log('warn', f.what, { todo: f.todo, code: f.code }),
  );

  function report(): Report {
    const now = { wall: clock.now(), at: clock.monotonicMs() };
    const self = { ...deps.self, rssBytes: process.memoryUsage.rss() };
    return { ...reportOf(deps.policy(), deps.state(), self, now), metricsPort: port.state() };
  }

  function metricsOf(current: Report): Family[] {
    return [...familiesOf(current), ...workerMetrics];
  }

  function save(current: Report): void {
    const error = writeReport(deps.path, current);
    if (error !== null) log('warn', 'state file not written', { reason: error.message });
  }

  return {
    report,
    reportWithMetrics() {
      const current = report();
      return { ...current, metrics: metricsOf(current) };
    },
    setWorkerMetrics(families) {
      workerMetrics = families;
    },
    listen: (number) => port.listen(number),
    saveIfChanged() {
      const { phase, generation, child, network, openNotice } = deps.state();
      const key = [phase.is, generation, child?.readyAt, network.up, openNotice].join();
      if (key === savedKey) return;
      savedKey = key;
      save(report());
    },
    saveStopped({ why, code }) {
      save({ ...report(), stopped: { at: isoTime(clock.now()), why, code } });
    },
    close: () => port.close(),
  };
}
