const DAY_MS = 86_400_000;

/** A moment as people say it, in this machine's own time: `at 04:42`, `tomorrow at 04:42`, `on Mon 30 Nov at 10:00`. */
export function whenOf(ms: number, now: number): string {
  const [then, today] = [new Date(ms), new Date(now)];
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `at ${two(then.getHours())}:${two(then.getMinutes())}`;
  if (then.toDateString() === today.toDateString()) return time;
  if (then.toDateString() === new Date(now + DAY_MS).toDateString()) return `tomorrow ${time}`;
  if (then.toDateString() === new Date(now - DAY_MS).toDateString()) return `yesterday ${time}`;
  const [weekday, month, day] = then.toDateString().split(' ');
  return `on ${weekday} ${Number(day)} ${month} ${time}`;
}

/** How long until or since a moment, in words: `in 1 h 23 min`, `5 min ago`; `now` within a minute. */
export function distanceOf(ms: number, now: number): string {
  const minutes = Math.round(Math.abs(ms - now) / 60_000);
  if (minutes === 0) return 'now';
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  const parts =
    days > 0
      ? [`${days} d`, hours > 0 ? `${hours} h` : '']
      : [hours > 0 ? `${hours} h` : '', minutes % 60 > 0 ? `${minutes % 60} min` : ''];
  const span = parts.filter((part) => part !== '').join(' ');
  return ms > now ? `in ${span}` : `${span} ago`;
}
