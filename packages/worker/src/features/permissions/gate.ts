import type { AgentRequest, RequestCopy } from './model';

/** What stands between the user and the buttons that let something run. */
export type Gate =
  /** Nothing: everything was shown. */
  | 'open'
  /** Secrets are masked. The user can have them shown. */
  | 'masked'
  /** The file with the whole request is on its way. */
  | 'sending'
  /** The file could not be sent. */
  | 'failed'
  /** It is too large to be shown in a chat. */
  | 'terminal';

/**
 * Whether a chat was shown everything that the request would run. Keyboard and machine both ask, so no button and no tap
 * passes by. Questions let nothing run.
 */
export function gateOf(request: AgentRequest, copy: RequestCopy): Gate {
  if (request.asked.what.kind === 'questions') return 'open';
  if (request.fit === 'terminal') return 'terminal';
  if (isMasked(request, copy)) return 'masked';
  if (request.fit !== 'file') return 'open';
  if (!isFileSettled(request, copy)) return 'sending';
  return copy.file?.is === 'sent' ? 'open' : 'failed';
}

/** Whether a chat sees the request with its secrets masked. They are masked again when it is decided. */
export function isMasked(request: AgentRequest, copy: RequestCopy): boolean {
  return request.secrets === true && !(copy.unmasked === true && request.phase === 'open');
}

/** Whether the file was sent, or refused, as it should be now. */
function isFileSettled(request: AgentRequest, copy: RequestCopy): boolean {
  return copy.file !== undefined && copy.file.masked === isMasked(request, copy);
}

/** Whether the chat should get the file: an open request needs it, and one that is over must not leave secrets in it. */
export function awaitsFile(request: AgentRequest, copy: RequestCopy): boolean {
  if (request.fit !== 'file' || isFileSettled(request, copy)) return false;
  return request.phase === 'open' || (request.secrets === true && copy.unmasked === true);
}
