import { environmentForService } from '@ccbot/shared/environment/service';
import * as z from 'zod/mini';
import type { Environment } from '../host';
import { realPath } from '../service/real-path';

/** What a supervisor says about its own environment. No value of a secret is in it. */
export const ownEnvironment = z.object({
  /** The variables that a service carries. */
  variables: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
});
export type OwnEnvironment = z.infer<typeof ownEnvironment>;

/** `token` is the bot token; empty if it is not known. */
export function ownEnvironmentOf(env: Environment, token: string): OwnEnvironment {
  const { carried, secrets } = environmentForService(env, { token, resolve: realPath });
  const path = env['PATH'];
  // As it is: a service would leave some of its directories out.
  return { variables: { ...carried, ...(path === undefined ? {} : { PATH: path }) }, secrets: [...secrets] };
}
