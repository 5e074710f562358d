import type { Paths } from '@ccbot/shared/config/paths';
import { readHolder } from '@ccbot/shared/lock/flock';
import { processStartTime, type Holder } from '@ccbot/shared/lock/holder';
import { probeLock } from '@ccbot/shared/lock/probe';
import { isZombie } from '@ccbot/shared/processes/known-process';
import { askSupervisor } from './client';
import type { Report } from './report';
import { readReport } from './state-file';

/** The state of an instance, seen from outside. */
export type InstanceStatus =
  /** The supervisor answered. */
  | { is: 'supervised'; report: Report }
  /** A supervisor process exists but does not answer: it is suspended or stuck. */
  | { is: 'unanswering'; holder: Holder; report: Report | null }
  /** A worker without a supervisor holds the lock (`ccbot worker`). */
  | { is: 'alone'; holder: Holder }
  /** A supervisor has just taken the lock and does not answer yet. */
  | { is: 'starting'; holder: Holder }
  /** A command holds the lock for the moment, such as `ccbot init` while it waits for a message. Nothing serves the chat. */
  | { is: 'busy'; holder: Holder }
  /** Nothing runs. The last report, if any, says why. */
  | { is: 'absent'; report: Report | null };

/** A supervisor that takes longer to answer is stuck, ms. */
const ANSWER_MS = 3_000;

/** Finds out whether ccbot runs in this `CCBOT_DIR`. */
export async function inspect(paths: Paths): Promise<InstanceStatus> {
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
  if (holder.role === 'command')
    return hasReleased(paths.lock, holder) ? { is: 'absent', report } : { is: 'busy', holder };
  if (report?.supervisor.pid !== holder.pid)
    return { is: holder.role === 'supervisor' ? 'starting' : 'alone', holder };
  // If it has written its last report, it is about to exit.
  return report.stopped === null ? { is: 'unanswering', holder, report } : { is: 'absent', report };
}

/** As {@link inspect}, for several looks in a row: one that did not answer is not waited for again. */
export function inspectionOf(paths: Paths): () => Promise<InstanceStatus> {
  let silent: InstanceStatus | null = null;
  return async () => {
    const found = silent ?? (await inspect(paths));
    if (found.is === 'unanswering') silent = found;
    return found;
  };
}

/**
 * Whether a command has given the lock back, which leaves its name there: `ccbot init` runs for minutes without it. Its
 * own process does not ask the kernel, as the ccbot that it starts may be taking the lock.
 */
function hasReleased(lock: string, { pid }: Holder): boolean {
  return pid === process.pid || probeLock(lock).is === 'free';
}

/** The holder named in the lock file, if that very process is alive. */
export function livingHolder(lock: string): Holder | null {
  const holder = readHolder(lock);
  return holder !== null && isAlive(holder) ? holder : null;
}

/** Whether that very process runs. A zombie has ended: in a container nobody may ever wait for it. */
export function isAlive({ pid, startTime }: Pick<Holder, 'pid' | 'startTime'>): boolean {
  if (startTime !== null) return processStartTime(pid) === startTime && !isZombie(pid);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but another user's
  }
}
