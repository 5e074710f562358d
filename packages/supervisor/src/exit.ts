import { FaultError, faultText, reasonOf } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { launchdExitCode } from './service/launchd';

/** Ends this process with the exit code of `running`, and prints why it failed if it did. */
export async function exitWith(running: Promise<number>): Promise<never> {
  const say = (text: string): void => void process.stderr.write(`ccbot: ${text}\n`);
  let code: number;
  try {
    code = await running;
  } catch (error) {
    const known = error instanceof FaultError ? error.fault : null;
    say(known === null ? reasonOf(error) : faultText(known));
    code = known?.exit ?? EXIT.temporary;
  }
  return process.exit(launchdExitCode(code, process.env, say));
}
