import { createLeaseClock } from './clock';

it('counts the time for which the machine slept, and never gives it back', () => {
  let [monotonic, uptime] = [1_000, 500_000];
  const clock = createLeaseClock(
    () => monotonic,
    () => uptime,
  );
  const pass = (awakeMs: number, asleepMs = 0): number => {
    monotonic += awakeMs;
    uptime += awakeMs + asleepMs;
    return clock();
  };
  const begun = clock();
  expect(pass(3_000) - begun).toBe(3_000);
  expect(pass(1_000, 60_000) - begun).toBe(64_000);
  expect(pass(1_000, -30_000) - begun).toBe(65_000);
  // What two clocks of different resolution differ by is no sleep.
  expect(pass(1_000, 900) - begun).toBe(66_000);
});
