import { EventEmitter } from 'node:events';
import { randomInt } from 'node:crypto';
import type { Call, ChatMessage, Fault, PollRecord, User } from './model';

/** An update that waits for the bot. */
export interface PendingUpdate {
  update_id: number;
  [kind: string]: unknown;
}

/** Everything the sandbox knows, and a signal at each change. */
export class SandboxState {
  readonly changed = new EventEmitter();
  readonly messages: ChatMessage[] = [];
  readonly calls: Call[] = [];
  readonly polls: PollRecord[] = [];
  faults: Fault[] = [];
  updates: PendingUpdate[] = [];
  commands: { command: string; description: string }[] = [];
  webhook = '';
  /** Taps that wait for an answer, and what they were answered. */
  readonly queries = new Map<string, { answered?: string; alert?: boolean; at: number }>();
  readonly typing = new Map<number, number>();
  private nextUpdate = randomInt(100_000_000, 900_000_000);
  private readonly nextMessage = new Map<number, number>();

  constructor(
    readonly bot: User,
    readonly people: readonly User[],
  ) {
    this.changed.setMaxListeners(0);
  }

  touch(): void {
    this.changed.emit('change');
  }

  addUpdate(body: Record<string, unknown>): number {
    const update_id = this.nextUpdate++;
    this.updates.push({ update_id, ...body });
    this.touch();
    return update_id;
  }

  newMessageId(chatId: number): number {
    const id = (this.nextMessage.get(chatId) ?? 100) + 1;
    this.nextMessage.set(chatId, id);
    return id;
  }

  message(chatId: number, id: number): ChatMessage | undefined {
    return this.messages.find((m) => m.chatId === chatId && m.id === id && !m.deleted);
  }

  /** The fault that strikes this call, counted down. */
  takeFault(method: string): Fault | undefined {
    const fault = this.faults.find((f) => f.method === undefined || f.method === method);
    if (fault?.times !== undefined && --fault.times <= 0)
      this.faults = this.faults.filter((f) => f !== fault);
    return fault;
  }

  /** A message in the shape of the Bot API. */
  show(m: ChatMessage): Record<string, unknown> {
    const person = this.people.find((p) => p.id === m.chatId);
    return {
      message_id: m.id,
      date: m.date,
      chat: { id: m.chatId, type: 'private', first_name: person?.first_name ?? 'Nobody' },
      from: m.fromBot ? this.bot : person,
      text: m.text,
      ...(m.entities.length > 0 ? { entities: m.entities } : {}),
      ...(m.keyboard.length > 0 ? { reply_markup: { inline_keyboard: m.keyboard } } : {}),
      ...(m.replyTo === undefined ? {} : { reply_to_message: { message_id: m.replyTo } }),
      ...(m.edits > 0 ? { edit_date: m.date } : {}),
    };
  }
}
