import type { Figures, LimitFigure } from '../../sessions/events';
import { WINDOWS } from './progress';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the figures from the payload of Claude Code's status line (measured with 2.1.330). Leaves out fields that are
 * missing, null or of another type. `rate_limits` is there only for subscribers, after the model's first answer.
 */
export function figuresOf(payload: Fields): Figures {
  const context = object(payload['context_window']);
  const limits = Object.entries(object(payload['rate_limits'])).flatMap(([name, limit]) =>
    limitOf(WINDOWS[name] ?? name, object(limit)),
  );
  const found: { [K in keyof Figures]: Figures[K] | undefined } = {
    contextPercent: number(context['used_percentage']),
    contextTokens: number(context['total_input_tokens']),
    contextWindow: number(context['context_window_size']),
    costUsd: number(object(payload['cost'])['total_cost_usd']),
    model: text(object(payload['model'])['display_name']),
    effort: text(object(payload['effort'])['level']),
    version: text(payload['version']),
    limits: limits.length === 0 ? undefined : limits,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Figures;
}

function limitOf(window: string, limit: Fields): LimitFigure[] {
  const usedPercent = number(limit['used_percentage']);
  if (usedPercent === undefined) return [];
  const resetsAt = number(limit['resets_at']);
  return [{ window, usedPercent, ...(resetsAt === undefined ? {} : { resetsAt: resetsAt * 1_000 }) }];
}

const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
