import { algorithms } from './cases/algorithms';
import { apiBaseUrls } from './cases/api-base-urls';
import { audiences } from './cases/audiences';
import { bodies } from './cases/bodies';
import { claims } from './cases/claims';
import { compactForms } from './cases/compact-forms';
import { duplicateKeys } from './cases/duplicate-keys';
import { environments } from './cases/environments';
import { httpHeaders } from './cases/http-headers';
import { installations } from './cases/installations';
import { isolatedClouds } from './cases/isolated-clouds';
import { jsonTexts } from './cases/json-texts';
import { keyIds } from './cases/key-ids';
import { modules } from './cases/modules';
import { routes } from './cases/routes';
import { signatures } from './cases/signatures';
import { systemTokens } from './cases/system-tokens';
import { times } from './cases/times';
import { tokenHeaders } from './cases/token-headers';
import type { Attack } from './support/attack';

/** Every attack, by theme. */
export const corpus: Readonly<Record<string, readonly Attack[]>> = {
  // The token's form and signature.
  algorithms,
  'token headers': tokenHeaders,
  'key ids': keyIds,
  signatures,
  'compact forms': compactForms,
  'duplicate keys': duplicateKeys,
  'JSON texts': jsonTexts,
  // What the token says.
  claims,
  times,
  audiences,
  installations,
  environments,
  'isolated clouds': isolatedClouds,
  'API base URLs': apiBaseUrls,
  // What comes with the token.
  'HTTP headers': httpHeaders,
  modules,
  routes,
  bodies,
  'system tokens': systemTokens,
};
