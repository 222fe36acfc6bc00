import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setAppId } from '../../../../../lib/manifest/app';
import type { RegionMap } from '../../../../../lib/manifest/model';
import { setUrl } from '../../../../../test/bin/manifest/set-url';
import { documentOf } from '../../../../../test/lib/manifest/manifests';

const FOLDER = join(__dirname, 'manifests');

/** A manifest as it may be found in a fork. Every one is valid, and has the URL `DEPLOYED` for our remote, `aws`. */
export interface Golden {
  readonly name: string;
  readonly text: string;
}

export const GOLDEN: readonly Golden[] = readdirSync(FOLDER).map((file) => ({
  name: file.replace('.yml', ''),
  text: readFileSync(join(FOLDER, file), 'utf8'),
}));

export const DEPLOYED = 'https://abc.lambda-url.eu-central-1.on.aws';
export const NEW_URL = 'https://new.lambda-url.eu-central-1.on.aws';
export const NEW_REGIONS = { default: NEW_URL, EU: 'https://eu-new.example.com', AU: 'https://au-new.example.com' };
export const NEW_APP_ID = 'ari:cloud:ecosystem::app/11111111-2222-4333-8444-555555555555';

const withBaseUrl =
  (baseUrl: string | RegionMap, removeRegions = false) =>
  (text: string) =>
    setUrl(text, { baseUrl, remoteKey: 'aws', removeRegions }).text;

/** What is done to each of them. */
export const EDITS: Readonly<Record<string, (text: string) => string>> = {
  'set the URL': withBaseUrl(NEW_URL),
  'set the URL that it has': withBaseUrl(DEPLOYED),
  'set a map of regions': withBaseUrl(NEW_REGIONS),
  'remove the other regions': withBaseUrl(DEPLOYED, true),
  'set the app id': (text) => setAppId(documentOf(text), NEW_APP_ID).text,
};
