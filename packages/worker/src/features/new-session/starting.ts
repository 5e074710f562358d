import type { EarlierSession } from '../../agents/agent';
import type { Chooser } from '../../chat/chooser';
import type { Conversation } from '../../chat/command';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import type { NewSession, Opened } from '../../sessions/lifecycle/model';
import { openRefusalText } from '../../sessions/lifecycle/refusal-text';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { Panes } from '../../terminal/panes';
import { newSessionWords } from './words/words';

export interface StartDeps {
  registry: Registry;
  lifecycle: Lifecycle;
  chooser: Chooser;
  panes: Pick<Panes, 'kind'>;
}

/** Starts a session, which the chat then writes to. False if that failed; the user was told why. */
export async function startSession(
  { lifecycle, chooser, panes }: StartDeps,
  { chatId, thread, say, words }: Conversation,
  request: Omit<NewSession, 'chatId'>,
): Promise<boolean> {
  const opened = await lifecycle.open({ ...request, chatId });
  if (!opened.ok) {
    say(openRefusalText(opened.why, words));
    return false;
  }
  chooser.open({ chatId, thread }, opened.session.id);
  if (panes.kind === 'pty') say(words.of(newSessionWords).noTmux);
  return true;
}

/** Resumes a stored session of an agent. False if that failed; the user was told why. */
export async function resumeEarlier(
  deps: StartDeps,
  conversation: Conversation,
  request: Omit<NewSession, 'chatId'> & { agent: string; resume: EarlierSession },
): Promise<boolean> {
  const { registry, lifecycle } = deps;
  const { say, words } = conversation;
  const text = words.of(newSessionWords);
  const { resume } = request;
  const known = registry.all().find(({ binding }) => binding?.sessionId === resume.sessionId);
  if (known !== undefined) return restoreKnown(deps, conversation, known);
  const pids = await lifecycle.runningIn(request.agent, resume);
  if (pids.length > 0) {
    say(text.runsElsewhere(pids));
    return false;
  }
  const isStarted = await startSession(deps, conversation, request);
  if (isStarted) say(text.resuming(registry.get(request.id)?.name ?? ''));
  return isStarted;
}

/** Resumes the agent's session as a session that ccbot knows already, live or archived. */
async function restoreKnown(
  { lifecycle, chooser }: StartDeps,
  { chatId, thread, say, words }: Conversation,
  session: Session,
): Promise<boolean> {
  const opened: Opened = isLive(session) ? { ok: true, session } : await lifecycle.restore(session.id);
  if (!opened.ok) {
    say(openRefusalText(opened.why, words));
    return false;
  }
  chooser.open({ chatId, thread }, opened.session.id);
  say(words.of(newSessionWords).resuming(opened.session.name));
  return true;
}
