import { newCopy, type AgentRequest, type RequestCopy, type RequestStep } from './model';

/** Sends the request as a new message, to one chat or to each that has it, and deletes the old message. */
export function sendAgain(request: AgentRequest, only?: number): RequestStep {
  const old = request.copies.filter(({ chatId }) => only === undefined || chatId === only);
  const copies = request.copies.map((copy) => (old.includes(copy) ? afresh(copy) : copy));
  return [{ ...request, copies }, [{ do: 'show-again', old }]];
}

/** The copy as a new message, which shows nothing that is masked and waits for its own file. */
function afresh({ unmasked: _unmasked, file: _file, ...copy }: RequestCopy): RequestCopy {
  return { ...copy, shown: copy.shown + 1 };
}

/** Deletes the messages of those who may not use ccbot any more. If nobody is left, `instead` get the request. */
export function removeUsers(
  request: AgentRequest,
  chats: readonly number[],
  instead: readonly number[],
): RequestStep {
  const removed = request.copies.filter(({ chatId }) => !chats.includes(chatId));
  if (removed.length === 0) return [request, []];
  const left = request.copies.filter((copy) => !removed.includes(copy));
  const copies = left.length > 0 ? left : instead.map(newCopy);
  return [{ ...request, copies }, [{ do: 'show-again', old: removed }]];
}

/** The request with one copy changed. */
export function withCopy(
  request: AgentRequest,
  chatId: number,
  change: (copy: RequestCopy) => RequestCopy,
): AgentRequest {
  return {
    ...request,
    copies: request.copies.map((copy) => (copy.chatId === chatId ? change(copy) : copy)),
  };
}

/** Waits for no text any more, of one chat or of any. */
export function stopWriting(request: AgentRequest, only?: number): AgentRequest {
  const copies = request.copies.map((copy) => {
    if (copy.writing === undefined || (only !== undefined && copy.chatId !== only)) return copy;
    const { writing: _writing, ...rest } = copy;
    return rest;
  });
  return { ...request, copies };
}
