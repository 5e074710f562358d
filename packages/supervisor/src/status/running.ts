import type { Paths } from '@ccbot/shared/config/paths';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { processStartTime, type Holder } from '@ccbot/shared/lock/holder';
import type { Environment } from '../host';
import { askSupervisor } from './client';
import { ownEnvironmentOf, type OwnEnvironment } from './environment';
import { livingHolder } from './inspect';

/** A supervisor that takes longer to answer is stuck, ms. */
const ANSWER_MS = 3_000;

/**
 * The environment of the ccbot that runs in this `CCBOT_DIR`: as its supervisor says, or from `/proc` if that is older,
 * does not answer, or is missing. Null: nothing runs, or nobody says.
 */
export async function runningEnvironment(paths: Paths): Promise<OwnEnvironment | null> {
  let answered: OwnEnvironment | null = null;
  await askSupervisor(
    paths.supervisorSocket,
    'environment',
    (answer) => {
      if (answer.type === 'environment') answered = answer.environment;
      return answer.type === 'environment' || answer.type === 'refused';
    },
    ANSWER_MS,
  );
  if (answered !== null) return answered;
  const holder = livingHolder(paths.lock);
  if (holder === null || holder.role === 'command') return null;
  const env = environmentOfProcess(holder);
  return env === null ? null : ownEnvironmentOf(env, '');
}

/** The environment that a process was started with. Null: it has ended, is another user's, or this system has no `/proc`. */
export function environmentOfProcess({
  pid,
  startTime,
}: Pick<Holder, 'pid' | 'startTime'>): Environment | null {
  try {
    const text = readForeignSync(`/proc/${pid}/environ`, 'proc');
    if (startTime !== null && processStartTime(pid) !== startTime) return null; // the number was used again
    return Object.fromEntries(
      text.split('\0').flatMap((line) => {
        const end = line.indexOf('=');
        return end < 1 ? [] : [[line.slice(0, end), line.slice(end + 1)]];
      }),
    );
  } catch {
    return null;
  }
}
