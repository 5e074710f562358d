import type { Paths } from '@ccbot/shared/config/paths';
import { readHolder } from '@ccbot/shared/lock/flock';
import { processStartTime, type Holder } from '@ccbot/shared/lock/holder';
import { askSupervisor } from './client';
import type { Report } from './report';
import { readReport } from './state-file';

/** What a look from outside found. */
export type Look =
  /** The supervisor answered. */
  | { is: 'supervised'; report: Report }
  /** A supervisor lives and does not answer: stopped, or stuck. */
  | { is: 'unanswering'; holder: Holder; report: Report | null }
  /** A worker holds the lock by itself (`ccbot worker`). */
  | { is: 'alone'; holder: Holder }
  /** A supervisor has just taken the lock and cannot be asked yet. */
  | { is: 'starting'; holder: Holder }
  /** A command holds the lock for a while (`ccbot init` that waits for a message); nothing polls for the person. */
  | { is: 'busy'; holder: Holder }
  /** Nothing runs; the last report tells why, when there is one. */
  | { is: 'absent'; report: Report | null };

/** A supervisor that does not answer within this is stuck, ms. */
const ANSWER_MS = 3_000;

/** Looks whether ccbot runs in this `CCBOT_DIR`. */
export async function look(paths: Paths): Promise<Look> {
  let answered: Report | undefined;
  await askSupervisor(
    paths.supervisorSocket,
    'status',
    (answer) => {
      if (answer.type === 'report') answered = answer.report;
      return answer.type === 'report';
    },
    ANSWER_MS,
  );
  if (answered !== undefined) return { is: 'supervised', report: answered };
  const report = readReport(paths.supervisorState);
  const holder = livingHolder(paths.lock);
  if (holder === null) return { is: 'absent', report };
  if (holder.role === 'command') return { is: 'busy', holder };
  if (report?.supervisor.pid !== holder.pid)
    return { is: holder.role === 'supervisor' ? 'starting' : 'alone', holder };
  // It has said its last word already and is about to end.
  return report.stopped === null ? { is: 'unanswering', holder, report } : { is: 'absent', report };
}

/** Whom the lock file names, when that process lives and is no other one with the same number. */
export function livingHolder(lock: string): Holder | null {
  const holder = readHolder(lock);
  return holder !== null && isAlive(holder) ? holder : null;
}

/** Whether the process that a lock file names lives. */
export function isAlive({ pid, startTime }: Holder): boolean {
  if (startTime !== null) return processStartTime(pid) === startTime;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there, but another user's
  }
}
