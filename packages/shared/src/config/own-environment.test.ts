import { homedir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { ccbotDirectory } from './absolute-path';
import { prepareEnvironment } from './own-environment';

it('hands --env-file on as an absolute path, and replaces one from the environment', () => {
  const env: NodeJS.ProcessEnv = { HOME: '/home/me', CCBOT_ENV_FILE: '/other' };
  prepareEnvironment(env, undefined);
  expect(env).toMatchObject({ CCBOT_ENV_FILE: '/other' });
  prepareEnvironment(env, 'mine.env');
  expect(env).toMatchObject({ CCBOT_ENV_FILE: resolve('mine.env') });
  prepareEnvironment(env, '~/mine.env');
  expect(env).toMatchObject({ CCBOT_ENV_FILE: join(homedir(), 'mine.env') });
});

it('takes the working directory out of PATH', () => {
  const env: NodeJS.ProcessEnv = { HOME: '/home/me', PATH: '.:/usr/bin:' };
  prepareEnvironment(env, undefined);
  expect(env).toEqual({ HOME: '/home/me', PATH: '/usr/bin' });
});

it.each(['', '.', 'home', './home'])('takes the home from the user database when HOME is %j', (home) => {
  const env: NodeJS.ProcessEnv = { HOME: home };
  expect(prepareEnvironment(env, undefined)).toBeNull();
  expect(env).toEqual({ HOME: userInfo().homedir });
});

it.each(['', '.', 'home'])('finds no directory beside an agent when HOME is %j', (home) => {
  expect(ccbotDirectory({}, home)).toBeNull();
  expect(ccbotDirectory({ CCBOT_DIR: '~/state' }, home)).toBeNull();
  expect(ccbotDirectory({ CCBOT_DIR: '/state' }, home)).toBe('/state');
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
