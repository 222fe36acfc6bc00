import type { Day } from './day';

/** Something that goes wrong, and what is done about it. */
export interface BadDay {
  readonly name: string;
  /** The row of the table "When a job fails" that explains it. */
  readonly symptom: string;
  /** Makes things go wrong, before the message is sent. */
  strike(day: Day): Promise<void> | void;
  /** What the message holds. @default what the receiver sends */
  readonly body?: string;
  /** What docs/your-job.md says to do. Absent: nothing helps this message. */
  mend?(day: Day): Promise<void> | void;
}

const SECOND_MS = 1_000;
const HOUR_MS = 3600 * SECOND_MS;

/** Longer than the time that the worker keeps for telling of a run that is over its time, by a hundredth of a second. */
const ALMOST_NO_TIME_MS = 2 * SECOND_MS + 10;

/** The job does less. */
const doLess = (day: Day) => {
  day.job = async () => undefined;
};

export const BAD_DAYS: readonly BadDay[] = [
  {
    name: 'empty slot: no token was delivered yet',
    symptom: 'SlotEmpty',
    strike: (day) => void day.aws.secrets.create({ Name: day.slotName }),
    mend: (day) => day.deliverToken(),
  },
  {
    name: 'deleted secret',
    symptom: 'SlotEmpty',
    async strike(day) {
      await day.deliverToken();
      day.aws.secrets.delete({ SecretId: day.slotName, ForceDeleteWithoutRecovery: true });
    },
    mend: (day) => day.deliverToken(),
  },
  {
    name: 'expired token: Forge has stopped calling',
    symptom: 'TokenExpired',
    async strike(day) {
      await day.deliverToken(2);
      day.nowMs += 3 * HOUR_MS;
    },
    mend: (day) => day.deliverToken(),
  },
  {
    name: 'throttled Secrets Manager',
    symptom: 'SlotUnreadable',
    async strike(day) {
      await day.deliverToken();
      const throttled = { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' };
      day.aws.intercept((call) => (call === 'secretsmanager.GetSecretValue' ? throttled : undefined));
    },
    mend: (day) => day.aws.intercept(undefined),
  },
  {
    name: 'secret written by hand',
    symptom: 'SlotMalformed',
    strike: (day) => void day.aws.secrets.create({ Name: day.slotName, SecretString: 'a note' }),
    mend: (day) => day.deliverToken(),
  },
  {
    name: '401 of Atlassian',
    symptom: 'AtlassianUnauthorized',
    async strike(day) {
      await day.deliverToken();
      day.apiStatus = 401;
    },
    mend(day) {
      day.apiStatus = 200;
    },
  },
  {
    name: '403 of Atlassian',
    symptom: 'AtlassianForbidden',
    async strike(day) {
      await day.deliverToken();
      day.apiStatus = 403;
    },
    mend(day) {
      day.apiStatus = 200;
    },
  },
  {
    name: 'job past its deadline',
    symptom: 'JobDeadlineExceeded',
    async strike(day) {
      await day.deliverToken();
      day.job = () => new Promise(() => undefined);
      day.lambdaTimeoutMs = ALMOST_NO_TIME_MS;
    },
    mend: doLess,
  },
  {
    name: 'poison message: the job fails at it',
    symptom: 'any other',
    async strike(day) {
      await day.deliverToken();
      day.job = async () => {
        throw new RangeError('What is this?');
      };
    },
    mend: doLess,
  },
  {
    name: 'poison message: it is not one of the receiver',
    symptom: 'The message …',
    strike: (day) => day.deliverToken(),
    body: 'hello?',
  },
];
