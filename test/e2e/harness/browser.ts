import { existsSync } from 'node:fs';

/** Path of a Chromium for the chat page; null when none is installed, in which case `npm test` says that it skips the test. */
export function browserProgram(): string | null {
  const paths = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return paths.find((path): path is string => path !== undefined && existsSync(path)) ?? null;
}
