import type { StageOutputs } from '../../lib/stack-outputs';
import type { BaseUrlChange, BaseUrlDifference } from './editing/compare-base-url';

const baseUrlOf = ({ remoteKey, region }: { readonly remoteKey: string; readonly region?: string }): string =>
  `the baseUrl${region === undefined ? '' : `.${region}`} of remote "${remoteKey}"`;

export function upToDate(file: string, { remoteKey, baseUrls, remoteBaseUrl }: StageOutputs): string {
  const urls = Object.entries(baseUrls);
  const shown = urls.length === 1 ? remoteBaseUrl : urls.map((url) => url.join(' ')).join(', ');
  return `${file} is up to date: the baseUrl of remote "${remoteKey}" is ${shown}`;
}

export function drift(file: string, differences: readonly BaseUrlDifference[], { stage }: StageOutputs): string {
  const surplus = differences.some(({ wanted }) => wanted === undefined);
  const remove = surplus ? ' With --remove-regions it removes the regions that are not deployed.' : '';
  return [
    ...differences.flatMap((difference) => [
      `${file}:${difference.line}: ${baseUrlOf(difference)} is not the deployed URL.`,
      `  manifest  ${difference.manifest ?? '(none)'}`,
      `  deployed  ${difference.wanted ?? '(none)'}`,
    ]),
    `Run "npm run manifest -- --stage ${stage}", then "forge deploy -e <environment>".${remove}`,
  ].join('\n');
}

export function written(file: string, changes: readonly BaseUrlChange[]): string {
  return changes
    .flatMap((change) => [
      `${file}:${change.line}: ${whatChanged(change)}`,
      `  old  ${change.from ?? '(none)'}`,
      `  new  ${change.to ?? '(none)'}`,
    ])
    .join('\n');
}

function whatChanged(change: BaseUrlChange): string {
  if (change.variable === undefined) return `${baseUrlOf(change)} has changed.`;
  return `the default of ${change.variable} has changed, and with it ${baseUrlOf(change)}.`;
}

/** Notes about regions that stay in the manifest although they aren't deployed. */
export function kept(differences: readonly BaseUrlDifference[], { stage }: StageOutputs): string[] {
  return differences
    .filter(({ wanted }) => wanted === undefined)
    .map(
      ({ region, manifest }) =>
        `The region ${region} (${manifest}) stays, but stage ${stage} doesn't have it. --remove-regions removes it.`,
    );
}

export function nextSteps(placeholderAppId: boolean): string[] {
  return [
    '',
    'Next:',
    ...(placeholderAppId
      ? ['  forge register                  (app.id is still the placeholder; deploy again afterwards)']
      : []),
    '  forge deploy -e <environment>   uploads the manifest as a new version',
    '  forge install --upgrade         moves a site to a new major version; needs an admin of the site',
  ];
}
