import type { Readiness } from '../../agents/agent';
import { withoutSilentAgents, withWriting } from '../../cards/live';
import { withoutTurnId } from '../../cards/answered';
import { reduceCard } from '../../cards/reduce';
import { isLive, missingKey, type Session } from '../model';
import { allowing, ruleEnds } from './allowing';
import { cleared, restored, stamped } from './archiving';
import { hasOtherAgents, ticked } from './at-work';
import { resetDue, resumeAsked } from './limited';
import { withLogin } from './login';
import { leftRunning, windowMissing, windowThere } from './missing';
import type { SessionEffect, SessionInput } from './model';
import { moved, observed, wroteTo } from './observed';
import { onNewScreen, screenAsked, screenClosed, screenGone } from './screen';
import { onScreen } from './screen-session';

/** An agent that ends this soon after its start, ms, ended immediately: a wrong command, an expired login. */
const AT_ONCE_MS = 10_000;

type Step = [Session, SessionEffect[]];

/** Decides what one input means for a session. An input that comes late or twice changes nothing. */
export function step(session: Session, input: SessionInput): Step {
  if (!isLive(session)) return stepEnded(session, input);
  const [decided, effects] = decide(session, input);
  const next = screenGone(stamped(session, decided, input), effects);
  const isMissingOver = session.missing !== undefined && next.missing === undefined;
  const isNameable = next.unnamed === true && next.about !== session.about;
  const added: SessionEffect[] = [];
  if (isNameable) added.push({ do: 'name' });
  if (isMissingOver) added.push({ do: 'retire', key: missingKey(session) });
  if (hasOtherAgents(session, next)) added.push({ do: 'agents' });
  return [next, added.length === 0 ? effects : [...effects, ...added]];
}

function stepEnded(session: Session, input: SessionInput): Step {
  if (input.type === 'restored') return restored(session, input);
  return [input.type === 'cleared' ? cleared(session) : session, []];
}

function decide(session: Session, input: SessionInput): Step {
  if (input.type === 'opened') return opened(windowThere(session, input.program), input, session);
  return decideOther(session, input);
}

function opened(session: Session, input: Extract<SessionInput, { type: 'opened' }>, before: Session): Step {
  const [next, effects] = decideOther(session, input);
  const isFound = before.missing !== undefined;
  return [next, isFound ? [...effects, { do: 'show' }, { do: 'deliver' }] : effects];
}

function decideOther(session: Session, input: SessionInput): Step {
  if (session.surface === 'screen') {
    const decided = onScreen(session, input);
    if (decided !== null) return decided;
  }
  switch (input.type) {
    case 'typed':
      return [wroteTo(session, input.by), []];
    case 'opened':
      if (session.phase !== 'opening') return [session, [{ do: 'watch', on: true }]];
      return [{ ...session, phase: 'starting' }, [{ do: 'show' }, { do: 'watch', on: true }]];
    case 'missing':
      return windowMissing(session, input);
    case 'left-running':
      return leftRunning(session);
    case 'looked':
      return withScreenText(screenRead(session, input.readiness), input);
    case 'resume.asked':
      return resumeAsked(session, input.when);
    case 'reset.due':
      return resetDue(session, input.at);
    case 'ticked':
      return ticked(session, input.at);
    case 'bound':
      return bound(session, input);
    case 'moved':
      return moved(session, input.cwd);
    case 'observed':
      return transcriptGrew(session, input);
    case 'allowing':
      return allowing(session, input.allowing);
    case 'screen.asked':
      return screenAsked(session, input.isNew, input.by);
    case 'card.asked':
      return [session, [{ do: 'show' }]];
    case 'screen.closed':
      return screenClosed(session, input.by);
    case 'joined':
      return [session, session.phase === 'dialog' ? [{ do: 'show-screen', asked: false }] : []];
    case 'died':
    case 'closed':
    case 'left':
    case 'killed':
    case 'archived':
      return over(session, input);
    case 'restored':
    case 'cleared':
      return [session, []]; // it is live already
    case 'lost':
      return lost(session);
  }
}

/** The session ends, and the user is told why. */
function over(
  session: Session,
  input: Extract<SessionInput, { type: 'died' | 'closed' | 'left' | 'killed' | 'archived' }>,
): Step {
  switch (input.type) {
    case 'died':
      return ended(session, input.at, {
        do: 'tell-died',
        exitStatus: input.exitStatus,
        screen: input.screen,
        atOnce: input.at - (session.reopenedAt ?? session.createdAt) < AT_ONCE_MS,
      });
    case 'closed':
      return ended(session, input.at, { do: 'tell-closed' });
    case 'left':
      return ended(session, input.at, { do: 'tell-left' });
    case 'killed':
      return ended(session, input.at, { do: 'tell-killed' });
    case 'archived':
      return ended(session, input.at, { do: 'tell-archived', why: input.why });
  }
}

function lost(session: Session): Step {
  return [
    { ...session, phase: 'lost', card: { ...session.card, phase: 'lost' } },
    [{ do: 'hide' }, { do: 'hide-screen' }, { do: 'release' }],
  ];
}

function transcriptGrew(
  session: Session,
  { event, replyTo, by }: Extract<SessionInput, { type: 'observed' }>,
): Step {
  return withLogin(session, ruleEnds(observed(session, event, replyTo, by), event), event);
}

/** Adds the text on the screen that no record holds yet. */
function withScreenText(
  [session, effects]: Step,
  { writing, readiness }: Extract<SessionInput, { type: 'looked' }>,
): Step {
  if (writing === undefined) return [session, effects];
  const card = withWriting(session.card, readiness === 'ready' ? writing : null);
  if (card === session.card) return [session, effects];
  const isShown = effects.some((effect) => effect.do === 'show');
  const show: SessionEffect[] = isShown ? [] : [{ do: 'show', minor: true }];
  return [{ ...session, card }, [...effects, ...show, { do: 'draft' }]];
}

function screenRead(session: Session, readiness: Readiness): Step {
  switch (readiness) {
    case 'dialog':
      if (session.phase === 'dialog') return [session, [{ do: 'show-screen', asked: false }]];
      return onNewScreen({ ...session, phase: 'dialog' }, [
        { do: 'show-screen', asked: false },
        { do: 'watch', on: true },
      ]);
    case 'starting':
      return session.phase === 'dialog'
        ? [{ ...session, phase: 'starting' }, [{ do: 'hide-screen' }]]
        : [session, []];
    case 'ready':
      return becameReady(session);
  }
}

function becameReady(session: Session): Step {
  const isWorking = session.card.phase === 'working';
  if (session.phase === 'ready') return [session, isWorking ? [] : [{ do: 'watch', on: false }]];
  const next: Session = { ...session, phase: 'ready' };
  delete next.restoring;
  if (session.card.phase === 'starting') next.card = { ...session.card, phase: 'idle' };
  return [
    next,
    [
      ...(session.phase === 'dialog' ? [{ do: 'hide-screen' } as const] : []),
      { do: 'show' },
      { do: 'watch', on: isWorking },
      { do: 'deliver' },
      ...(session.binding === undefined ? [{ do: 'discover' } as const] : []),
    ],
  ];
}

function bound(
  session: Session,
  { sessionId, transcriptPath, at, previous }: Extract<SessionInput, { type: 'bound' }>,
): Step {
  const { binding } = session;
  const isSameSession = binding?.sessionId === sessionId;
  if (
    isSameSession &&
    binding.transcriptPath === transcriptPath &&
    binding.previous?.transcriptPath === previous?.transcriptPath
  )
    return [session, []];
  // Sub-agents, and the turn that hooks may name, belonged to the agent's session before.
  const card = isSameSession ? session.card : withoutTurnId(withoutSilentAgents(session.card, Infinity));
  // Of the same session, all that is not read yet counts, wherever it is now.
  const since = isSameSession ? Math.min(binding.at, at) : at;
  return [
    {
      ...session,
      card,
      binding: { sessionId, transcriptPath, at: since, ...(previous === undefined ? {} : { previous }) },
    },
    [{ do: 'follow', path: transcriptPath, at: since }],
  ];
}

function ended(session: Session, at: number, tell: SessionEffect): Step {
  const isWorking = session.card.phase === 'working';
  const how = session.card.answered === undefined ? 'failed' : 'done';
  const card = isWorking ? reduceCard(session.card, { type: 'turn.ended', at, how }) : session.card;
  return [
    { ...session, phase: 'ended', card: { ...card, phase: 'ended' } },
    [isWorking ? { do: 'finish' } : { do: 'hide' }, { do: 'hide-screen' }, tell, { do: 'release' }],
  ];
}
