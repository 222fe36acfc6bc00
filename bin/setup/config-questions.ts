import { RegionInfo } from 'aws-cdk-lib/region-info';
import { closest, didYouMean } from '../../lib/manifest/problems';
import type { Question } from './ask';
import { allowedInStead, type StageValues } from './config-values';

/** Answer for no address at all. */
const NONE = 'none';

export function stageQuestion(stages: readonly StageValues[]): Question<StageValues> {
  const names = stages.map(({ name }) => name);
  return {
    name: 'stage',
    explanation: `Stage: which deployment the next answers are for. config.ts has ${names.join(', ')}.`,
    label: 'Stage',
    initial: names.includes('dev') ? 'dev' : names[0],
    check: (answer) => {
      const stage = stages.find(({ name }) => name === answer);
      if (stage !== undefined) return { value: stage };
      return { problem: `config.ts has no stage ${answer}, but ${names.join(', ')}.${didYouMean(answer, names)}` };
    },
  };
}

export function regionQuestion({ name, region }: StageValues): Question<string> {
  return {
    name: 'region',
    explanation: `Region: where AWS runs stage ${name}. Once it is deployed, another region is a new stack with a new URL, which admins must consent to.`,
    label: 'Region',
    initial: region,
    check: (answer) => {
      const allowed = allowedInStead('region', answer);
      if (allowed !== undefined) return { problem: `It must be ${allowed}.` };
      const known = RegionInfo.regions.map((info) => info.name);
      if (known.includes(answer)) return { value: answer };
      const meant = closest(answer, known);
      const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
      return { problem: `The CDK knows no region ${answer}.${hint} If it is new, write it into config.ts yourself.` };
    },
  };
}

export function emailQuestion({ name, alarmEmails }: StageValues): Question<readonly string[]> {
  return {
    name: 'email',
    explanation: `E-mail: who is told of the alarms of stage ${name}; with commas between, "${NONE}" for nobody. AWS sends each address a mail, in which it has to be confirmed.`,
    label: 'E-mail',
    initial: alarmEmails.length === 0 ? NONE : alarmEmails.join(', '),
    check: (answer) => {
      if (answer.toLowerCase() === NONE) return { value: [] };
      const addresses = answer.split(/[\s,]+/).filter((address) => address !== '');
      for (const address of addresses) {
        const allowed = allowedInStead('alarmEmails', address);
        if (allowed !== undefined) return { problem: `${address} must be ${allowed}.` };
      }
      if (addresses.length === 0) return { problem: `It must be an address, or ${NONE}.` };
      return { value: [...new Set(addresses)] };
    },
  };
}
