import { createUploadLimit, type UploadLimit } from './upload-limit';

const MB = 1024 * 1024;
const DAY = 24 * 3_600_000;

let now: number;
let memory: Map<string, string>;
const at = (apiRoot: string): UploadLimit =>
  createUploadLimit({
    apiRoot,
    memory: { get: (key) => memory.get(key), set: (key, value) => void memory.set(key, value) },
    now: () => now,
  });
beforeEach(() => {
  now = 10 * DAY;
  memory = new Map();
});

it('is 50 MB at Telegram’s server, and 2000 MB at a server of one’s own', () => {
  expect(at('https://api.telegram.org').max()).toBe(50 * MB);
  expect(at('http://127.0.0.1:8081').max()).toBe(2_000 * MB);
});

it('is 50 MB for a day at a server that refused more, also after a restart and a clock that was set back', () => {
  const own = 'http://127.0.0.1:8081';
  at(own).refused(60 * MB);
  expect(at(own).max()).toBe(50 * MB);
  expect(at('http://127.0.0.1:8082').max()).toBe(2_000 * MB);
  now -= DAY / 2;
  expect(at(own).max()).toBe(50 * MB);
  now += 2 * DAY;
  expect(at(own).max()).toBe(2_000 * MB);
});

it('does not follow from a small file that is refused', () => {
  const limit = at('http://127.0.0.1:8081');
  limit.refused(11 * MB);
  expect(limit.max()).toBe(2_000 * MB);
  memory.set('uploads http://127.0.0.1:8081', 'garbage');
  expect(limit.max()).toBe(2_000 * MB);
});
