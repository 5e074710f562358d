import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { askSupervisor } from '../status/client';
import { renderLook } from '../status/render';
import type { Answer } from '../status/control';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** A worker that is not polling after this is not going to be told of, ms. */
const READY_MS = 30_000;

/** What an answer means for somebody who waits for a new worker. */
type Outcome = { code: number; text: string; bad: boolean } | null;

/** `ccbot restart`: a new worker with new code and settings; returns when it polls. */
export async function restart(deps: CommandDeps): Promise<number> {
  let old = Number.POSITIVE_INFINITY;
  let outcome: Outcome = null;
  const how = await askSupervisor(
    deps.paths.supervisorSocket,
    'restart',
    (answer) => {
      if (answer.type === 'accepted') old = answer.generation;
      outcome = outcomeOf(answer, old, deps.now());
      return outcome !== null;
    },
    READY_MS,
  );
  const end: NonNullable<Outcome> =
    outcome ??
    {
      absent: {
        code: NOT_ACTIVE,
        text: 'ccbot does not run under a supervisor: nothing to restart.\n',
        bad: true,
      },
      closed: {
        code: EXIT.temporary,
        text: 'The supervisor ended meanwhile; see `ccbot logs`.\n',
        bad: true,
      },
      timeout: { code: EXIT.temporary, text: 'No new worker polls yet; see `ccbot status`.\n', bad: true },
      done: { code: EXIT.ok, text: '', bad: false },
    }[how];
  (end.bad ? deps.err : deps.out).write(end.text);
  return end.code;
}

function outcomeOf(answer: Answer, old: number, now: number): Outcome {
  if (answer.type === 'refused')
    return { code: EXIT.config, text: `Not restarted. ${answer.text}\n`, bad: true };
  if (answer.type !== 'report') return null;
  const { report } = answer;
  const { worker, phase } = report;
  if (worker !== null && worker.generation > old && phase === 'running') {
    return { code: EXIT.ok, text: `A new worker polls: pid ${worker.pid ?? '?'}.\n`, bad: false };
  }
  const stuck =
    phase === 'misconfigured' || phase === 'waiting' || (phase === 'gate' && report.network.up === false);
  if (!stuck || old === Number.POSITIVE_INFINITY) return null;
  const code = phase === 'misconfigured' ? EXIT.config : EXIT.temporary;
  return { code, text: renderLook({ is: 'supervised', report }, now), bad: true };
}
