import type { RunProgram } from '../host';

/** Whether systemd runs this user's services even while the user is not logged in; null if unknown. */
export async function lingers(run: RunProgram, uid: number): Promise<boolean | null> {
  const { code, stdout } = await run('loginctl', ['show-user', String(uid), '--property=Linger', '--value']);
  if (code === 127) return null; // a systemd without logind
  // logind fails for a user who is neither logged in nor lingering.
  return code === 0 && stdout.trim() === 'yes';
}

/** Returns the outcome as a text for the user. */
export async function enableLinger(run: RunProgram): Promise<string> {
  const { code, stdout, stderr } = await run('loginctl', ['enable-linger']);
  if (code === 0) return 'The service keeps running while you are not logged in.';
  const reason = (stderr || stdout).trim().split('\n')[0] || `exit ${code}`;
  return `The service runs only while you are logged in: \`loginctl enable-linger\` failed (${reason}). Try \`sudo loginctl enable-linger $USER\`.`;
}
