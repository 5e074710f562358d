import { EventEmitter } from 'node:events';
import { randomBytes, randomInt } from 'node:crypto';
import type { Call, ChatMessage, Draft, Fault, PollRecord, StoredFile, Upload, User } from './model';
import type { Bucket, Pace } from './pace';
import { sizeOf } from './picture';
import { show } from './show';

/** An update that waits for the bot. */
export interface PendingUpdate {
  update_id: number;
  [kind: string]: unknown;
}

/** A command of the bot's menu. */
export interface BotCommand {
  command: string;
  description: string;
}

/** A tap that waits for an answer, and what it was answered. */
export interface CallbackQuery {
  /** ms since the epoch. */
  at: number;
  answered?: string;
  alert?: boolean;
}

/** Updates are kept for a day, ms. */
export const RETENTION_MS = 24 * 3_600_000;

/** Everything the sandbox knows, and a signal at each change. */
export class SandboxState {
  readonly changed = new EventEmitter();
  readonly messages: ChatMessage[] = [];
  readonly calls: Call[] = [];
  readonly polls: PollRecord[] = [];
  /** What a bot should not do though the real server lets it pass, such as parameters of no effect. */
  readonly warnings: string[] = [];
  /** Methods that this server does not have. */
  readonly absent = new Set<string>();
  /** Chats whose person has blocked the bot, or never wrote to it. */
  readonly blocked = new Map<number, 'blocked' | 'never-met'>();
  faults: Fault[] = [];
  updates: PendingUpdate[] = [];
  /** Lists of commands, each under the name that {@link SandboxState.commandScope} gives it. */
  readonly commands = new Map<string, BotCommand[]>();
  webhook = '';
  /** Kinds of updates that are kept for the bot, as its last poll wanted them; empty: Telegram's own choice. */
  allowed: readonly string[] = [];
  /** Set: more messages than this are refused with 429. */
  pace: Pace | null = null;
  readonly buckets = new Map<number, Bucket>();
  readonly queries = new Map<string, CallbackQuery>();
  /** Chat → until when the bot is shown as typing, ms since the epoch. */
  readonly typing = new Map<number, number>();
  readonly drafts = new Map<number, Draft>();
  readonly files = new Map<string, StoredFile>();
  /** Path of a file → until when it can be downloaded, ms since the epoch. */
  readonly links = new Map<string, number>();
  private nextUpdate = randomInt(100_000_000, 900_000_000);
  private readonly nextMessage = new Map<number, number>();
  private readonly arrival = new Map<number, number>();

  constructor(
    readonly bot: User,
    readonly people: readonly User[],
    private readonly now: () => number = Date.now,
  ) {
    this.changed.setMaxListeners(0);
  }

  /** Tells everyone who waits that something is different. */
  touch(): void {
    this.changed.emit('change');
  }

  /** The name of the list for a chat, or for one of Telegram's wider scopes. */
  commandScope(scope: number | string, language = ''): string {
    return `${scope}/${language}`;
  }

  /** The menu that a person sees: the narrowest scope counts, and in it the person's language before none. */
  commandsFor(chatId: number, language = ''): readonly BotCommand[] {
    const scopes = [chatId, 'all_private_chats', 'default'].flatMap((scope) => [
      this.commandScope(scope, language),
      this.commandScope(scope),
    ]);
    return scopes.map((name) => this.commands.get(name)).find((list) => list !== undefined) ?? [];
  }

  /** Keeps an update for the bot, unless the bot does not want its kind; its id. */
  addUpdate(body: Record<string, unknown>): number {
    const update_id = this.nextUpdate++;
    const kind = Object.keys(body)[0] ?? '';
    const wanted = this.allowed.length === 0 ? kind !== 'message_reaction' : this.allowed.includes(kind);
    if (wanted) {
      this.updates.push({ update_id, ...body });
      this.arrival.set(update_id, this.now());
    }
    this.touch();
    return update_id;
  }

  /** Puts any update before the bot, also of a kind that it does not want; its id. What it holds is up to the caller. */
  forge(body: Record<string, unknown>): number {
    const update_id = this.nextUpdate++;
    this.updates.push({ update_id, ...body });
    this.arrival.set(update_id, this.now());
    this.touch();
    return update_id;
  }

  /** Forgets the updates that the bot has confirmed, and those that waited for a day. */
  forgetUpdates(confirmedBelow: number): void {
    const oldest = this.now() - RETENTION_MS;
    this.updates = this.updates.filter((u) => {
      const keep = u.update_id >= confirmedBelow && (this.arrival.get(u.update_id) ?? 0) > oldest;
      if (!keep) this.arrival.delete(u.update_id);
      return keep;
    });
  }

  /** The next id in a chat: ids only grow. */
  newMessageId(chatId: number): number {
    const id = (this.nextMessage.get(chatId) ?? 100) + 1;
    this.nextMessage.set(chatId, id);
    return id;
  }

  /** A message that is still there. */
  message(chatId: number, id: number): ChatMessage | undefined {
    return this.messages.find((m) => m.chatId === chatId && m.id === id && !m.deleted);
  }

  /** Keeps a file. */
  keepFile(upload: Upload, folder: string): StoredFile {
    const id = randomBytes(36).toString('base64url');
    const extension = /\.\w{1,8}$/.exec(upload.name)?.[0] ?? '';
    const size = sizeOf(upload.bytes);
    const file: StoredFile = {
      ...upload,
      id,
      uniqueId: randomBytes(9).toString('base64url'),
      path: `${folder}/file_${this.files.size}${extension}`,
      ...(size ?? {}),
    };
    this.files.set(id, file);
    return file;
  }

  /** The fault that strikes this call, counted down. */
  takeFault(method: string): Fault | undefined {
    const fault = this.faults.find((f) => f.method === undefined || f.method === method);
    if (fault?.times !== undefined && --fault.times <= 0)
      this.faults = this.faults.filter((f) => f !== fault);
    return fault;
  }

  /** A message in the shape of the Bot API. */
  show(message: ChatMessage): Record<string, unknown> {
    return show(this, message);
  }
}
