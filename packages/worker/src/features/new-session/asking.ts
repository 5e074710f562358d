import { randomBytes } from 'node:crypto';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { button, withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import type { Conversation } from '../../chat/command';
import type { ClusterView } from '../../cluster/model';
import { outboxKey, type OutboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { Settings } from '../../store/settings';
import { openBrowser, type BrowserDeps } from './browser';
import { startOnButton, type StartOnIntent } from './buttons';
import { usualMachine, type NewFields } from './route';
import { startSession } from './starting';
import { newSessionWords } from './words/words';

export interface AskingDeps {
  cluster: ClusterView;
  /** All machines share what is asked; which message asks is of this machine. */
  settings: Pick<Settings, 'get' | 'set'>;
  outbox: Pick<Outbox, 'put' | 'remove'>;
  /** The chats of all users. */
  chats: readonly number[];
  now(): number;
}

/** The question that waits for an answer. */
const asked = z.object({
  nonce: z.string(),
  /** The id of the session to start. */
  id: z.string(),
  /** Absent: the user chooses in the directory browser. */
  fields: z.optional(
    z.object({
      agent: z.exactOptional(z.string()),
      name: z.exactOptional(z.string()),
      path: z.exactOptional(z.string()),
      line: z.exactOptional(z.string()),
    }),
  ),
});

/** The setting with the question, which all machines share, and the one with its message, which this machine has sent. */
const ASKED = 'new-asked';
const SHOWN = 'new-shown';

const keyOf = (nonce: string): OutboxKey => outboxKey('which-machine', nonce);

/** Whether the user has to say on which machine to start: there are several, and the chat's own is not there. */
export function mustAsk({ cluster }: AskingDeps, chatId: number): boolean {
  return cluster.hasOthers() && usualMachine(cluster.machines(), cluster.defaultHost(chatId)) === undefined;
}

/** Asks on which machine to start. A later question replaces this one. `kept`: how many messages wait for the session. */
export function askMachine(
  deps: AskingDeps,
  { inbound, chatId, thread, words }: Conversation,
  fields: NewFields | undefined,
  kept = 0,
): void {
  const { cluster, settings, outbox, now } = deps;
  const id = inbound.updateId.toString(36);
  const before = parseJson(asked, settings.get(`chat:${chatId}`, ASKED) ?? '');
  // After a crash the same update asks the same question.
  const nonce = before?.id === id ? before.nonce : randomBytes(12).toString('base64url');
  settings.set(`chat:${chatId}`, ASKED, JSON.stringify({ nonce, id, fields }));
  const machines = cluster.machines();
  const text = words.of(newSessionWords);
  const away = words.machines.awayLines(machines, now());
  const rows = machines
    .filter(({ isAway }) => !isAway)
    .map(({ host }) => [button(startOnButton, text.startOn(host), { host, nonce })]);
  removeAnswered(deps, chatId, nonce);
  settings.set(`chat:${chatId}`, SHOWN, nonce);
  const view = withButtons(
    renderNotice([...(kept > 0 ? [text.kept(kept)] : []), text.whichMachine, ...away].join('\n\n')),
    rows,
  );
  outbox.put({ chatId, thread, key: keyOf(nonce), view, class: 'ask' });
}

/** The answer, on the machine that was chosen. */
export async function startOn(
  browser: BrowserDeps,
  asking: AskingDeps,
  conversation: Conversation,
  { host, nonce }: StartOnIntent,
): Promise<void> {
  const { cluster, settings } = asking;
  const { chatId, ack, words } = conversation;
  const question = parseJson(asked, settings.get(`chat:${chatId}`, ASKED) ?? '');
  if (question?.nonce !== nonce || host !== cluster.host) return ack(words.expired);
  ack();
  const { id, fields } = question;
  const isStarted =
    fields === undefined
      ? await openBrowser(browser, conversation).then(() => true)
      : await startSession(browser.starting, conversation, { ...fields, id });
  if (!isStarted) return;
  settings.set(`chat:${chatId}`, ASKED, '');
  removeAnswered(asking, chatId, undefined);
}

/** Messages that were kept have their session now: the question that was asked for them is over. */
export function forgetQuestion(deps: AskingDeps, chatId: number): void {
  const { settings } = deps;
  const question = parseJson(asked, settings.get(`chat:${chatId}`, ASKED) ?? '');
  if (question === null || question.fields !== undefined) return;
  settings.set(`chat:${chatId}`, ASKED, '');
  removeAnswered(deps, chatId, undefined);
}

/** Removes the questions that were answered meanwhile, on whichever machine. */
export function removeAnsweredQuestions(deps: AskingDeps): void {
  for (const chatId of deps.chats) {
    const question = parseJson(asked, deps.settings.get(`chat:${chatId}`, ASKED) ?? '');
    removeAnswered(deps, chatId, question?.nonce);
  }
}

/** `open`: the question that is not answered. */
function removeAnswered({ settings, outbox }: AskingDeps, chatId: number, open: string | undefined): void {
  const shown = settings.get(`chat:${chatId}`, SHOWN) ?? '';
  if (shown === '' || shown === open) return;
  settings.set(`chat:${chatId}`, SHOWN, '');
  outbox.remove(chatId, keyOf(shown), 'ask');
}
