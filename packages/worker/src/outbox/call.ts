import type { NextCall } from './decide';
import { threadOf, type QueuedView, type Thread } from './model';

/** A call to make. */
export type Call = Exclude<NextCall, { do: 'nothing' }>;

/** The parts for which a call sends new messages. */
export function newParts(call: Call): readonly number[] {
  return call.do === 'send' ? [call.part] : call.do === 'album' ? call.parts : [];
}

/** Whether a call reads a file. */
export function hasUpload(call: Call, queued: QueuedView): boolean {
  if (call.do === 'album' || (call.do === 'edit' && call.what === 'file')) return true;
  return call.do === 'send' && queued.view.parts[call.part]?.file !== undefined;
}

/** The name of the file of a part. */
export function nameOf(queued: QueuedView, part: number): string {
  return queued.view.parts[part]?.file?.name ?? '';
}

/** A message in an answer of Telegram. */
export interface AnsweredMessage {
  id: number | null;
  /** Where it stands; undefined: the answer does not say. */
  thread: Thread | undefined;
}

/** The messages in an answer of Telegram, in order. */
export function messagesIn(value: unknown): AnsweredMessage[] {
  return [value].flat().map((message) => {
    if (typeof message !== 'object' || message === null) return { id: null, thread: undefined };
    const { message_id: id, message_thread_id: thread, is_topic_message: isInTopic } = message as RawAnswer;
    return { id: id ?? null, thread: threadOf(isInTopic === true ? thread : undefined) };
  });
}

interface RawAnswer {
  message_id?: number;
  message_thread_id?: number;
  is_topic_message?: boolean;
}
