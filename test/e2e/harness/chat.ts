import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import type { System } from './system';

/** The bot's visible messages that hold a text, oldest first. */
export const saying = (system: System, text: string): ChatMessage[] =>
  system.telegram.owner.fromBot().filter((m) => m.text.includes(text));

/** How many of the bot's visible messages hold a text. */
export const count = (system: System, text: string): number => saying(system, text).length;

/** Resolves with the first visible message of the bot that holds a text; rejects with the chat when none comes. */
export async function told(system: System, text: string, timeoutMs = 30_000): Promise<ChatMessage> {
  try {
    return await system.telegram.waitFor(() => saying(system, text)[0], timeoutMs);
  } catch {
    const chat = system.telegram.owner.chat().map((m) => `${m.fromBot ? 'bot' : 'person'}: ${m.text}`);
    throw new Error(`nobody said ${JSON.stringify(text)}; the chat:\n${chat.join('\n---\n')}`);
  }
}

/** Starts a session by `/new` in the project and waits until its agent is ready for text. */
export async function startSession(system: System, name = 'demo'): Promise<void> {
  system.telegram.owner.say(`/new ${name} ${system.project}`);
  await system.telegram.waitFor(() => saying(system, 'ready').find((m) => m.text.includes(name)), 30_000);
}
