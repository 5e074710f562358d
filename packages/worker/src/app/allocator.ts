import { ALLOCATOR, ALLOCATOR_ENV } from '@ccbot/shared/protocol/messages';

/** The allocator has read what the supervisor set for it. The programs that this one starts get what the user has set: nothing. */
export function forgetAllocator(env: NodeJS.ProcessEnv): void {
  if (env[ALLOCATOR_ENV] !== '1') return;
  for (const name of [ALLOCATOR_ENV, ...Object.keys(ALLOCATOR)]) Reflect.deleteProperty(env, name);
}
