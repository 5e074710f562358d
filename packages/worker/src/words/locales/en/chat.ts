/** Sessions. Markdown. */
export const chat = {
  emptyMessage: 'That message has no text to type.',
  noSessions: 'No session is running. Start one with `/new /path/to/project`.',
  noActive: 'No session is selected. Choose one with /sessions, or start one with /new.',
  noSuchSession: 'There is no session named {{name}}. See /sessions.',
  expired: 'This button is no longer valid.',
  oldButton:
    'This button is no longer valid, so it did nothing: its message was settled, or I have no record of it. /inbox shows what waits for you.',
  earlyTap: 'I was still sending this message, so your tap did not count. Tap again.',
  chooseSession: 'Your sessions. Tap one to write to it.',
  switched: 'You are now writing to {{name}}.',
  diedAtOnce: 'The agent in {{name}} exited right after it started ({{status}}).',
  noLastWords: 'It printed nothing that ccbot could read. Start it in a terminal to see why.',
  died: 'The agent in {{name}} exited ({{status}}).',
  lastWords: 'Its last output:\n{{screen}}',
  windowClosed: 'The window of {{name}} was closed.',
  lost: 'Ended while ccbot was not running: {{names}}. The transcripts are safe. Restore a session here or from /archive.',
  found: 'Found again by window: {{names}}. Choose a session with /sessions.',
  noExitCode: 'no exit code',
  exitCode: 'exit code {{status}}',
  waitsDialog: '{{name}} shows a dialog, so your message waits. Answer the dialog to send it.',
  waitsLimit: '{{name}} has reached a usage limit, so your message waits until the limit resets.',
  waitsStarting: '{{name}} is still starting. Your message is sent when it is ready.',
  waitsMissing: 'I cannot find the window of {{name}}, so your message waits until it is there again.',
  waitsDraft:
    'Someone is typing in {{name}} in the terminal, so your message waits until that draft is sent or deleted. See it with /screen.',
  waitsHidden: '{{name}} shows no input line, so your message waits until it does. Look with /screen.',
  waitsOver:
    '{{name}} ended before your message was sent. Restore it from /archive to send it, or write to another session.',
  waitsUnsent:
    'A message is stuck in the input line of {{name}}. Press ⏎ Enter in /screen to send it. Your messages wait until then.',
  uncertain: 'This message was typed, but ccbot could not confirm that the agent received it:\n{{text}}',
  uncertainOf:
    'A message from {{name}} was typed, but ccbot could not confirm that the agent received it. Your messages wait until one of you decides:\n{{text}}',
  sendAgain: 'Send again',
  drop: 'Drop',
  dropped: 'Dropped.',
  retyping: 'Typing it again…',
  alreadyDecided: 'Already decided.',
  typingFailed:
    'Your message could not be typed into {{name}} ({{reason}}). It stays in the queue, and ccbot tries again when the window is back.',
  inboxFailed:
    'One of your messages could not be handled: {{error}}. Send it again. `ccbot doctor` lists messages that failed.',
  diskFull:
    'The disk is full, so ccbot takes no new messages. Free some space; your messages wait at Telegram until then.',
  clusterAway:
    '{{host}} has lost the connection to the cluster and does not fetch messages. If no other machine reaches the cluster either, what you send waits at Telegram for up to 24 hours. Agents keep working.',
  clusterRefused:
    '{{host}} cannot take part in the cluster: {{what}} Its agents keep working, but it gets no messages. `ccbot doctor` says what to do.',
  clusterBack: '{{host}} is connected to the cluster again. Everything that waited is being handled.',
  clusterLostData:
    'The cluster has lost its data, and the machines have set it up again. A message that was on its way to another machine may be lost: send again what got no answer.',
  clusterOldButton:
    'I do not know which machine sent this message, so your tap did nothing. If a machine is cut off from the cluster, tap again when it is back.',
  clusterSeveralSessions:
    'Several machines have a session called {{name}}. Write one of these names instead: {{choices}}.',
  clusterElsewhere:
    'Your message was not used: {{name}} is on another machine, which this one could not pass it to. Send it again.',
} as const;
