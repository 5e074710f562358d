/**
 * A signal that is aborted after `ms`, or together with `stop`. Its timer does not keep the process running.
 *
 * `AbortSignal.any` over `AbortSignal.timeout` would do, but Node.js 20 forgets it when garbage is collected: then nothing
 * is ever aborted.
 */
export function deadline(ms: number, stop: AbortSignal): AbortSignal {
  const over = new AbortController();
  const finish = (): void => {
    clearTimeout(timer);
    stop.removeEventListener('abort', finish);
    over.abort(stop.aborted ? stop.reason : new DOMException(`over after ${ms} ms`, 'TimeoutError'));
  };
  const timer = setTimeout(finish, ms).unref();
  stop.addEventListener('abort', finish);
  if (stop.aborted) finish();
  return over.signal;
}
