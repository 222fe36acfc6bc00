import { PLACEHOLDER_APP_ID } from '../../lib/manifest/app-id';
import { setBaseUrl } from '../../lib/manifest/edit';
import type { CommandIo } from '../manifest';
import { type Outcome, ok, wrong } from './finding';
import type { ReadManifest } from './manifest-text';
import type { Target } from './target';

/** What is deployed, as far as the manifest should say the same. */
export interface Deployed {
  readonly baseUrl: string;
  readonly appId: string;
  /** The app id that the receiver goes by. Absent where its variables couldn't be seen. */
  readonly receiverAppId?: string;
}

/** Forge calls the URL that is deployed: manifest.yml says so. */
export function driftOutcome(
  read: ReadManifest,
  { baseUrl }: Pick<Deployed, 'baseUrl'>,
  target: Target,
  environment: CommandIo['environment'],
): Outcome {
  if ('problem' in read) return wrong(read.problem, [read.fix], read.details);
  const { manifest, text } = read;
  const { manifestFile: file, endpoint } = target;
  const { key, baseUrl: written } = manifest.remote;
  if (typeof written === 'object') {
    const regions = Object.entries(written).filter(([, url]) => url === baseUrl);
    if (regions.length > 0)
      return ok(`${file} has the deployed URL, for ${regions.map(([region]) => region).join(', ')}`);
    return wrong(
      `${file}: no region of the remote "${key}" has the deployed URL`,
      [`Write ${baseUrl} to its region, then "forge deploy -e <environment>".`],
      Object.entries(written).map(([region, url]) => `${region}: ${url}`),
    );
  }
  const [change] = setBaseUrl(text, {
    file,
    baseUrl,
    remoteKey: key,
    environment,
    allowLoopback: endpoint !== undefined,
  }).changes;
  if (change === undefined) return ok(`${file} has the deployed URL as baseUrl of the remote "${key}"`);
  return wrong(
    `${file}:${change.line}: the baseUrl of the remote "${key}" is not the deployed URL, so Forge calls elsewhere`,
    [target.writeManifest],
    [`manifest  ${change.from ?? '(none)'}`, `deployed  ${change.to}`],
  );
}

/** One app on both sides: the one whose calls are accepted is the one that Forge makes them for. */
export function appIdOutcome(read: ReadManifest, deployed: Deployed, target: Target): Outcome {
  const { manifestFile: file, endpoint } = target;
  const { appId, receiverAppId } = deployed;
  const written = 'manifest' in read ? read.manifest.appId : undefined;
  const width = Math.max(file.length, 'receiver'.length);
  const line = (where: string, id: string) => `${where.padEnd(width)}  ${id}`;
  const lines = [
    line(file, written ?? '(not readable)'),
    line('stack', appId),
    ...(receiverAppId === undefined ? [] : [line('receiver', receiverAppId)]),
  ];
  if (receiverAppId !== undefined && receiverAppId !== appId) {
    return wrong(
      "the receiver was changed by hand: it accepts another app's calls than the stack was deployed for",
      [target.restore],
      lines,
    );
  }
  if (written !== undefined && written !== appId) {
    return wrong(
      `the stack was deployed for another app than ${file} names, so every call is refused (audience-wrong)`,
      [`Is app.id in ${file} right ("forge settings" knows)? ${target.deploy} Is it wrong? Correct it.`],
      lines,
    );
  }
  if (endpoint === undefined && appId === PLACEHOLDER_APP_ID) {
    return wrong("the app id is still the template's, so every call is refused (audience-wrong)", [
      `Run "forge register", which writes the id of your app into ${file}. ${target.deploy}`,
    ]);
  }
  if ('problem' in read)
    return { status: 'unseen', says: `${read.problem}, so there is nothing to compare`, fixes: [read.fix] };
  return ok(`${appId}, on both sides`);
}
