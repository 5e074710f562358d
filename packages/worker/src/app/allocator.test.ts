import { ALLOCATOR, ALLOCATOR_ENV } from '@ccbot/shared/protocol/messages';
import { forgetAllocator } from './allocator';

it('leaves nothing of the supervisor’s settings to the programs that the worker starts', () => {
  const env = { HOME: '/home/ada', ...ALLOCATOR, [ALLOCATOR_ENV]: '1' };
  forgetAllocator(env);
  expect(env).toEqual({ HOME: '/home/ada' });
});

it('leaves what the user has set', () => {
  const env = { MALLOC_ARENA_MAX: '2' };
  forgetAllocator(env);
  expect(env).toEqual({ MALLOC_ARENA_MAX: '2' });
});
