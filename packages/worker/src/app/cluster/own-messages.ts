import type { BotApi } from '../../telegram/api';
import * as z from 'zod/mini';

const message = z.object({ message_id: z.number(), chat: z.object({ id: z.number() }) });
const sent = z.union([message, z.array(message)]);

/** The same Bot API, which tells `own` of each message that it sends. */
export function notingMessages(api: BotApi, own: (chatId: number, messageId: number) => void): BotApi {
  return {
    ...api,
    async call<T>(method: string, ...rest: [Record<string, unknown>, Parameters<BotApi['call']>[2]?]) {
      const result = await api.call<T>(method, ...rest);
      if (!result.ok || !method.startsWith('send')) return result;
      const found = sent.safeParse(result.value).data ?? [];
      for (const { message_id: id, chat } of [found].flat()) own(chat.id, id);
      return result;
    },
  };
}
