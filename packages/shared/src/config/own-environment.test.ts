import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ccbotDirectory } from './absolute-path';
import { prepareEnvironment } from './own-environment';

it('hands --env-file on as an absolute path, and replaces one from the environment', () => {
  const env: NodeJS.ProcessEnv = { CCBOT_ENV_FILE: '/other' };
  prepareEnvironment(env, undefined);
  expect(env).toEqual({ CCBOT_ENV_FILE: '/other' });
  prepareEnvironment(env, 'mine.env');
  expect(env).toEqual({ CCBOT_ENV_FILE: resolve('mine.env') });
  prepareEnvironment(env, '~/mine.env');
  expect(env).toEqual({ CCBOT_ENV_FILE: join(homedir(), 'mine.env') });
});

it('takes the working directory out of PATH', () => {
  const env: NodeJS.ProcessEnv = { PATH: '.:/usr/bin:' };
  prepareEnvironment(env, undefined);
  expect(env).toEqual({ PATH: '/usr/bin' });
});

it.each([
  [{}, '/home/me/.ccbot'],
  [{ CCBOT_DIR: ' ' }, '/home/me/.ccbot'],
  [{ CCBOT_DIR: '/state/' }, '/state'],
  [{ CCBOT_DIR: '~/state' }, '/home/me/state'],
  [{ CCBOT_DIR: 'state' }, null],
  [{ CCBOT_DIR: './state' }, null],
  [{ CCBOT_DIR: '~other/state' }, null],
])('finds the directory of a program that runs beside an agent with %j', (env, dir) => {
  expect(ccbotDirectory(env, '/home/me')).toBe(dir);
});
