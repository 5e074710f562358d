import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import type { Paths } from '@ccbot/shared/config/paths';
import { holderText } from '@ccbot/shared/lock/holder-text';
import { askSupervisor, type AskOutcome } from '../status/client';
import { inspect } from '../status/inspect';
import { renderStatus } from '../status/render';
import type { Answer } from '../status/control';
import type { Report } from '../status/report';
import { NOT_ACTIVE, type CommandDeps } from './deps';

/** How long to wait for the new worker to be ready, ms. */
const READY_MS = 30_000;

/** A supervisor that takes longer for its first answer is stuck, ms. It says so itself if it needs time. */
const ANSWER_MS = 5_000;

interface Outcome {
  code: number;
  text: string;
  bad: boolean;
}

/** `ccbot restart`: replaces the worker and returns when the new one polls, or stands by for another machine. */
export async function restart(deps: CommandDeps): Promise<number> {
  const { out, err } = deps.terminal;
  /** The worker that will stop; null until the supervisor has agreed. */
  let old: number | null = null;
  let outcome: Outcome | null = null;
  const how = await askSupervisor(
    deps.paths.supervisorSocket,
    'restart',
    (answer) => {
      if (answer.type === 'reading-token')
        err.write(
          'Reading the bot token with its command first, for up to 10 s. ccbot keeps running meanwhile.\n',
        );
      if (answer.type === 'accepted') {
        old = answer.generation;
        if (answer.kept !== undefined) err.write(`${answer.kept} The token that ccbot has stays.\n`);
      }
      outcome = outcomeOf(answer, old, deps.now());
      return outcome !== null;
    },
    READY_MS,
    ANSWER_MS,
  );
  const end: Outcome = outcome ?? (await withoutOutcome(how, old !== null, deps.paths));
  (end.bad ? err : out).write(end.text);
  return end.code;
}

const bad = (code: number, text: string): Outcome => ({ code, text: `${text}\n`, bad: true });

/** What is known when the supervisor did not say how the restart went. */
async function withoutOutcome(how: AskOutcome, isAccepted: boolean, paths: Paths): Promise<Outcome> {
  if (how === 'timeout')
    return bad(
      EXIT.temporary,
      isAccepted
        ? 'The new worker is not ready yet; see `ccbot status`.'
        : 'The supervisor does not answer, so it is unknown whether it will restart; see `ccbot status`.',
    );
  const found = await inspect(paths);
  switch (found.is) {
    case 'supervised':
      return bad(EXIT.temporary, 'The connection to the supervisor was lost; see `ccbot status`.');
    case 'unanswering':
    case 'starting':
      return bad(EXIT.temporary, `Not restarted: ccbot does not answer: ${holderText(found.holder)}`);
    case 'alone':
      return bad(
        NOT_ACTIVE,
        `A worker is running without a supervisor, which nothing restarts: ${holderText(found.holder)}`,
      );
    case 'busy':
    case 'absent':
      return how === 'absent'
        ? bad(NOT_ACTIVE, 'ccbot is not running under a supervisor: nothing to restart.')
        : bad(EXIT.temporary, 'The supervisor ended during the restart; see `ccbot logs`.');
  }
}

function successText({ pid, standby, cluster }: NonNullable<Report['worker']>): string {
  const worker = `pid ${pid ?? '?'}`;
  if (standby !== true) return `The new worker polls: ${worker}.`;
  if (cluster?.joined === false)
    return `The new worker runs: ${worker}. It takes no part in the cluster; see \`ccbot status\`.`;
  const poller = cluster?.poller ?? null;
  const why = poller === null || poller === cluster?.host ? '' : `: ${poller} polls`;
  return `The new worker runs: ${worker}. It stands by${why}; \`ccbot cluster status\` shows all machines.`;
}

/** Null: keep waiting for the new worker. */
function outcomeOf(answer: Answer, old: number | null, now: number): Outcome | null {
  if (answer.type === 'refused')
    return { code: EXIT.config, text: `Not restarted. ${answer.text}\n`, bad: true };
  if (answer.type !== 'report') return null;
  const { report } = answer;
  const { worker, phase } = report;
  if (worker !== null && old !== null && worker.generation > old && phase === 'running') {
    return { code: EXIT.ok, text: `${successText(worker)}\n`, bad: false };
  }
  const stuck =
    phase === 'misconfigured' || phase === 'waiting' || (phase === 'gate' && report.network.up === false);
  if (!stuck || old === null) return null;
  const code = phase === 'misconfigured' ? EXIT.config : EXIT.temporary;
  return { code, text: renderStatus({ is: 'supervised', report }, now), bad: true };
}
