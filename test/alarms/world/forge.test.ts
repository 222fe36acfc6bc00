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
  /** The minutes in which the first installation is called. */
  function minutes(calls: Calls, until: number): number[] {
    return Array.from({ length: until }, (_, minute) => minute).filter((minute) =>
      calls.take(minute).some(({ installation }) => installation === 0),
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
    const [first] = calls.take(0);
    expect(first).toEqual({ installation: 0, attempt: 0 });
    calls.retry({ installation: 0, attempt: 0 }, 0);
    expect(calls.take(1)).toEqual([{ installation: 0, attempt: 1 }]);
    expect(calls.take(30)).toEqual([{ installation: 1, attempt: 0 }]);
    expect(calls.take(60)).toEqual([{ installation: 0, attempt: 0 }]);
  });
});
