import type { RequestInput, RequestStep } from './machine';
import { newCopy, type AgentRequest, type RequestCopy } from './model';

/** The same request as a new message, in one chat or in each that has it; the old one goes. */
export function anew(ask: AgentRequest, only?: number): RequestStep {
  const old = ask.copies.filter(({ chatId }) => only === undefined || chatId === only);
  const copies = ask.copies.map((copy) => (old.includes(copy) ? { ...copy, shown: copy.shown + 1 } : copy));
  return [{ ...ask, copies }, [{ do: 'show-anew', old }]];
}

/** Who may not use ccbot any more sees nothing of it from now on. */
export function allowed(
  ask: AgentRequest,
  { chats, instead }: Extract<RequestInput, { type: 'allowed' }>,
): RequestStep {
  const gone = ask.copies.filter(({ chatId }) => !chats.includes(chatId));
  if (gone.length === 0) return [ask, []];
  const left = ask.copies.filter((copy) => !gone.includes(copy));
  const copies = left.length > 0 ? left : instead.map(newCopy);
  return [{ ...ask, copies }, [{ do: 'show-anew', old: gone }]];
}

/** The request with another state of one copy. */
export function withCopy(
  ask: AgentRequest,
  chatId: number,
  change: (copy: RequestCopy) => RequestCopy,
): AgentRequest {
  return { ...ask, copies: ask.copies.map((copy) => (copy.chatId === chatId ? change(copy) : copy)) };
}

/** No text is waited for any more, of one chat or of any. */
export function notWriting(ask: AgentRequest, only?: number): AgentRequest {
  const copies = ask.copies.map((copy) => {
    if (copy.writing === undefined || (only !== undefined && copy.chatId !== only)) return copy;
    const { writing: was, ...rest } = copy;
    void was;
    return rest;
  });
  return { ...ask, copies };
}
