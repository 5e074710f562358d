import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNatsRecent, NATS_MIN } from './server';

it.each(['2.9.4', '2.9.10', '2.10.0', '2.11.0-RC.1', '3.0.0'])('takes %s', (version) => {
  expect(isNatsRecent(version)).toBe(true);
});

it.each(['2.9.3', '2.6.2', '2.2.0', '1.99.99', '0.0.0', 'dev', 'v2.10.0', '2.x.9', '', '2.9', '2'])(
  'refuses %s',
  (version) => {
    expect(isNatsRecent(version)).toBe(false);
  },
);

it.each(['cluster.md', 'dependencies.md'])('is the version in docs/%s', (page) => {
  const text = readFileSync(join(__dirname, '../../../../docs', page), 'utf8');
  expect(text).toMatch(/nats-server|NATS/);
  expect([...text.matchAll(/(\d+\.\d+\.\d+) or (?:later|newer)/g)].map(([, found]) => found)).toContain(
    NATS_MIN,
  );
});
