import { reasonOf } from '../faults/fault';
import { ForeignFileError } from './foreign-rules';

/** What is wrong with a file that could not be read, for a sentence that names the file itself. */
export function whyUnread(error: unknown): string {
  return error instanceof ForeignFileError ? error.why : reasonOf(error);
}
