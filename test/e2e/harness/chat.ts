import { PATIENCE_MS } from '@ccbot/sandbox/patience';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { System } from './system';

/** The bot's visible messages that contain a text, oldest first. */
export const botMessages = (system: System, text: string): ChatMessage[] =>
  system.telegram.owner.fromBot().filter((m) => m.text.includes(text));

/** The labels of a message's buttons. */
export const labels = (message: ChatMessage): string[] => message.keyboard.flat().map(({ text }) => text);

/** The number of the bot's visible messages that contain a text. */
export const count = (system: System, text: string): number => botMessages(system, text).length;

/** Resolves with the bot's first visible message that contains a text; rejects with the chat when there is none in time. */
export async function botSays(system: System, text: string, timeoutMs = PATIENCE_MS): Promise<ChatMessage> {
  try {
    return await system.telegram.waitFor(() => botMessages(system, text)[0], timeoutMs);
  } catch {
    const chat = system.telegram.owner.chat().map((m) => `${m.fromBot ? 'bot' : 'user'}: ${m.text}`);
    throw new Error(`the bot did not say ${JSON.stringify(text)}; the chat:\n${chat.join('\n---\n')}`);
  }
}

/** Starts a session with `/new` in the project, and waits until its agent is ready. */
export async function startSession(system: System, name = 'demo'): Promise<void> {
  system.telegram.owner.say(`/new ${name} ${system.project}`);
  await system.telegram.waitFor(() => botMessages(system, 'ready').find((m) => m.text.includes(name)));
}
