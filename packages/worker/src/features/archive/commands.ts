import { buttonData, withButtons } from '../../cards/button';
import { BUTTON, type ArchiveIntent, type RestoreLostIntent } from '../../cards/buttons';
import type { SessionIntent } from '../../chat/intents';
import { archivedButton } from './buttons';
import { forgetButton } from './buttons';
import { inRows } from '../../cards/button-rows';
import type { Words } from '../../words/words';
import { renderNotice } from '../../cards/render';
import type { Button } from '../../cards/view';
import type { QueuedView } from '../../outbox/model';
import { archivedOf } from '../../sessions/machine/archiving';
import type { Conversation, Handlers } from '../../chat/command';
import { isLive, type Session } from '../../sessions/model';
import type { Opened } from '../../sessions/lifecycle/opener';
import type { Registry } from '../../sessions/registry';
import { outboxKey } from '../../outbox/keys';

/** How many sessions a page of the archive lists. */
const PAGE = 8;

/** What a user can do with archived sessions, and with one that is done. */
export type ArchiveIntents =
  | SessionIntent<'done'>
  | ArchiveIntent
  | SessionIntent<'archived'>
  | SessionIntent<'restore'>
  | RestoreLostIntent
  | (SessionIntent<'forget'> & { readonly sure: boolean });

/** What the commands of the archive need. */
export interface ArchiveCommandDeps {
  registry: Registry;
  /** Puts a session into the archive and closes its window. */
  archive(id: string): Promise<void>;
  restore(id: string): Promise<Opened>;
  titleOf(agent: string): string;
  /** The agents that could go on with a session in a session of their own. */
  agents: readonly { id: string; title: string }[];
  active: { set(chatId: number, session: string): void };
  /** The chats of the people who have to do with a session. */
  watchers(session: Session): readonly number[];
  put(wanted: QueuedView): void;
  now(): number;
}

/** The commands that put sessions away and take them up again. */
export function archiveCommands(deps: ArchiveCommandDeps): Handlers<ArchiveIntents> {
  const { registry } = deps;

  /** One message a chat for the archive: paging changes it in place. */
  const show = ({ chatId }: Conversation, text: string, buttons: Button[][]): void =>
    deps.put({
      chatId,
      key: outboxKey('archive'),
      view: withButtons(renderNotice(text), buttons),
      class: 'notice',
    });

  const archived = (id: string): Session | undefined => {
    const session = registry.get(id);
    return session === undefined || isLive(session) ? undefined : session;
  };

  /** The session that goes on; undefined when it could not, which was said. */
  async function restore(conversation: Conversation, id: string): Promise<Session | undefined> {
    const { chatId, say } = conversation;
    const opened = await deps.restore(id);
    if (!opened.ok) {
      say(opened.say);
      return undefined;
    }
    deps.active.set(chatId, opened.session.id);
    return opened.session;
  }

  return {
    async done({ ack }, { session: id }) {
      ack();
      await deps.archive(id);
    },
    archive(conversation, { page: wanted }) {
      const { words } = conversation;
      conversation.ack();
      const all = archivedOf(registry.all());
      if (all.length === 0) return conversation.say(words.archive.empty);
      const pages = Math.ceil(all.length / PAGE);
      const page = Math.min(wanted, pages - 1);
      const shown = all.slice(page * PAGE, (page + 1) * PAGE);
      const lines = shown.map((session, i) => rowOf(session, page * PAGE + i + 1, deps.now(), words));
      const numbers = shown.map((session, i) => ({
        text: String(page * PAGE + i + 1),
        data: buttonData(archivedButton, { session: session.id }),
      }));
      const turn = [
        ...(page > 0
          ? [{ text: words.archive.newer, data: buttonData(BUTTON.archive, { page: page - 1 }) }]
          : []),
        ...(page < pages - 1
          ? [{ text: words.archive.older, data: buttonData(BUTTON.archive, { page: page + 1 }) }]
          : []),
      ];
      // Asked for anew it comes anew, below what was said meanwhile.
      if (conversation.inbound.kind === 'text') {
        deps.put({
          chatId: conversation.chatId,
          key: outboxKey('archive'),
          view: { parts: [] },
          class: 'card',
        });
      }
      show(conversation, words.archive.list(lines, page, pages), [
        ...inRows(numbers, 4),
        ...(turn.length > 0 ? [turn] : []),
      ]);
    },
    archived(conversation, { session: id }) {
      const { words } = conversation;
      const session = archived(id);
      if (session === undefined) return conversation.ack(words.expired);
      conversation.ack();
      show(
        conversation,
        words.archive.one(session.name, session.about ?? '', session.cwd, deps.titleOf(session.agent)),
        [
          [
            { text: words.archive.restore, data: buttonData(BUTTON.restore, { session: id }) },
            {
              text: words.history.history,
              data: buttonData(BUTTON.history, { session: id, page: 0 }),
            },
            { text: words.archive.delete, data: buttonData(forgetButton, { session: id, sure: false }) },
          ],
          ...(session.binding === undefined
            ? []
            : [
                deps.agents
                  .filter(({ id: agent }) => agent !== session.agent)
                  .map(({ id: agent, title }) => ({
                    text: words.agents.handOverTo(title),
                    data: buttonData(BUTTON.handover, { session: id, agent }),
                  })),
              ]),
          [{ text: words.archive.older, data: buttonData(BUTTON.archive, { page: 0 }) }],
        ],
      );
    },
    async restore(conversation, { session: id }) {
      const { words } = conversation;
      const session = registry.get(id);
      if (session === undefined) return conversation.ack(words.expired);
      conversation.ack(words.archive.restore);
      const opened = await restore(conversation, id);
      if (opened !== undefined) conversation.say(words.archive.restoring(opened.name));
    },
    async 'restore-lost'(conversation, { at }) {
      const { words } = conversation;
      conversation.ack();
      const lost = registry
        .all()
        .filter((session) => isLost(session, at))
        .filter((session) => deps.watchers(session).includes(conversation.chatId));
      if (lost.length === 0) return conversation.say(words.expired);
      const names: string[] = [];
      for (const { id } of lost) {
        const opened = await restore(conversation, id);
        if (opened !== undefined) names.push(opened.name);
      }
      if (names.length > 0) conversation.say(names.map(words.archive.restoring).join('\n\n'));
    },
    forget(conversation, { session: id, sure }) {
      const { words } = conversation;
      const session = archived(id);
      if (session === undefined) return conversation.ack(words.expired);
      conversation.ack();
      if (!sure) {
        return show(conversation, words.archive.deleteSure(session.name), [
          [{ text: words.archive.deleteYes, data: buttonData(forgetButton, { session: id, sure: true }) }],
          [{ text: words.archive.older, data: buttonData(archivedButton, { session: id }) }],
        ]);
      }
      registry.forget([id]);
      show(conversation, words.archive.deleted(session.name), []);
    },
  };
}

/** Whether a session was found lost at that time; or is half restored, when ccbot was killed at that. */
function isLost({ phase, binding, ended, restoring }: Session, at: number): boolean {
  if (phase === 'opening') return restoring === true;
  return phase === 'lost' && binding !== undefined && ended?.at === at;
}

function rowOf(session: Session, n: number, now: number, words: Words): string {
  const { name, about = '', ended } = session;
  const why = words.archive.why[ended?.why ?? 'died'];
  return words.archive.row(n, name, about, words.card.span(now - (ended?.at ?? session.createdAt)), why);
}
