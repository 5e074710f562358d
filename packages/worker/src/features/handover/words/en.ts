export const en = {
  usage:
    'Say which agent takes over: {{known}}. Add the name of a session to hand over another session than the active one.',
  usageMachines: 'Or say on which machine it continues: {{known}}.',
  nothing: '{{name}} has no transcript yet, so there is nothing to hand over.',
  handedOver:
    '{{agent}} takes over from {{from}} in the new session {{name}}, and gets a summary of the work so far. {{from}} stays as it is.',
  alone: 'This machine works alone, so there is no {{host}} to continue on.',
  noMachine: 'There is no machine {{host}}. You have: {{known}}.',
  sameMachine: '{{name}} is on {{host}} already. To give it to another agent there, send {{command}}.',
  machineAway:
    '{{host}} is away since {{since}}, so it cannot continue anything. Start ccbot there, then send this again.',
  clusterAway:
    'The cluster does not answer, so I cannot ask {{host}}. Nothing was handed over; send this again when the cluster is back.',
  question: 'Continue {{name}} on {{host}}, in {{cwd}}?',
  push_one:
    'I will push {{count}} commit of the branch {{branch}}, up to {{commit}}, to {{remote}} ({{url}}).',
  push_other:
    'I will push {{count}} commits of the branch {{branch}}, up to {{commit}}, to {{remote}} ({{url}}).',
  pushAll: 'I will push the branch {{branch}}, up to {{commit}}, to {{remote}} ({{url}}).',
  noBranch: 'No branch is checked out here, so no commits go along.',
  diverged:
    'The branch {{branch}} at {{url}} has commits that this machine does not have, so I will not push it, and your commits stay here. To take them along, cancel and pull first.',
  remoteSilent: '{{url}} does not answer, so no commits go along: {{reason}}',
  unsafe:
    'The settings of this repository make git run other programs ({{keys}}), so I do not use it, and no commits go along.',
  unreadable: 'git cannot read this repository, so no commits go along: {{reason}}',
  changes_one: '{{count}} file is not committed and stays here:',
  changes_other: '{{count}} files are not committed and stay here:',
  more: 'and {{count}} more',
  go: 'Continue there',
  goPush: 'Push and continue',
  cancel: 'Cancel',
  canceled: 'Nothing was handed over.',
  changed: 'The repository has changed since I asked, so I ask again below.',
  going: 'Handing {{name}} over to {{host}}.',
  expired: '{{host}} does not know this offer any more. Send {{command}} again.',
  notTaken:
    '{{host}} does not answer, so nothing was started there. Check ccbot on it, then send {{command}} again.',
  notTakenAway:
    '{{host}} is away since {{since}}, so nothing was started there. Start ccbot on it, then send {{command}} again.',
  pushed: 'The branch {{branch}} was pushed.',
  takenAndAway:
    '{{host}} took the session over and is away since then. It will start it when it is back. You need not send anything again.',
  offeredAndAway:
    'The cluster does not answer, so I do not know whether {{host}} has started the session. I will find out when the cluster is back. Do not send it again until then.',
  lost: 'The cluster has lost the offer to {{host}}. If {{sessions}} shows no new session there, send {{command}} again.',
  notPushed:
    'I could not push the branch {{branch}}, so nothing was handed over: {{reason}}. Push it yourself, then send {{command}} again.',
  continued: 'Continued as {{name}} in {{cwd}}.',
  branchHere: 'The branch {{branch}} is checked out there, at {{commit}}.',
  branchFetched_one:
    'The branch {{branch}} was fetched as {{at}}. Nothing else was changed: the directory is on {{on}}, with {{count}} uncommitted change.',
  branchFetched_other:
    'The branch {{branch}} was fetched as {{at}}. Nothing else was changed: the directory is on {{on}}, with {{count}} uncommitted changes.',
  noBranchOn: 'no branch',
  branchMissing: 'The branch {{branch}} could not be fetched there: {{reason}}. Fetch it yourself.',
  noAgent: '{{host}} has no {{agent}}. Send one of these: {{known}}.',
  noAgents: '{{host}} has no agent that could continue. Install one there, then send {{command}} again.',
  noClone:
    '{{host}} has no clone of {{remotes}} that I know. Clone it to the same path there, or start a session in it once, then send {{command}} again.',
  noDirectory: '{{host}} has no directory {{cwd}}. Create it there, then send {{command}} again.',
  notOpened: '{{host}} could not start the session. {{why}}',
} as const;
