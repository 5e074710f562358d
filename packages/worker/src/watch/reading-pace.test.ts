import { createReadingPace, type ReadingPace } from './reading-pace';

interface Run {
  pace: ReadingPace;
  at(ms: number): void;
  read(count: number): void;
}

function pacing(): Run {
  let now = 0;
  const pace = createReadingPace(() => now);
  return {
    pace,
    at: (ms) => void (now = ms),
    read(count) {
      for (let i = 0; i < count; i++) pace.read(`session ${i}`);
    },
  };
}

it('reads a few sessions off screen four times a second', () => {
  const { pace, read } = pacing();
  expect(pace.holdMs()).toBe(250);
  read(4);
  expect(pace.holdMs()).toBe(250);
});

it('reads many of them less often each, and none later than three seconds', () => {
  const { pace, read } = pacing();
  read(30);
  expect(pace.holdMs()).toBe(1_800);
  read(1_000);
  expect(pace.holdMs()).toBe(3_000);
});

it('counts a session once, however often it is read', () => {
  const { pace, read } = pacing();
  for (let i = 0; i < 100; i++) read(8);
  expect(pace.holdMs()).toBe(480);
});

it('keeps the wait while they stay busy, and returns to the shortest when they rest', () => {
  const { pace, at, read } = pacing();
  read(40);
  at(6_000);
  expect(pace.holdMs()).toBe(2_400);
  read(40);
  at(12_000);
  expect(pace.holdMs()).toBe(2_400);
  at(18_000);
  expect(pace.holdMs()).toBe(250);
});

it('forgets them after a pause of any length', () => {
  const { pace, at, read } = pacing();
  read(40);
  at(1e9);
  expect(pace.holdMs()).toBe(250);
});
