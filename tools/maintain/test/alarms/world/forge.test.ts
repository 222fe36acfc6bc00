import { Calls } from './calls';
import { Tokens } from './tokens';

describe('tokens', () => {
  test('the same one comes again while two hours are left', () => {
    const tokens = new Tokens([240]);
    expect([0, 60, 120, 180].map((minute) => tokens.deliver(0, minute))).toEqual([240, 240, 240, 420]);
  });

  test('each installation has its own', () => {
    const tokens = new Tokens([240, 150]);
    expect([tokens.deliver(0, 0), tokens.deliver(1, 0), tokens.deliver(1, 60)]).toEqual([240, 150, 210]);
  });

  test.each([119, 241])('Forge makes none that lives %s minutes', (life) => {
    expect(() => new Tokens([life])).toThrow(`A token's life is 120 to 240 minutes, not ${life}.`);
  });
});

describe('calls', () => {
  /** The calls of one minute, as installation and try. */
  function made(calls: Calls, minute: number): [installation: number, attempt: number][] {
    const found: [number, number][] = [];
    calls.make(minute, (...call) => found.push(call));
    return found;
  }

  /** The minutes in which the first installation is called. */
  function minutes(calls: Calls, until: number): number[] {
    return Array.from({ length: until }, (_, minute) => minute).filter((minute) =>
      made(calls, minute).some(([installation]) => installation === 0),
    );
  }

  test('come at the same minute of each interval', () => {
    expect(minutes(new Calls([{ firstCallAt: 7 }, { firstCallAt: 8 }], 60, 0), 200)).toEqual([7, 67, 127, 187]);
  });

  test('come late now and then, and their lateness does not add up', () => {
    expect(minutes(new Calls([{ firstCallAt: 7 }], 60, 1), 200)).toEqual([8, 67, 128, 187]);
  });

  test('are tried again a minute later, and then come as usual', () => {
    const calls = new Calls([{ firstCallAt: 0 }, { firstCallAt: 30 }], 60, 0);
    expect(made(calls, 0)).toEqual([[0, 0]]);
    calls.retry(0, 0, 0);
    expect([made(calls, 1), made(calls, 30), made(calls, 60)]).toEqual([[[0, 1]], [[1, 0]], [[0, 0]]]);
  });
});
