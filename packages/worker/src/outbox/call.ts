import type { NextCall } from './decide';
import type { QueuedView } from './model';

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

/** The ids of the messages in an answer of Telegram, in order. */
export function idsOf(value: unknown): (number | null)[] {
  const messages = (Array.isArray(value) ? value : [value]) as ({ message_id?: number } | true)[];
  return messages.map((m) => (typeof m === 'object' ? (m.message_id ?? null) : null));
}
