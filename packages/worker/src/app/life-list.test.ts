import { createLifeList, type Life } from './life-list';

const recorder = () => {
  const log: string[] = [];
  const life = (name: string, more: Partial<Life> = {}): Life => ({
    name,
    start: () => void log.push(`start ${name}`),
    stop: () => void log.push(`stop ${name}`),
    ...more,
  });
  return { log, life };
};

it('starts in order and stops in reverse', async () => {
  const { log, life } = recorder();
  const list = createLifeList([life('a'), life('b')]);
  await list.start();
  await list.stop();
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

it('stops what was started when a start fails, and nothing twice', async () => {
  const { log, life } = recorder();
  const failing = life('b', { start: () => Promise.reject(new Error('no terminal')) });
  const list = createLifeList([life('a'), failing, life('c')]);
  await expect(list.start()).rejects.toThrow('no terminal');
  await list.stop();
  await list.stop();
  expect(log).toEqual(['start a', 'stop b', 'stop a']);
});

it('stops everything before it throws the error of one stop', async () => {
  const { log, life } = recorder();
  const failing = life('b', { stop: () => Promise.reject(new Error('stuck')) });
  const list = createLifeList([life('a'), failing]);
  await list.start();
  await expect(list.stop()).rejects.toThrow('stuck');
  expect(log).toEqual(['start a', 'start b', 'stop a']);
});
