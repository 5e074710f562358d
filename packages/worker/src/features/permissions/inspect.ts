import type { RequestContent } from '../../agents/model';
import { isTooLarge, measure, type Measured } from './measure';
import type { AgentRequest } from './model';
import { previewOf } from './preview';

/** What the request of an agent needs besides what the agent sent. */
export type Inspected = Measured & Pick<AgentRequest, 'diff'>;

/** Looks at the file that would change, and decides how the request is shown. `cwd` is the session's directory. */
export async function inspect(
  asked: RequestContent,
  cwd: string,
  hasSecrets: (text: string) => boolean,
): Promise<Inspected> {
  if (isTooLarge(asked)) return { fit: 'terminal' };
  const diff = await previewOf(asked, cwd);
  const preview = diff === undefined ? {} : { diff };
  return { ...preview, ...measure({ asked, ...preview }, hasSecrets) };
}
