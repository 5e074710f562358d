import { fault, FaultError } from './fault';
import type * as FaultModule from './fault';

/** The module as another bundle of the same program has it. */
function inAnotherBundle(): typeof FaultModule {
  let other: typeof FaultModule | undefined;
  jest.isolateModules(() => (other = jest.requireActual('./fault')));
  if (other === undefined) throw new Error('the module was not loaded');
  return other;
}

describe('a fault', () => {
  const unreachable = fault('CLUSTER_UNREACHABLE', { url: 'nats://a', reason: 'refused' });

  it('is recognised when another bundle has thrown it, with its code', () => {
    const other = inAnotherBundle();
    expect(other.FaultError).not.toBe(FaultError);
    const thrown: unknown = new other.FaultError(unreachable);
    expect(thrown instanceof FaultError && thrown.fault.code).toBe('CLUSTER_UNREACHABLE');
    expect(new FaultError(unreachable) instanceof other.FaultError).toBe(true);
  });

  it.each([new Error('refused'), { fault: unreachable }, null, undefined, 'CLUSTER_UNREACHABLE'])(
    'is not seen in anything else: %p',
    (value: unknown) => {
      expect(value instanceof FaultError).toBe(false);
    },
  );
});
