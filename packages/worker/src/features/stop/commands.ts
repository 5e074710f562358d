import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { SessionIntent } from '../../chat/intents';
import { sessionSlash } from '../../chat/route';
import type { Windows } from '../../sessions/lifecycle/windows';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { StopOutcome, Stopping } from './stopping';
import { stopWords } from './words/words';

export interface StopCommandDeps {
  registry: Registry;
  windows: Pick<Windows, 'closeIfThere'>;
  stopping: Stopping;
  now(): number;
  log: LogFn;
}

type InterruptIntent = SessionIntent<'interrupt'>;
interface KillIntent extends SessionIntent<'kill'> {
  readonly sure: boolean;
}

export function stopCommands(deps: StopCommandDeps): CommandTable {
  return commands<InterruptIntent | KillIntent>({
    interrupt: {
      slash: sessionSlash(['stop'], (session) => ({ do: 'interrupt', session })),
      menu: (words) => words.of(stopWords).menu,
      button: BUTTON.interrupt,
      run: (conversation, { session }) => interrupt(deps, conversation, session),
    },
    kill: {
      slash: sessionSlash(['kill'], (session): KillIntent => ({ do: 'kill', session, sure: false })),
      menu: (words) => words.of(stopWords).menuKill,
      button: BUTTON.kill,
      run: (conversation, intent) => kill(deps, conversation, intent),
    },
  });
}

function interrupt(
  { registry, stopping, log }: StopCommandDeps,
  conversation: Conversation,
  id: string,
): void {
  conversation.ack(conversation.words.of(stopWords).stopping);
  const name = registry.get(id)?.name ?? id;
  // Not awaited: what the user writes meanwhile must not wait for the evidence.
  stopping.interrupt(id).then(
    (outcome) => report(conversation, id, name, outcome),
    (error: unknown) => log('error', 'interrupt failed', { session: id, reason: reasonOf(error) }),
  );
}

function report({ say, words }: Conversation, id: string, name: string, outcome: StopOutcome): void {
  const text = words.of(stopWords);
  switch (outcome.how) {
    case 'stopped':
      return;
    case 'idle':
      return say(text.nothingToStop(name));
    case 'failed':
      return say(text.keyFailed(name, outcome.reason));
    case 'still-working':
      return say(text.stillWorking(name), [
        [
          button(BUTTON.interrupt, text.stopAgain, { session: id }),
          button(BUTTON.kill, text.killYes, { session: id, sure: true }),
        ],
      ]);
  }
}

async function kill(deps: StopCommandDeps, conversation: Conversation, intent: KillIntent): Promise<void> {
  const { registry, windows, now } = deps;
  const { say, ack, words } = conversation;
  const session = registry.get(intent.session);
  if (session === undefined || !isLive(session)) return ack(words.expired);
  ack();
  const text = words.of(stopWords);
  if (!intent.sure) {
    return say(text.killSure(session.name), [
      [button(BUTTON.kill, text.killYes, { session: session.id, sure: true })],
    ]);
  }
  // First the state: the window's own end must not be reported as a surprise.
  registry.dispatch(session.id, [{ type: 'killed', at: now() }]);
  await windows.closeIfThere(session.id);
}
