import type { Installation } from '../../../emulator/forge/invocation-token';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';
import { type Fleet, type FleetStrategy, newTraceId, startFleet, type Trigger, UNINSTALL } from '../support/fleet';
import { TRIGGERS } from './deliveries';
import { startFunctionOf } from './functions';

/** Each of them loses its app while its next token is delivered, on another instance of the receiver. */
const INSTALLATIONS = 40;

jest.setTimeout(60_000);

describe.each<FleetStrategy>(['perInstallation', 'dynamodb'])('an uninstall that races a delivery, %s', (strategy) => {
  let fleet: Fleet;
  let receiver: FunctionProcess;

  beforeAll(async () => {
    fleet = await startFleet({ triggers: TRIGGERS, strategy });
    receiver = await startFunctionOf(fleet, 'receiver', {
      maxInstances: 3,
      environment: fleet.environment.idleReceiver,
    });
  });
  afterAll(async () => {
    await receiver?.stop();
    await fleet?.stop();
  });

  async function call(
    installation: Installation,
    systemToken: string,
    trigger: Trigger = TRIGGERS[0],
  ): Promise<string> {
    const event = await fleet.event({ installation, trigger, systemToken, traceId: newTraceId() });
    const { statusCode, body } = (await receiver.invoke(event)) as { statusCode: number; body: string };
    const { outcome, reason } = JSON.parse(body);
    return `${statusCode} ${outcome ?? reason}`;
  }

  /** The token that consumers read; `undefined` where there is no slot. */
  function tokenOf(installation: Installation): string | undefined {
    try {
      return fleet.slot(installation).token;
    } catch {
      return undefined;
    }
  }

  test('ends in one of the two, and never in a failure that pages', async () => {
    const installations = Array.from({ length: INSTALLATIONS }, fleet.install);
    const answers: string[] = [];

    for (const [index, installation] of installations.entries()) {
      const tokens = [await fleet.issue(installation, 20), await fleet.issue(installation, 10)];
      expect(await call(installation, tokens[0] ?? '')).toBe('200 stored');
      const both = [() => call(installation, tokens[1] ?? ''), () => call(installation, 'none', UNINSTALL)];
      if (index % 2 === 1) both.reverse();
      answers.push(...(await Promise.all(both.map((one) => one()))));
      const end = tokenOf(installation);
      expect([undefined, tokens[1]]).toContain(end);
    }
    expect(answers.filter((answer) => !answer.startsWith('200 '))).toEqual([]);
    expect(answers.filter((answer) => answer === '200 removed')).toHaveLength(INSTALLATIONS);
  });

  test('a token that comes after all, of an installation that is gone, makes a slot like any first one', async () => {
    const installation = fleet.install();
    const token = await fleet.issue(installation, 10);
    expect(await call(installation, token)).toBe('200 stored');
    expect(await call(installation, 'none', UNINSTALL)).toBe('200 removed');
    expect(tokenOf(installation)).toBeUndefined();
    const next = await fleet.issue(installation, 0);
    expect(await call(installation, next)).toBe('200 stored');
    expect(tokenOf(installation)).toBe(next);
  });
});
