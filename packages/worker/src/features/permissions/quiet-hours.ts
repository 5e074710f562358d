/** Hours of the day without sound, minutes after midnight; `to` may be before `from`. */
export interface QuietHours {
  from: number;
  to: number;
}

/** When the quiet hours at `at` end, ms since the epoch; null outside of them. In this machine's time zone. */
export function quietUntil(quiet: QuietHours | null, at: number): number | null {
  if (quiet === null || quiet.from === quiet.to) return null;
  const now = new Date(at);
  const minute = now.getHours() * 60 + now.getMinutes();
  const overnight = quiet.from > quiet.to;
  const isQuiet = overnight
    ? minute >= quiet.from || minute < quiet.to
    : minute >= quiet.from && minute < quiet.to;
  if (!isQuiet) return null;
  const end = new Date(at);
  if (overnight && minute >= quiet.from) end.setDate(end.getDate() + 1);
  end.setHours(Math.floor(quiet.to / 60), quiet.to % 60, 0, 0);
  return end.getTime();
}
