import { headOfForeign } from '@ccbot/shared/files/foreign-file';
import type { LinkRule } from '@ccbot/shared/files/foreign-rules';
import type { FileKind } from '@ccbot/shared/files/limits';
import { headOfCompressed, isCompressed } from './transcript-file';

/** The first bytes of a file, as text; of a compressed one, of its content. Null when there is no readable regular file that the links may lead to. */
export async function fileHead(
  path: string,
  kind: FileKind,
  links: LinkRule = 'follow',
): Promise<string | null> {
  try {
    return await (isCompressed(path) ? headOfCompressed : headOfForeign)(path, kind, links);
  } catch {
    return null; // missing, no permission, or no regular file
  }
}
