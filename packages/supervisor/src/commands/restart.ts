import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { askSupervisor } from '../status/client';
import { renderStatus } from '../status/render';
import type { Answer } from '../status/control';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** How long to wait for the new worker to poll, ms. */
const READY_MS = 30_000;

/** Null: keep waiting for the new worker. */
type Outcome = { code: number; text: string; bad: boolean } | null;

/** `ccbot restart`: replaces the worker and returns when the new one polls. */
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
        text: 'ccbot is not running under a supervisor: nothing to restart.\n',
        bad: true,
      },
      closed: {
        code: EXIT.temporary,
        text: 'The supervisor ended during the restart; see `ccbot logs`.\n',
        bad: true,
      },
      timeout: {
        code: EXIT.temporary,
        text: 'The new worker does not poll yet; see `ccbot status`.\n',
        bad: true,
      },
      done: { code: EXIT.ok, text: '', bad: false },
    }[how];
  (end.bad ? deps.terminal.err : deps.terminal.out).write(end.text);
  return end.code;
}

function outcomeOf(answer: Answer, old: number, now: number): Outcome {
  if (answer.type === 'refused')
    return { code: EXIT.config, text: `Not restarted. ${answer.text}\n`, bad: true };
  if (answer.type !== 'report') return null;
  const { report } = answer;
  const { worker, phase } = report;
  if (worker !== null && worker.generation > old && phase === 'running') {
    return { code: EXIT.ok, text: `The new worker polls: pid ${worker.pid ?? '?'}.\n`, bad: false };
  }
  const stuck =
    phase === 'misconfigured' || phase === 'waiting' || (phase === 'gate' && report.network.up === false);
  if (!stuck || old === Number.POSITIVE_INFINITY) return null;
  const code = phase === 'misconfigured' ? EXIT.config : EXIT.temporary;
  return { code, text: renderStatus({ is: 'supervised', report }, now), bad: true };
}
