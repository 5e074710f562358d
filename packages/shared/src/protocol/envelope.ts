import * as z from 'zod/mini';

/** The version of the messages between supervisor and worker. A message of another version becomes `other`. */
export const PROTOCOL_VERSION = 1;

/** What each message has. */
export const head = { v: z.literal(PROTOCOL_VERSION), generation: z.number() };

/** A message of another protocol version, or of a kind that this version does not know. */
export interface OtherMessage {
  type: 'other';
  raw: unknown;
}
