import { existsSync } from 'node:fs';

/** Where a Chromium is that can show the chat page; null when none is installed. `npm test` leaves the test out then, and says so. */
export function browserProgram(): string | null {
  const places = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return places.find((path): path is string => path !== undefined && existsSync(path)) ?? null;
}
