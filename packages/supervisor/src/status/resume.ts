import type { State } from '../state';
import type { Report } from './report';

const HOUR_MS = 3_600_000;

/**
 * Adds what the previous supervisor told the chat to a new state, so that a restart of the supervisor repeats no notice
 * and does not forget to report a recovery. `wall` and `at` are the same moment, ms.
 */
export function resumed(
  initial: State,
  last: Report | null,
  { wall, at }: { wall: number; at: number },
): State {
  // The file of an older version has neither field.
  const { told = null, noticesAt = [] }: Partial<Report> = last ?? {};
  const notices = noticesAt
    .map((iso) => wall - Date.parse(iso))
    // A time in the future was recorded before the clock was corrected; treat it as now.
    .map((ageMs) => Math.max(0, ageMs))
    .filter((ageMs) => ageMs < HOUR_MS)
    .map((ageMs) => at - ageMs);
  return { ...initial, openNotice: told, notices };
}
