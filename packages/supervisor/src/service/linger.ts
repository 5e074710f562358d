import type { Ran } from '../doctor/deps';

type Run = (program: string, args: readonly string[]) => Promise<Ran>;

/** Whether systemd runs this user's services also while nobody is logged in; null where it cannot be told. */
export async function lingers(run: Run, uid: number): Promise<boolean | null> {
  const { code, stdout } = await run('loginctl', ['show-user', String(uid), '--property=Linger', '--value']);
  if (code === 127) return null; // a systemd without logind
  // It knows no user who is neither logged in nor lingering.
  return code === 0 && stdout.trim() === 'yes';
}

/** Has systemd run them so from now on; what came of it, in words for the person. */
export async function enableLinger(run: Run): Promise<string> {
  const { code, stdout, stderr } = await run('loginctl', ['enable-linger']);
  if (code === 0) return 'The service runs also while you are not logged in.';
  const why = (stderr || stdout).trim().split('\n')[0] ?? '';
  return `The service runs only while you are logged in: \`loginctl enable-linger\` failed (${why || `exit ${code}`}). Try \`sudo loginctl enable-linger $USER\`.`;
}
