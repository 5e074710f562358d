import type { LogFn } from '@ccbot/shared/log/logger';
import type { Conversation, Grammar } from '../chat/command';
import type { Intent, ChatView } from '../chat/intents';
import { isRefusal, refusalText } from '../chat/refusal';
import { EARLY_TAP, EXPIRED, isOldButton, route } from '../chat/route';
import { admit } from './admit';
import { coalesce, joined, type Candidate } from './coalesce';
import type { Flood } from './flood';
import { createJournal, type Journal, type InboxDisk, type Run } from './journal';
import type { Admitted, Inbound } from './model';
import type { StoredUpdate, Updates } from './store';

/** What the intake knows of the chats: who may write, what a message can mean there, and how ccbot answers. */
export interface Chats {
  isAllowed(chatId: number): boolean;
  /** What the router has to know of a chat. */
  viewOf(inbound: Admitted): Promise<ChatView>;
  conversation(inbound: Admitted): Conversation;
  /** An admitted user wrote or tapped. */
  heard(inbound: Admitted): void;
  /** Answers a tap on a message that this database does not know. */
  unknownMessage(conversation: Conversation): void;
  /** What the user wrote or tapped is about a session. */
  meant(conversation: Conversation, session: string): void;
  /** The intent of a user's message was carried out. */
  handled(chatId: number): void;
  /** A message of an admitted user was set aside for good. */
  setAside(chatId: number, update: number, error: string): void;
}

export interface IntakeDeps {
  disk: InboxDisk;
  run: Run;
  grammar: Grammar;
  chats: Chats;
  flood: Flood;
  log: LogFn;
}

interface IntakeState extends IntakeDeps {
  strangers: number;
}

/** The way in: stored updates are admitted, routed and carried out. */
export function createIntake(deps: IntakeDeps): Journal {
  const state: IntakeState = { ...deps, strangers: 0 };
  const { disk, run, chats, log } = deps;
  const { updates } = disk;
  const startedAt = run.now();
  return createJournal({
    disk,
    run,
    handler: {
      group: (open) => coalesce(open.length, (i) => candidate(updates, open[i]), run.now(), startedAt),
      handle: (group) => handle(state, together(group.map((update) => updates.inboundOf(update)))),
      onFailed(group, error) {
        const [first] = group;
        const chatId = Number(first?.lane);
        if (first !== undefined && chats.isAllowed(chatId)) chats.setAside(chatId, first.id, error);
      },
    },
    log,
  });
}

async function handle(state: IntakeState, received: Inbound): Promise<void> {
  const { chats, grammar, flood } = state;
  const admission = admit(received, (chatId) => chats.isAllowed(chatId));
  if (!admission.admitted) return logStranger(state, received, admission.why);
  const { inbound } = admission;
  chats.heard(inbound);
  const intent = route(inbound, await chats.viewOf(inbound), grammar);
  // What steers ccbot itself, such as Stop, always gets through.
  if (
    (intent.do === 'prompt' || intent.do === 'keep') &&
    'messageId' in inbound &&
    !flood.admit({ text: '', messageId: 0, ...inbound })
  )
    return;
  const conversation = chats.conversation(inbound);
  const { session } = intent as { session?: unknown };
  if (typeof session === 'string' && inbound.kind !== 'edit') chats.meant(conversation, session);
  await perform(state, conversation, intent);
  chats.handled(inbound.chatId);
}

async function perform(
  { grammar, chats }: Pick<IntakeDeps, 'grammar' | 'chats'>,
  conversation: Conversation,
  intent: Intent,
): Promise<void> {
  const { say, ack, retire, words } = conversation;
  if (isRefusal(intent)) return say(refusalText(intent.reason, words, grammar));
  if (intent.do === EXPIRED.do) return retire(words.expired);
  if (isOldButton(intent)) {
    const whenOld = grammar.commands[intent.of.do]?.whenOld;
    return whenOld === undefined
      ? chats.unknownMessage(conversation)
      : retire(whenOld(conversation, intent.of));
  }
  if (intent.do === EARLY_TAP.do) return ack(words.earlyTap);
  const command = grammar.commands[intent.do];
  if (command === undefined) throw new Error(`no command answers ${intent.do}`);
  await command.run(conversation, intent);
}

/** Logs who wrote and what kind of update it was, never what it says. */
function logStranger(state: IntakeState, received: Inbound, why: string): void {
  state.strangers++;
  state.log('info', 'update not admitted', {
    why,
    kind: received.kind === 'other' ? received.what : received.kind,
    user: received.userId,
    strangers: state.strangers,
  });
}

function candidate(updates: Updates, update: StoredUpdate | undefined): Candidate {
  if (update === undefined) throw new Error('there is no such update');
  return { inbound: updates.inboundOf(update), receivedAt: update.receivedAt };
}

function together(group: readonly Inbound[]): Inbound {
  const [first] = group;
  if (first === undefined) throw new Error('an empty group');
  const messages = group.filter((part) => part.kind === 'text' || part.kind === 'attachment');
  return messages.length > 1 ? joined(messages) : first;
}
