/** Hours of the day in which nobody wants to be woken, minutes after midnight; `to` may be before `from`. */
export interface QuietHours {
  from: number;
  to: number;
}

/** When quiet hours that hold at `at` end, ms since the epoch in this machine's time zone; null when none hold. */
export function quietUntil(quiet: QuietHours | null, at: number): number | null {
  if (quiet === null || quiet.from === quiet.to) return null;
  const now = new Date(at);
  const minute = now.getHours() * 60 + now.getMinutes();
  const overnight = quiet.from > quiet.to;
  const holds = overnight
    ? minute >= quiet.from || minute < quiet.to
    : minute >= quiet.from && minute < quiet.to;
  if (!holds) return null;
  const end = new Date(at);
  if (overnight && minute >= quiet.from) end.setDate(end.getDate() + 1);
  end.setHours(Math.floor(quiet.to / 60), quiet.to % 60, 0, 0);
  return end.getTime();
}
