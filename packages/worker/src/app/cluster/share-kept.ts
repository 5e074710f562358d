import { reasonOf } from '@ccbot/shared/faults/fault';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { attachmentRow, parseAttachment } from '../../attachments/rows';
import type { ClusterView } from '../../cluster/model';
import type { Rooms } from '../model';

/** Messages that one machine kept, and another one's session gets. */
const passed = z.object({
  v: z.literal(1),
  session: z.string(),
  /** `body` as in the database of attachments. */
  messages: z.array(z.object({ id: z.number(), body: z.string() })),
});

/** Where a machine leaves them, among the settings that all machines share. */
const keyOf = (host: string): string => `kept-for:${host}`;

type KeptRooms = Pick<Rooms, 'people' | 'active' | 'sessions' | 'settings' | 'kept' | 'intake' | 'world'>;

/**
 * Brings messages that wait for a session to the machine on which the user opened one. Both sides store before they let go,
 * and a message that comes twice is one.
 */
export function shareKept(cluster: ClusterView, rooms: KeptRooms): { look(): void } {
  return {
    look() {
      for (const chatId of rooms.people.chats) {
        try {
          passOn(cluster, rooms, chatId);
          for (const { host, isSelf } of cluster.machines()) if (!isSelf) take(rooms, chatId, host);
        } catch (error) {
          // Such as a full disk: the next look tries again.
          rooms.world.log('warn', 'kept messages not passed on', { reason: reasonOf(error) });
        }
      }
    },
  };
}

function passOn(cluster: ClusterView, { active, kept, settings }: KeptRooms, chatId: number): void {
  if (kept.of(chatId) === undefined) return;
  const id = active.get(chatId);
  const target = cluster.sessions().find((session) => session.id === id);
  if (target === undefined || !target.live || target.host === cluster.host) return;
  const key = keyOf(cluster.host);
  // What was passed on before is not taken yet.
  if ((settings.get(`chat:${chatId}`, key) ?? '') !== '') return;
  kept.pass(chatId, target.id, (messages) => {
    const row: z.infer<typeof passed> = {
      v: 1,
      session: target.id,
      messages: messages.map((message) => ({ id: message.id, body: attachmentRow(message) })),
    };
    settings.set(`chat:${chatId}`, key, JSON.stringify(row));
  });
}

function take({ sessions, settings, intake, world }: KeptRooms, chatId: number, host: string): void {
  const text = settings.get(`chat:${chatId}`, keyOf(host)) ?? '';
  if (text === '') return;
  const row = parseJson(passed, text);
  if (row === null || sessions.get(row.session) === undefined) return;
  for (const { id, body } of row.messages) {
    const parsed = parseAttachment(body);
    if (parsed.ok) intake.accept({ id, chatId, session: row.session, ...parsed.value });
    else world.log('error', 'kept message of another machine unreadable', { host, reason: parsed.reason });
  }
  settings.set(`chat:${chatId}`, keyOf(host), '');
}
