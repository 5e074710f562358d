import type { State } from '../state';
import type { Report } from './report';

const HOUR_MS = 3_600_000;

/**
 * A fresh state that goes on with what the last supervisor has told the person: nothing is told twice because the
 * supervisor was started anew, and what is well again is taken back. `wall` and `at` are the same moment, ms.
 */
export function resumed(
  fresh: State,
  last: Report | null,
  { wall, at }: { wall: number; at: number },
): State {
  // An older version's file has neither.
  const { told = null, noticesAt = [] }: Partial<Report> = last ?? {};
  const notices = noticesAt
    .map((iso) => wall - Date.parse(iso))
    // One from the future was noted before the clock was put right: it counts as just sent.
    .map((ageMs) => Math.max(0, ageMs))
    .filter((ageMs) => ageMs < HOUR_MS)
    .map((ageMs) => at - ageMs);
  return { ...fresh, told, notices };
}
