import { randomBytes } from 'node:crypto';
import type { CreateFeature, Kernel } from '../../app/model';
import { afterCommit, inTransaction } from '../../sessions/handlers/model';
import type { SessionInput } from '../../sessions/machine/model';
import type { Session } from '../../sessions/model';
import { allowCommand } from './allow-command';
import { requestCommands } from './commands';
import { inboxCommand } from './inbox';
import { reportInbox } from './inbox-elsewhere';
import { overByRecords, overByStop } from './evidence';
import { createRequestIntake } from './intake';
import { inspect } from './inspect';
import { createRequestingSessions } from './requesting-sessions';
import { createRules } from './rules';
import { createRequestService, type RequestService } from './service';
import { createRequestStore } from './store';
import { createTerminalAnswers } from './terminal-answers';

/** Requests of the agents: shown in the chat, answered with one tap, and returned to the waiting hook. */
export const permissions: CreateFeature = (kernel) => {
  const { world, sessions: registry, agents, board, people, outbox, waiting, prompts, windows } = kernel;
  const { store, config, log } = world;
  const now = (): number => world.now();
  const newNonce = (): string => randomBytes(12).toString('base64url');
  const sessions = createRequestingSessions(registry, agents, board, waiting);
  const service = createRequestService({
    store: createRequestStore(store, log),
    sessions,
    people,
    outbox,
    clock: { now, newNonce, remindMs: config.CCBOT_ASK_REMIND * 60_000, quiet: config.CCBOT_QUIET_HOURS },
    log,
  });
  const rules = createRules({ registry, now, log });
  const terminalAnswers = createTerminalAnswers({ service, registry, windows, log });
  const intake = createRequestIntake({
    service,
    sessions,
    inspect: (content, cwd) => inspect(content, cwd, (text) => kernel.redaction.masksInRequest(text)),
    now,
    newNonce,
    log,
  });
  const inbox = { service, registry, board, queue: prompts.queue, cluster: world.cluster, now };
  world.cluster?.reports.share('inbox', () => reportInbox(inbox));
  closeAtStop(kernel, service);
  return {
    name: 'permissions',
    commands: {
      ...requestCommands({ service, waiting, outbox, now }),
      ...inboxCommand(inbox),
      ...allowCommand({ registry, rules, service, people, board, outbox }),
    },
    effects: {
      release: afterCommit(({ id }) => service.close(service.openOf(id), 'ended')),
    },
    events: {
      // One transaction: a request must not stay open beside a record that shows it was answered.
      observed: inTransaction((session, inputs) => closeByRecords(service, session, inputs)),
      looked: afterCommit(({ id }) => terminalAnswers.check(id)),
      joined: afterCommit(({ id }, inputs) => {
        for (const { by } of inputs) service.joined(id, by);
      }),
    },
    socket: {
      ask: (raw, hook) => intake.request(raw, hook),
      taken: (raw) => intake.taken(raw),
    },
    start() {
      service.start();
      closeEnded(kernel, service);
      rules.watch();
    },
    stop() {
      service.stop();
      terminalAnswers.stop();
      rules.stop();
    },
  };
};

function closeByRecords(
  service: RequestService,
  { id, card }: Session,
  inputs: readonly SessionInput[],
): void {
  for (const { request, how } of overByRecords(service.openOf(id), card.rows, inputs))
    service.close([request], how);
}

/** Closes the requests of a turn when the agent's `Stop` hook reports its end. */
function closeAtStop({ sessions, watch }: Kernel, service: RequestService): void {
  watch.watcher.listen({
    hook(event) {
      if (event.name !== 'Stop') return;
      const session = sessions.live().find(({ binding }) => binding?.sessionId === event.sessionId);
      if (session !== undefined) service.close(overByStop(service.openOf(session.id), event.at), 'elsewhere');
    },
  });
}

/** Closes the requests of sessions that ended while ccbot was not running. */
function closeEnded({ sessions }: Kernel, service: RequestService): void {
  const ended = service.open().filter(({ session: id }) => {
    const phase = sessions.get(id)?.phase ?? 'ended';
    return phase === 'ended' || phase === 'lost';
  });
  service.close(ended, 'ended');
}
