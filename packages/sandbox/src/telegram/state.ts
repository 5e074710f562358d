import { EventEmitter } from 'node:events';
import { randomBytes, randomInt } from 'node:crypto';
import type { Call, ChatMessage, Draft, Fault, PollRecord, StoredFile, Topic, Upload, User } from './model';
import type { Bucket, Pace } from './pace';
import { sizeOf } from './picture';
import { show } from './show';

/** An update that the bot has not confirmed. */
export interface PendingUpdate {
  update_id: number;
  [kind: string]: unknown;
}

export interface BotCommand {
  command: string;
  description: string;
}

/** A tap, with the bot's answer once there is one. */
export interface CallbackQuery {
  /** ms since the epoch. */
  at: number;
  answered?: string;
  alert?: boolean;
}

/** Telegram keeps updates for a day, ms. */
export const RETENTION_MS = 24 * 3_600_000;

/** All state of the sandbox; `changed` emits `change` after each change, and `update` with each update for the bot. */
export class SandboxState {
  readonly changed = new EventEmitter();
  readonly messages: ChatMessage[] = [];
  readonly calls: Call[] = [];
  readonly polls: PollRecord[] = [];
  /** Calls that the real server accepts but a bot should not make, such as parameters without effect. */
  readonly warnings: string[] = [];
  /** Methods that the server answers with 404. */
  readonly absent = new Set<string>();
  /** Chats in which the user has blocked the bot or never wrote to it. */
  readonly blocked = new Map<number, 'blocked' | 'never-met'>();
  faults: Fault[] = [];
  updates: PendingUpdate[] = [];
  /** Lists of commands by their {@link SandboxState.commandScope}. */
  readonly commands = new Map<string, BotCommand[]>();
  webhook = '';
  /** Kinds of updates that the last poll asked for; empty: Telegram's default. */
  allowed: readonly string[] = [];
  /** Messages above this rate are refused with 429; null: no limit. */
  pace: Pace | null = null;
  readonly buckets = new Map<number, Bucket>();
  readonly queries = new Map<string, CallbackQuery>();
  /** Chat → end of the typing indicator, ms since the epoch. */
  readonly typing = new Map<number, number>();
  readonly drafts = new Map<number, Draft>();
  /** Topics by chat and thread; a chat without an entry never had one. */
  readonly topics = new Map<number, Map<number, Topic>>();
  /** Private chats have topics: `getMe` says so. */
  hasTopics = false;
  /** The server sends to the chat itself what names a deleted topic, as Telegram did in May 2026, instead of refusing it. */
  ignoresDeletedTopics = false;
  readonly files = new Map<string, StoredFile>();
  /** Where a server with `--local` keeps the bot's files; undefined: it runs without. */
  filesDir: string | undefined;
  /** What the server calls that directory, as one in a container does; undefined: what it is here. */
  filesDirThere: string | undefined;
  /** Path of a file → end of its download link, ms since the epoch. */
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

  /** Gives the next update this id. Without it, each sandbox begins somewhere below 900 million. */
  numberUpdates(from: number): void {
    this.nextUpdate = from;
  }

  /** Signals a change. */
  touch(): void {
    this.changed.emit('change');
  }

  /** The key of the commands for a chat id, or for one of Telegram's wider scopes. */
  commandScope(scope: number | string, language = ''): string {
    return `${scope}/${language}`;
  }

  /** The menu that a user sees: the narrowest scope wins, and within it the user's language. */
  commandsFor(chatId: number, language = ''): readonly BotCommand[] {
    const scopes = [chatId, 'all_private_chats', 'default'].flatMap((scope) => [
      this.commandScope(scope, language),
      this.commandScope(scope),
    ]);
    return scopes.map((name) => this.commands.get(name)).find((list) => list !== undefined) ?? [];
  }

  /** Queues an update if the bot wants its kind. Returns its id. */
  addUpdate(body: Record<string, unknown>): number {
    const update_id = this.nextUpdate++;
    const kind = Object.keys(body)[0] ?? '';
    const isWanted = this.allowed.length === 0 ? kind !== 'message_reaction' : this.allowed.includes(kind);
    if (isWanted) {
      this.updates.push({ update_id, ...body });
      this.arrival.set(update_id, this.now());
      this.changed.emit('update', { update_id, ...body });
    }
    this.touch();
    return update_id;
  }

  /** Queues any update, even of a kind that the bot does not want. Returns its id. */
  forge(body: Record<string, unknown>): number {
    const update_id = this.nextUpdate++;
    this.updates.push({ update_id, ...body });
    this.arrival.set(update_id, this.now());
    this.touch();
    return update_id;
  }

  /** Drops the updates that the bot has confirmed, and those older than a day. */
  forgetUpdates(confirmedBelow: number): void {
    const oldest = this.now() - RETENTION_MS;
    this.updates = this.updates.filter((u) => {
      const keep = u.update_id >= confirmedBelow && (this.arrival.get(u.update_id) ?? 0) > oldest;
      if (!keep) this.arrival.delete(u.update_id);
      return keep;
    });
  }

  /** Ids only grow. */
  newMessageId(chatId: number): number {
    const id = (this.nextMessage.get(chatId) ?? 100) + 1;
    this.nextMessage.set(chatId, id);
    return id;
  }

  /** A message that has not been deleted. */
  message(chatId: number, id: number): ChatMessage | undefined {
    return this.messages.find((m) => m.chatId === chatId && m.id === id && !m.deleted);
  }

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

  /** The fault for this call, counted down. */
  takeFault(method: string): Fault | undefined {
    const fault = this.faults.find((f) => f.method === undefined || f.method === method);
    if (fault?.times !== undefined && --fault.times <= 0)
      this.faults = this.faults.filter((f) => f !== fault);
    return fault;
  }

  /** The message as the Bot API sends it. */
  show(message: ChatMessage): Record<string, unknown> {
    return show(this, message);
  }
}
