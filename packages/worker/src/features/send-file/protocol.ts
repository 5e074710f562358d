import * as z from 'zod/mini';

/** The most UTF-16 units of a caption (Bot API). */
export const CAPTION_MAX = 1_024;

/** A request of `ccbot send-file` to the worker: one line on its socket, or a file in a relay directory. */
export const sendRequest = z.object({
  v: z.literal(1),
  kind: z.literal('send-file'),
  /** Also names the file of the answer, if there is no connection. */
  id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  /** ccbot's id of the session, from the environment. */
  session: z.optional(z.string()),
  /** Absolute paths. */
  paths: z
    .array(z.string().check(z.minLength(1), z.maxLength(4_096)))
    .check(z.minLength(1), z.maxLength(100)),
  caption: z.optional(z.string().check(z.maxLength(CAPTION_MAX))),
  /** Chats to use instead of those that respond to the session. */
  chats: z.optional(z.array(z.int()).check(z.maxLength(20))),
  /** Pictures are sent as files, unscaled. */
  asFiles: z.optional(z.boolean()),
});

export type SendRequest = z.infer<typeof sendRequest>;

/** The outcome of one file in one chat. */
export const sendResult = z.object({
  path: z.string(),
  chat: z.nullable(z.int()),
  /** `sent`: it is in the chat. `queued`: it is on disk and will be sent. `held`: the user is asked first. */
  state: z.enum(['sent', 'queued', 'held', 'failed']),
  /** Why not, and what to do instead. */
  why: z.optional(z.string()),
});

export type SendResult = z.infer<typeof sendResult>;

/** The worker's answer. */
export const sendAnswer = z.object({
  v: z.literal(1),
  kind: z.literal('send-file'),
  id: z.string(),
  results: z.array(sendResult),
});

/** The exit codes of `ccbot send-file`, with their meaning for `--help`. */
export const SEND_EXIT = {
  ok: [0, 'every file was sent, or is on disk and will be sent'],
  failed: [1, 'at least one file was not sent; its line says why and what to do'],
  usage: [2, 'the command line is invalid'],
  held: [3, 'the user is asked first, because a file may hold credentials'],
  noWorker: [75, 'ccbot is not running and nothing was sent; try again when it runs'],
} as const satisfies Record<string, readonly [number, string]>;

export function exitOf(results: readonly SendResult[]): number {
  if (results.length === 0 || results.some(({ state }) => state === 'failed')) return SEND_EXIT.failed[0];
  return results.some(({ state }) => state === 'held') ? SEND_EXIT.held[0] : SEND_EXIT.ok[0];
}
